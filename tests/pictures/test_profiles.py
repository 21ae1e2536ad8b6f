"""Wide colours are kept, ordinary ones written plainly, and no profile carries a maker's name onward."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from evoke.platform.pictures import decode, profiles
from tests.pictures import drawing
from tests.pictures.drawing import encoded, quadrants


def pixels(image: Image.Image) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    return np.asarray(image, dtype=np.int64)


def own_srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("version", [2, 4])
def test_a_wide_profile_is_written_anew_with_the_same_colours(version: int) -> None:
    original = drawing.profile(version=version)
    kept = profiles.compact(original)
    assert kept is not None
    assert len(kept) < 600
    for name in (b"Northlight", b"NRTH", b"N-12", b"APPL"):
        assert name in original
        assert name not in kept
    image = drawing.texture((64, 64))
    assert np.abs(pixels(profiles.to_srgb(image, original)) - pixels(profiles.to_srgb(image, kept))).max() <= 1
    described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(kept)))
    assert described.strip() == "RGB"


@pytest.mark.parametrize(
    "icc",
    [
        drawing.profile(drawing.SRGB),
        drawing.profile(drawing.SRGB, version=4),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ],
)
def test_srgb_is_known_by_its_numbers(icc: bytes) -> None:
    assert profiles.is_srgb(icc)
    assert profiles.compact(icc) is None
    assert decode.load(encoded(quadrants(), "image/jpeg", icc_profile=icc), "image/jpeg").profile is None


@pytest.mark.parametrize("icc", [drawing.profile(), drawing.profile(drawing.SRGB, gamma=1.8)])
def test_other_primaries_or_curves_are_not_srgb(icc: bytes) -> None:
    assert not profiles.is_srgb(icc)
    assert profiles.compact(icc) is not None


@pytest.mark.parametrize(
    "mime_type", ["image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic", "image/avif"]
)
def test_the_profile_of_every_format_comes_along(mime_type: str) -> None:
    picture = decode.load(encoded(quadrants(), mime_type, icc_profile=drawing.profile()), mime_type)
    assert picture.profile == profiles.compact(drawing.profile())


def test_wide_colours_become_more_saturated_numbers_in_srgb() -> None:
    image = Image.new("RGB", (4, 4), (200, 60, 60))
    red, green, blue = profiles.to_srgb(image, drawing.profile()).getpixel((0, 0))  # type: ignore[misc]  # RGB
    assert red > 205
    assert green < 55
    assert blue < 58


def test_a_grey_profile_is_converted() -> None:
    linear = drawing.profile(space=b"GRAY", gamma=1.0)
    data = encoded(Image.new("L", (40, 20), 128), "image/jpeg", icc_profile=linear, quality=100)
    assert decode.load(data, "image/jpeg").pixels.getpixel((5, 5)) == (188, 188, 188)


def test_a_profile_with_tables_is_converted() -> None:
    # A lone table that cannot be read: the colour engine refuses it, and the numbers stay as they are.
    broken = bytearray(drawing.profile())
    at = broken.index(b"desc")
    broken[at : at + 4] = b"A2B0"
    assert profiles.compact(bytes(broken)) is None
    picture = decode.load(encoded(quadrants(), "image/png", icc_profile=bytes(broken)), "image/png")
    assert picture.profile is None
    assert drawing.corners(picture.pixels) == drawing.UPRIGHT


def damaged() -> list[bytes]:
    good = drawing.profile()
    no_curve = good.replace(b"rTRC", b"xTRC")
    short = good[:200]
    endless = bytearray(good)
    endless[128:132] = b"\xff\xff\xff\xff"
    bad_curve = good.replace(b"curv\x00\x00\x00\x00\x00\x00\x00\x01", b"curv\x00\x00\x00\x00\x7f\x00\x00\x00")
    return [b"", b"x" * 50, b"x" * 500, short, no_curve, bad_curve, bytes(endless)[:140], good[:128] + bytes(4)]


@pytest.mark.parametrize("icc", damaged())
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "CMYK"])
def test_damaged_profiles_are_ignored(icc: bytes, mode: str) -> None:
    options = {} if mode == "CMYK" else {"icc_profile": icc}
    mime_type = "image/jpeg" if mode == "CMYK" else "image/png"
    image = quadrants(mode=mode)
    assert decode.load(encoded(image, mime_type, **options), mime_type).profile is None
    assert profiles.to_srgb(image, icc).size == image.size


def test_a_profile_for_another_mode_is_ignored() -> None:
    for mode in ("L", "CMYK"):
        assert not profiles.fits(drawing.profile(), mode)
        picture = decode.load(encoded(quadrants(mode=mode), "image/jpeg", icc_profile=drawing.profile()), "image/jpeg")
        assert picture.profile is None


@pytest.mark.parametrize(
    ("curve", "half"),
    [
        (b"curv" + bytes(8), 0.5),
        (b"curv" + bytes(4) + b"\x00\x00\x00\x03" + b"\x00\x00\x40\x00\xff\xff", 0.25),
        (b"curv" + bytes(4) + b"\x00\x00\x00\x02" + b"\x00\x00\xff\xff", 0.5),
        (b"para" + bytes(4) + b"\x00\x00\x00\x00" + (2 << 16).to_bytes(4, "big"), 0.25),
        (b"para" + bytes(4) + b"\x00\x09\x00\x00", 0.0),
        (b"curv", 0.0),
        (b"what" + bytes(40), 0.0),
    ],
)
def test_curves(curve: bytes, half: float) -> None:
    assert profiles.at_half(curve) == pytest.approx(half, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "numbers", "half"),
    [
        (1, [2.0, 1.0, 0.1], 0.36),
        (1, [2.0, 1.0, -0.6], 0.0),
        (2, [2.0, 1.0, 0.1, 0.05], 0.41),
        (2, [2.0, 1.0, -0.6, 0.05], 0.05),
        (3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045], 0.2140),
        (3, [2.4, 1.0, 0.0, 0.5, 0.6], 0.25),
        (4, [2.0, 1.0, 0.0, 0.5, 0.1, 0.1, 0.2], 0.35),
        (4, [2.0, 1.0, 0.0, 0.5, 0.9, 0.1, 0.2], 0.45),
    ],
)
def test_parametric_curves_follow_the_standard(kind: int, numbers: list[float], half: float) -> None:
    parts = b"".join(round(number * 65536).to_bytes(4, "big", signed=True) for number in numbers)
    assert profiles.at_half(b"para" + bytes(4) + kind.to_bytes(2, "big") + bytes(2) + parts) == pytest.approx(
        half, abs=1e-3
    )
