"""Pictures that the tests of this folder draw for themselves."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageFilter

from evoke.platform.pictures import sniff

pillow_heif.register_heif_opener()  # the product only reads HEIF; the tests write it too

T = Image.Transpose
# How a camera that is held as the EXIF orientation says has stored an upright scene.
AS_STORED = {
    1: None,
    2: T.FLIP_LEFT_RIGHT,
    3: T.ROTATE_180,
    4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE,
    6: T.ROTATE_90,
    7: T.TRANSVERSE,
    8: T.ROTATE_270,
}
PILLOW_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
}


def quadrants(size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """Red, green, blue and white quarters, clockwise from the upper left: no turn or mirror leaves it the same."""
    width, height = size
    image = Image.new("RGB", size, (230, 20, 20))
    image.paste((20, 200, 20), (width // 2, 0, width, height // 2))
    image.paste((240, 240, 240), (0, height // 2, width // 2, height))
    image.paste((20, 20, 220), (width // 2, height // 2, width, height))
    return image.convert(mode)


def corners(image: Image.Image) -> list[str]:
    """The names of the four quarters' colours, clockwise from the upper left."""
    rgb = image.convert("RGB")
    width, height = rgb.size
    left, right, top, bottom = width // 4, width * 3 // 4, height // 4, height * 3 // 4
    return [_name(rgb.getpixel(at)) for at in ((left, top), (right, top), (right, bottom), (left, bottom))]


UPRIGHT = ["red", "green", "blue", "white"]


def _name(pixel: Any) -> str:
    named = {"red": (230, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220), "white": (240, 240, 240)}
    return min(named, key=lambda name: sum((a - b) ** 2 for a, b in zip(named[name], pixel, strict=True)))


def texture(size: tuple[int, int], seed: int = 1) -> Image.Image:
    """Smooth noise in colour, which no encoder can shrink to nothing."""
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(noise).filter(ImageFilter.GaussianBlur(2))


def encoded(image: Image.Image, mime_type: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, PILLOW_NAMES[mime_type], **options)
    return buffer.getvalue()


def kind_of(data: bytes) -> sniff.Kind | None:
    return sniff.sniff(data[: sniff.HEAD_BYTES])


def declaring(mime_type: str, width: int, height: int) -> bytes:
    """A small file of the type whose header claims to be this large."""
    data = bytearray(encoded(quadrants(), mime_type))
    if mime_type == "image/png":
        header = b"IHDR" + struct.pack(">II", width, height) + bytes(data[24:29])
        data[12:33] = header + struct.pack(">I", zlib.crc32(header))
    elif mime_type == "image/jpeg":
        frame = data.index(b"\xff\xc0")
        data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    elif mime_type == "image/gif":
        data[6:10] = struct.pack("<HH", width, height)
    elif mime_type == "image/bmp":
        data[18:26] = struct.pack("<ii", width, height)
    elif mime_type == "image/webp":
        vp8x = (
            b"VP8X" + struct.pack("<II", 10, 0) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        )
        data[12:12] = vp8x
        data[4:8] = struct.pack("<I", len(data) - 8)
    elif mime_type == "image/tiff":
        _patch_tiff(data, {256: width, 257: height})
    else:  # HEIF and AVIF state it in the property "image spatial extents"
        at = data.index(b"ispe")
        data[at + 8 : at + 16] = struct.pack(">II", width, height)
    return bytes(data)


def _patch_tiff(data: bytearray, values: dict[int, int]) -> None:
    (directory,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from("<H", data, entry)
        if tag in values:
            struct.pack_into("<HII", data, entry + 2, 4, 1, values[tag])


SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841))


def profile(
    primaries: tuple[tuple[float, float, float], ...] = DISPLAY_P3,
    *,
    gamma: float = 2.2,
    version: int = 2,
    maker: str = "Northlight",
    space: bytes = b"RGB ",
) -> bytes:
    """An ICC profile as a camera maker writes it, its name in the description and in the header."""
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256))
    if version == 4:
        curve = struct.pack(">4sIHHi", b"para", 0, 0, 0, round(gamma * 65536))
    name = maker.encode()
    tags = {
        b"desc": struct.pack(">4sII", b"desc", 0, len(name) + 1) + name + bytes(79),
        b"cprt": b"text\x00\x00\x00\x00(c) " + name + b"\x00",
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
    }
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        for letter, primary in zip(b"rgb", primaries, strict=True):
            tags[bytes([letter]) + b"XYZ"] = _xyz(primary)
            tags[bytes([letter]) + b"TRC"] = curve
    body, table = b"", struct.pack(">I", len(tags))
    start = 132 + 12 * len(tags)
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">I4s4s4s4s4s", start + len(body), b"lcms", bytes([version, 0, 0, 0]), b"mntr", space, b"XYZ ")
    header += struct.pack(">6H4s", 2024, 5, 6, 7, 8, 9, b"acsp") + b"APPL" + bytes(4) + b"NRTH" + b"N-12" + bytes(12)
    return header + struct.pack(">3i", 63190, 65536, 54061) + b"NRTH" + bytes(44) + table + body


def _xyz(value: tuple[float, float, float]) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(part * 65536) for part in value))
