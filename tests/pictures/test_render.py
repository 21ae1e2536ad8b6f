"""The renditions: sizes, formats, colours, and nothing of what the file knew."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from evoke.platform.pictures import decode, errors, limits, render, sniff
from tests.pictures import drawing
from tests.pictures.drawing import UPRIGHT, corners, encoded, quadrants

REAL_PHOTOS = Path(__file__).parents[3] / "shared" / "photos"


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("mime_type", drawing.PILLOW_NAMES)
def test_every_format_has_both_renditions(mime_type: str) -> None:
    rendered = render.render(encoded(quadrants((1800, 1200)), mime_type), mime_type)
    preview, thumbnail = opened(rendered.preview), opened(rendered.thumbnail)
    assert (preview.format, preview.size) == ("JPEG", (1440, 960))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (250, 167))
    assert (rendered.preview_mime_type, rendered.thumbnail_mime_type) == ("image/jpeg", "image/webp")
    assert (rendered.width, rendered.height) == (1800, 1200)
    assert corners(preview) == corners(thumbnail) == UPRIGHT
    assert len(rendered.dominant_colors) == 4
    assert 5 < len(rendered.thumbhash) <= 25


@pytest.mark.parametrize(
    ("size", "preview", "thumbnail"),
    [
        ((1, 1), (1, 1), (1, 1)),
        ((1, 5000), (1, 1440), (1, 250)),
        ((9000, 90), (1440, 14), (250, 2)),
        ((120, 80), (120, 80), (120, 80)),
        ((300, 1440), (300, 1440), (52, 250)),
    ],
)
def test_nothing_is_enlarged_and_no_side_vanishes(
    size: tuple[int, int], preview: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    rendered = render.render(encoded(drawing.texture(size), "image/png"), "image/png")
    assert opened(rendered.preview).size == preview
    assert opened(rendered.thumbnail).size == thumbnail
    assert rendered.dominant_colors


def test_other_sizes() -> None:
    sizes = render.Sizes(thumbnail=20, preview=60)
    rendered = render.render(encoded(quadrants(), "image/jpeg"), "image/jpeg", sizes=sizes)
    assert (opened(rendered.preview).size, opened(rendered.thumbnail).size) == ((60, 40), (20, 13))


def test_transparency_makes_the_preview_a_webp() -> None:
    image = quadrants(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    rendered = render.render(encoded(image, "image/png"), "image/png")
    assert rendered.preview_mime_type == "image/webp"
    for data in (rendered.preview, rendered.thumbnail):
        assert opened(data).mode == "RGBA"
    assert rendered.thumbhash[2] & 0x80


def with_everything(mime_type: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Northlight", "N-12"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (39.0, 1.0, 23.45)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>39,1.4N</exif:GPSLatitude></x:xmpmeta>"
    options: dict[str, object] = {"exif": exif.tobytes(), "xmp": xmp, "icc_profile": drawing.profile()}
    if mime_type == "image/jpeg":
        options["comment"] = b"from the balcony of Northlight"
    return encoded(drawing.texture((300, 200)), mime_type, **options)


@pytest.mark.parametrize("mime_type", ["image/jpeg", "image/webp", "image/heic", "image/avif"])
def test_renditions_hold_no_metadata(mime_type: str) -> None:
    source = with_everything(mime_type)
    traces = (b"Northlight", b"N-12", b"NRTH", b"xmpmeta", b"GPS", b"Exif", b"EXIF", b"XMP ", b"balcony")
    assert sum(trace in source for trace in traces) >= 5
    rendered = render.render(source, mime_type)
    for data in (rendered.preview, rendered.thumbnail):
        assert not [trace for trace in traces if trace in data]
        assert not opened(data).getexif()
        assert not {"exif", "xmp", "comment"} & set(opened(data).info)


def test_wide_colours_stay_wide_in_the_preview_and_become_srgb_in_the_thumbnail() -> None:
    source = Image.new("RGB", (300, 200), (200, 60, 60))
    rendered = render.render(encoded(source, "image/png", icc_profile=drawing.profile()), "image/png")
    preview, thumbnail = opened(rendered.preview), opened(rendered.thumbnail)
    assert "icc_profile" not in thumbnail.info
    seen = ImageCms.profileToProfile(
        preview, ImageCms.ImageCmsProfile(io.BytesIO(preview.info["icc_profile"])), ImageCms.createProfile("sRGB")
    )
    assert seen is not None
    assert np.abs(np.asarray(preview, int) - np.asarray(source, int)).max() <= 3
    assert np.abs(np.asarray(seen.resize((9, 9)), int) - np.asarray(thumbnail.resize((9, 9)), int)).max() <= 4
    assert rendered.dominant_colors[0][1:3] > "C8"  # more saturated than the 200 of the wide red


def test_a_picture_that_is_there_already() -> None:
    picture = decode.Picture(quadrants((2000, 1000)), 4000, 2000, None)
    rendered = render.render_picture(picture)
    assert (rendered.width, rendered.height) == (4000, 2000)
    assert opened(rendered.preview).size == (1440, 720)


def test_limits_and_errors_reach_the_caller() -> None:
    with pytest.raises(errors.TooManyPixels):
        render.render(encoded(quadrants(), "image/png"), "image/png", within=limits.Limits(max_pixels=10))


def test_the_same_file_gives_the_same_bytes() -> None:
    data = encoded(drawing.texture((400, 300)), "image/jpeg")
    assert render.render(data, "image/jpeg") == render.render(data, "image/jpeg")


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="real photographs are not part of the project")
def test_real_photographs() -> None:
    seen = set()
    for path in sorted(REAL_PHOTOS.rglob("*.*")):
        kind = sniff.sniff(path.read_bytes()[: sniff.HEAD_BYTES])
        if kind is None or kind.mime_type not in decode.RENDERABLE or kind == sniff.JXL:
            continue
        rendered = render.render(path, kind.mime_type)
        for data in (rendered.preview, rendered.thumbnail):
            assert max(opened(data).size) <= max(rendered.width, rendered.height)
            assert b"Apple" not in data
        seen.add(kind.mime_type)
    assert {"image/jpeg", "image/png", "image/webp", "image/heic", "image/avif"} <= seen
