"""Every format, pixel mode and orientation comes out as the same upright picture."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from evoke.platform.pictures import decode, errors
from tests.pictures import drawing
from tests.pictures.drawing import UPRIGHT, corners, encoded, quadrants


@pytest.mark.parametrize("mime_type", drawing.PILLOW_NAMES)
def test_every_format(mime_type: str) -> None:
    picture = decode.load(encoded(quadrants(), mime_type), mime_type)
    assert (picture.pixels.mode, picture.pixels.size) == ("RGB", (96, 64))
    assert (picture.width, picture.height) == (96, 64)
    assert corners(picture.pixels) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    "mime_type", ["image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic", "image/avif"]
)
@pytest.mark.parametrize("longest_edge", [None, 48])
def test_every_orientation(mime_type: str, orientation: int, longest_edge: int | None) -> None:
    turn = drawing.AS_STORED[orientation]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    # As bytes: given an object, the HEIF writer does not turn the orientation into the container's own.
    data = encoded(stored, mime_type, exif=exif.tobytes())
    picture = decode.load(data, mime_type, longest_edge=longest_edge)
    assert corners(picture.pixels) == UPRIGHT
    assert (picture.width, picture.height) == (96, 64)
    assert picture.pixels.size == ((96, 64) if longest_edge is None else (48, 32))


@pytest.mark.parametrize("value", [0, 9, 4711])
def test_an_orientation_that_does_not_exist_leaves_the_picture_alone(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    picture = decode.load(encoded(quadrants(), "image/jpeg", exif=exif), "image/jpeg")
    assert corners(picture.pixels) == UPRIGHT


def test_damaged_exif_does_not_cost_the_picture() -> None:
    picture = decode.load(encoded(quadrants(), "image/jpeg", exif=b"Exif\x00\x00garbage without order"), "image/jpeg")
    assert corners(picture.pixels) == UPRIGHT


@pytest.mark.parametrize(
    ("mode", "mime_type"),
    [
        ("L", "image/jpeg"),
        ("L", "image/png"),
        ("1", "image/png"),
        ("1", "image/tiff"),
        ("I", "image/tiff"),
        ("F", "image/tiff"),
    ],
)
def test_grey_modes_keep_their_brightness(mode: str, mime_type: str) -> None:
    grey = Image.new("L", (40, 20), 255)
    grey.paste(0, (0, 0, 20, 20))
    picture = decode.load(encoded(grey.convert(mode), mime_type), mime_type)
    assert picture.pixels.mode == "RGB"
    assert _grey(picture, 5) <= 2
    assert _grey(picture, 35) >= 253


@pytest.mark.parametrize("mime_type", ["image/png", "image/tiff"])
def test_sixteen_bits_keep_the_upper_eight(mime_type: str) -> None:
    values = np.full((20, 40), 40_000, dtype=np.uint16)
    picture = decode.load(encoded(Image.fromarray(values), mime_type), mime_type)
    assert _grey(picture, 5) == 40_000 // 256


@pytest.mark.parametrize(("top", "half"), [(1.0, 0.5), (255.0, 127.5), (65535.0, 32767.5), (1e6, 5e5)])
def test_floating_point_is_scaled_by_its_range(top: float, half: float) -> None:
    values = np.full((20, 40), half, dtype=np.float32)
    values[:, 20:] = top
    values[0, 0] = np.nan
    picture = decode.load(encoded(Image.fromarray(values), "image/tiff"), "image/tiff")
    assert 126 <= _grey(picture, 5) <= 128
    assert _grey(picture, 35) >= 254


@pytest.mark.parametrize("mime_type", ["image/jpeg", "image/tiff"])
def test_cmyk_without_a_profile(mime_type: str) -> None:
    picture = decode.load(encoded(quadrants(mode="CMYK"), mime_type, quality=95), mime_type)
    assert picture.pixels.mode == "RGB"
    assert corners(picture.pixels) == UPRIGHT


def test_lab_is_converted_as_colour() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(quadrants(), to_lab)
    assert lab is not None
    picture = decode.load(encoded(lab, "image/tiff"), "image/tiff")
    assert corners(picture.pixels) == UPRIGHT
    assert np.abs(np.asarray(picture.pixels, int) - np.asarray(quadrants(), int)).max() <= 6


def test_a_palette_without_transparency() -> None:
    picture = decode.load(encoded(quadrants().quantize(4), "image/png"), "image/png")
    assert picture.pixels.mode == "RGB"
    assert corners(picture.pixels) == UPRIGHT


@pytest.mark.parametrize(
    ("mode", "mime_type"), [("P", "image/png"), ("P", "image/gif"), ("L", "image/png"), ("RGB", "image/png")]
)
def test_a_transparent_colour_becomes_alpha(mode: str, mime_type: str) -> None:
    image = Image.new("RGB", (40, 20), (255, 255, 255))
    image.paste((0, 0, 0), (20, 0, 40, 20))
    image = image.quantize(2) if mode == "P" else image.convert(mode)
    left = image.getpixel((0, 0))
    picture = decode.load(encoded(image, mime_type, transparency=left), mime_type)
    assert picture.pixels.mode == "RGBA"
    assert picture.pixels.getchannel("A").getpixel((5, 5)) == 0
    assert picture.pixels.getchannel("A").getpixel((35, 5)) == 255


@pytest.mark.parametrize("mime_type", ["image/png", "image/webp", "image/tiff", "image/avif", "image/heic"])
def test_alpha_is_kept_where_it_hides_something_and_dropped_where_not(mime_type: str) -> None:
    image = quadrants(mode="RGBA")
    assert decode.load(encoded(image, mime_type), mime_type).pixels.mode == "RGB"
    image.putalpha(Image.new("L", image.size, 0).point(lambda _: 90))
    picture = decode.load(encoded(image, mime_type), mime_type)
    assert picture.pixels.mode == "RGBA"
    assert abs(_number(picture.pixels.getchannel("A").getpixel((5, 5))) - 90) <= 3


def test_grey_with_alpha() -> None:
    picture = decode.load(encoded(Image.new("LA", (40, 20), (200, 90)), "image/png"), "image/png")
    assert picture.pixels.getpixel((5, 5)) == (200, 200, 200, 90)


@pytest.mark.parametrize("mime_type", ["image/gif", "image/webp", "image/png", "image/avif", "image/tiff"])
def test_the_first_frame_stands_for_an_animation(mime_type: str) -> None:
    later = [quadrants().transpose(Image.Transpose.ROTATE_180), Image.new("RGB", (96, 64))]
    data = encoded(quadrants(), mime_type, save_all=True, append_images=later)
    assert corners(decode.load(data, mime_type).pixels) == UPRIGHT


def test_several_pictures_in_one_jpeg_file() -> None:
    buffer = io.BytesIO()
    quadrants().save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64))])
    assert corners(decode.load(buffer.getvalue(), "image/jpeg", longest_edge=48).pixels) == UPRIGHT


@pytest.mark.parametrize("mime_type", ["image/jpeg", "image/png"])
@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        ((1, 1), (1, 1)),
        ((1, 5000), (1, 500)),
        ((5000, 1), (500, 1)),
        ((2000, 3), (500, 1)),
        ((501, 300), (500, 299)),
        ((500, 20), (500, 20)),
    ],
)
def test_sizes(mime_type: str, size: tuple[int, int], scaled: tuple[int, int]) -> None:
    picture = decode.load(encoded(Image.new("RGB", size, (9, 90, 200)), mime_type), mime_type, longest_edge=500)
    assert picture.pixels.size == scaled
    assert (picture.width, picture.height) == size


def test_a_large_jpeg_is_decoded_at_a_fraction_of_its_size_and_looks_the_same() -> None:
    source = drawing.texture((1600, 1200))
    picture = decode.load(encoded(source, "image/jpeg", quality=95), "image/jpeg", longest_edge=300)
    wanted = source.resize((300, 225), Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(picture.pixels, float) - np.asarray(wanted, float)).mean() < 2.0


def test_paths_bytes_and_streams(tmp_path: Path) -> None:
    data = encoded(quadrants(), "image/png")
    path = tmp_path / "no-extension"
    path.write_bytes(data)
    stream = io.BytesIO(data)
    for source in (path, data, stream):
        assert corners(decode.load(source, "image/png").pixels) == UPRIGHT
    assert not stream.closed


def test_the_pixels_carry_nothing_of_the_file() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Northlight"
    picture = decode.load(encoded(quadrants(), "image/jpeg", exif=exif, comment=b"from the balcony"), "image/jpeg")
    assert picture.pixels.info == {}
    assert type(picture.pixels) is Image.Image


@pytest.mark.parametrize("mime_type", ["image/svg+xml", "video/mp4", "application/pdf", "image/x-nikon-nef"])
def test_other_types_are_unsupported(mime_type: str) -> None:
    with pytest.raises(errors.Unsupported) as refused:
        decode.load(b"whatever it is", mime_type)
    assert refused.value.code == "UNSUPPORTED"
    assert ("Raw camera files" in refused.value.message) == ("x-nikon" in mime_type)


def _grey(picture: decode.Picture, x: int) -> int:
    red, green, blue = picture.pixels.getpixel((x, 5))  # type: ignore[misc]  # RGB gives three numbers
    assert red == green == blue
    return int(red)


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
