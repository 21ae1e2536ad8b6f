"""Pictures made for tests: small, each different, with the metadata that a test names."""

import io
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image


def jpeg(
    seed: int = 0, *, size: tuple[int, int] = (160, 120), exif: Mapping[int, Any] | None = None, **gps: Any
) -> bytes:
    """A JPEG whose bytes depend on `seed`; `exif` by tag number, in the directory where the tag belongs."""
    return encode("JPEG", seed, size=size, exif=exif, gps=gps)


def encode(
    form: str,
    seed: int = 0,
    *,
    size: tuple[int, int] = (160, 120),
    exif: Mapping[int, Any] | None = None,
    gps: Mapping[str, Any] | None = None,
) -> bytes:
    image = picture(seed, size)
    options: dict[str, Any] = {}
    tags = Image.Exif()
    for tag, value in (exif or {}).items():
        base = tags if tag < 0x8000 and tag not in (0x829A, 0x829D) else tags.get_ifd(ExifTags.IFD.Exif)
        base[tag] = value
    if gps:
        directory = tags.get_ifd(ExifTags.IFD.GPSInfo)
        latitude, longitude = gps["latitude"], gps["longitude"]
        directory[1], directory[2] = ("N" if latitude >= 0 else "S"), _degrees(latitude)
        directory[3], directory[4] = ("E" if longitude >= 0 else "W"), _degrees(longitude)
    if exif or gps:
        options["exif"] = tags
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def picture(seed: int, size: tuple[int, int]) -> Image.Image:
    """A gradient whose colours come from `seed`."""
    first = (seed * 47 % 256, seed * 91 % 256, seed * 13 % 256)
    second = (255 - first[0], (first[1] + 128) % 256, (first[2] + 64 + seed // 256) % 256)
    mask = Image.linear_gradient("L").resize(size)
    image = Image.composite(Image.new("RGB", size, first), Image.new("RGB", size, second), mask)
    # A corner that spells the seed out, so that no two seeds give the same bytes.
    for bit in range(24):
        image.putpixel((bit % size[0], size[1] - 1), (255, 255, 255) if seed >> bit & 1 else (0, 0, 0))
    return image


def _degrees(value: float) -> tuple[float, float, float]:
    value = abs(value)
    return float(int(value)), float(int(value * 60) % 60), round(value * 3600 % 60, 4)
