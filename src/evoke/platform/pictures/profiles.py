"""Colour profiles: keep the wide ones, drop the ordinary one, convert the rest.

A profile inside a rendition carries no more than colours need: makers write their name, the device and a date into
theirs, so what is kept is written anew from the numbers alone.
"""

import io
import math
import struct
from functools import lru_cache

from PIL import Image, ImageCms

# Larger ones hold tables for printing; converting is cheaper than sending them along with every picture.
_KEEP_BYTES = 8192
_READ_BYTES = 4 * 1024**2

# The primaries of sRGB adapted to D50, as every sRGB profile states them (ICC.1:2022, IEC 61966-2-1).
_SRGB_PRIMARIES = {
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_SRGB_HALF = (
    0.2140  # linear light of the encoded value 0.5; plain gamma 2.2, which many small profiles use, gives 0.2176
)
_SPACES = {"RGB": b"RGB ", "RGBA": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK", "LAB": b"Lab "}


def fits(icc: bytes | None, mode: str) -> bool:
    """Whether the profile describes pixels of this Pillow mode at all. Broken and foreign profiles do not."""
    if icc is None or not 132 <= len(icc) <= _READ_BYTES:
        return False
    return icc[36:40] == b"acsp" and icc[16:20] == _SPACES.get(mode)


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA in sRGB; without a usable profile the pixels are taken to be sRGB already."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    transform = _transform(icc, image.mode, target) if icc and fits(icc, image.mode) else None
    if transform is None:
        return image if image.mode == target else image.convert(target)
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # None is only for in-place conversions
    return converted


@lru_cache(maxsize=1)
def lab() -> bytes:
    """The profile of CIELAB itself, for files that store it and so need none."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@lru_cache(maxsize=64)
def compact(icc: bytes) -> bytes | None:
    """The profile of an RGB picture reduced to what its colours need; None when it is sRGB or is not worth keeping.

    Only matrix profiles are reduced: three primaries and their curves. Call `is_srgb` to tell the two Nones apart.
    """
    tags = _matrix_tags(icc)
    if tags is None or is_srgb(icc):
        return None
    rebuilt = _write(icc, tags)
    return rebuilt if len(rebuilt) <= _KEEP_BYTES else None


@lru_cache(maxsize=64)
def is_srgb(icc: bytes) -> bool:
    """By its numbers: the names that profiles give themselves are many, and some are wrong."""
    tags = _matrix_tags(icc)
    if tags is None:
        return False
    near = all(
        abs(value - wanted) < 0.004
        for name, primary in _SRGB_PRIMARIES.items()
        for value, wanted in zip(_xyz(tags[name]), primary, strict=True)
    )
    return near and all(abs(at_half(tags[name]) - _SRGB_HALF) < 0.01 for name in _CURVES)


@lru_cache(maxsize=32)
def _transform(icc: bytes, mode: str, target: str) -> ImageCms.ImageCmsTransform | None:
    # Without the one-pixel cache inside a transform, threads can share it.
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        return ImageCms.buildTransform(
            source, ImageCms.createProfile("sRGB"), mode, target, flags=ImageCms.Flags.NOCACHE
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _matrix_tags(icc: bytes) -> dict[bytes, bytes] | None:
    """The primaries, curves and white point of an RGB matrix profile; None when it is anything else, or broken."""
    if not fits(icc, "RGB") or icc[20:24] != b"XYZ ":
        return None
    try:
        (count,) = struct.unpack_from(">I", icc, 128)
        table = [struct.unpack_from(">4sII", icc, 132 + 12 * index) for index in range(min(count, 100))]
    except struct.error:
        return None
    tags = {name: icc[at : at + size] for name, at, size in table}
    if any(name.startswith(b"A2B") for name in tags):
        return None  # tables take precedence over the matrix
    kept = {name: tags[name] for name in (b"wtpt", b"chad", *_SRGB_PRIMARIES, *_CURVES) if name in tags}
    sound = all(name in kept and kept[name][:4] == b"XYZ " and len(kept[name]) >= 20 for name in _SRGB_PRIMARIES)
    sound = sound and all(name in kept and at_half(kept[name]) > 0 for name in _CURVES)
    return kept if sound and b"wtpt" in kept else None


def _xyz(tag: bytes) -> tuple[float, float, float]:
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / 65536, y / 65536, z / 65536


def at_half(tag: bytes) -> float:
    """The curve at 0.5; 0 when it cannot be read."""
    try:
        if tag[:4] == b"curv":
            (count,) = struct.unpack_from(">I", tag, 8)
            if count == 0:
                return 0.5
            if count == 1:
                (gamma,) = struct.unpack_from(">H", tag, 12)
                return math.pow(0.5, gamma / 256)
            low, high = (struct.unpack_from(">H", tag, 12 + 2 * at)[0] for at in ((count - 1) // 2, count // 2))
            return float(low + high) / 2 / 65535
        if tag[:4] == b"para":
            return _parametric(tag, 0.5)
    except (struct.error, OverflowError, ZeroDivisionError):
        return 0.0
    return 0.0


def _parametric(tag: bytes, x: float) -> float:
    """ICC.1:2022, 10.18: functions of type 0 to 4."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind > 4:
        return 0.0
    count = (1, 3, 4, 5, 7)[kind]
    given: list[float] = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = given + [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][count:]
    if kind >= 3 and x < d:
        return c * x + f
    power = math.pow(a * x + b, g) if a * x + b > 0 else 0.0
    return power + (c if kind == 2 else e)


def _write(icc: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of the same version with only these tags; nothing of its maker, model, date or identity is left."""
    version = icc[8]
    contents = {b"desc": _text(version, "RGB", b"desc"), b"cprt": _text(version, "CC0", b"text"), **tags}
    offset = 132 + 12 * len(contents)
    table, body = struct.pack(">I", len(contents)), b""
    placed: dict[bytes, int] = {}
    for name, data in contents.items():
        if data not in placed:  # the three curves are most often one
            placed[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, placed[data], len(data))
    header = struct.pack(
        ">I4s4s4s4s4s12s4s4sI4s4s8sI12s4s44s",
        offset + len(body),
        b"",
        icc[8:12],
        b"mntr",
        b"RGB ",
        b"XYZ ",
        struct.pack(">6H", 2000, 1, 1, 0, 0, 0),
        b"acsp",
        b"",
        0,
        b"",
        b"",
        b"",
        0,
        icc[68:80],
        b"",
        b"",
    )
    return header + table + body


def _text(version: int, text: str, old: bytes) -> bytes:
    """A text tag as version 4 writes it (mluc), or as version 2 does (desc, text)."""
    if version >= 4:
        words = text.encode("utf-16-be")
        return struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(words), 28) + words
    plain = text.encode("ascii") + b"\x00"
    if old == b"text":
        return struct.pack(">4sI", b"text", 0) + plain
    return struct.pack(">4sII", b"desc", 0, len(plain)) + plain + bytes(78)
