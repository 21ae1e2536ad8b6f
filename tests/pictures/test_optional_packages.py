"""Formats behind packages that may be absent: present, they work; absent, the error names the package."""

import importlib.util
import io
import sys

import pytest
from PIL import Image

from evoke.platform.pictures import decode, errors, jxl, limits, video
from tests.pictures.drawing import UPRIGHT, corners, quadrants

needs_jxl = pytest.mark.skipif(importlib.util.find_spec("pillow_jxl") is None, reason="needs pillow-jxl-plugin")


def bits(*fields: tuple[int, int]) -> bytes:
    """(value, number of bits), least significant first, as JPEG XL packs them, behind its signature."""
    value, at = 0, 0
    for number, count in fields:
        value |= number << at
        at += count
    return b"\xff\x0a" + value.to_bytes(16, "little")


SQUARE = bits((1, 1), (7, 5), (1, 3))


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (SQUARE, (64, 64)),
        (bits((1, 1), (7, 5), (0, 3), (3, 5)), (32, 64)),
        (bits((0, 1), (1, 2), (1079, 13), (5, 3)), (1920, 1080)),
        (bits((0, 1), (0, 2), (299, 9), (0, 3), (2, 2), (99_999, 18)), (100_000, 300)),
        (bits((0, 1), (3, 2), (2**30 - 1, 30), (7, 3)), (2**31, 2**30)),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + b"\x00\x00\x00\x24jxlc" + SQUARE, (64, 64)),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + b"\x00\x00\x00\x28jxlp\x00\x00\x00\x00" + SQUARE, (64, 64)),
        (
            b"\x00\x00\x00\x0cJXL \r\n\x87\n"
            + b"\x00\x00\x00\x01free"
            + (16).to_bytes(8, "big")
            + b"\x00\x00\x00\x00jxlc"
            + SQUARE,
            (64, 64),
        ),
    ],
)
def test_the_size_that_a_jpeg_xl_declares(head: bytes, size: tuple[int, int]) -> None:
    assert jxl.declared_size(head) == size


@pytest.mark.parametrize(
    "head", [b"", b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n", b"\x00\x00\x00\x02what" + bytes(20)]
)
def test_a_jpeg_xl_that_declares_nothing(head: bytes) -> None:
    with pytest.raises(errors.PictureUnreadable):
        jxl.declared_size(head)


@needs_jxl
@pytest.mark.parametrize("orientation", [1, 6])
def test_jpeg_xl_is_read(orientation: int) -> None:
    importlib.import_module("pillow_jxl")
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation  # informative only: the codestream has its own
    quadrants().save(buffer, "JXL", exif=exif.tobytes())
    picture = decode.load(buffer.getvalue(), "image/jxl", longest_edge=48)
    assert corners(picture.pixels) == UPRIGHT
    assert (picture.width, picture.height) == (96, 64)


@needs_jxl
def test_jpeg_xl_bombs_and_damage() -> None:
    with pytest.raises(errors.TooManyPixels):
        decode.load(bits((0, 1), (3, 2), (2**30 - 1, 30), (1, 3)), "image/jxl")
    with pytest.raises(errors.TooManyPixels):
        decode.load(SQUARE, "image/jxl", within=limits.Limits(max_bytes=100))
    with pytest.raises(errors.Undecodable):
        decode.load(SQUARE + bytes(100), "image/jxl")


def test_without_the_jpeg_xl_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    with pytest.raises(errors.Unsupported, match="pillow-jxl-plugin") as refused:
        decode.load(SQUARE, "image/jxl")
    assert refused.value.code == "UNSUPPORTED"


def test_without_the_video_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(errors.VideoUnsupported) as refused:
        video.probe(b"\x00\x00\x00\x18ftypisom", "video/mp4")
    assert refused.value.code == "VIDEO_UNSUPPORTED"
