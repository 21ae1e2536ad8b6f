"""JPEG XL through the optional package `pillow-jxl-plugin`.

The plugin decodes while it opens, so the size that a file declares is read here first.
"""

import struct
from typing import IO

from PIL import ImageFile

from evoke.platform.pictures import errors, limits

_CODESTREAM = b"\xff\x0a"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def open_jxl(stream: IO[bytes], within: limits.Limits) -> tuple[ImageFile.ImageFile, bool]:
    """The picture, and whether its EXIF orientation is still to be applied.

    The decoder applies the orientation of the codestream itself, and the EXIF one is then only a copy
    (ISO/IEC 18181-2); a JPEG that was packed losslessly comes out as it was, not yet turned.
    Raises Unsupported without the plugin, TooManyPixels, Undecodable.
    """
    try:
        from pillow_jxl import JpegXLImagePlugin
    except ImportError:
        raise errors.Unsupported("JPEG XL cannot be shown here: install the package `pillow-jxl-plugin`.") from None
    width, height = declared_size(stream.read(65536))
    within.check_pixels(width, height)
    within.check_bytes(width * height * 8)
    stream.seek(0)
    image: ImageFile.ImageFile = JpegXLImagePlugin.JXLImageFile(stream, "")
    return image, bool(getattr(image, "jpeg", False))


def declared_size(head: bytes) -> tuple[int, int]:
    """(width, height) of the SizeHeader (ISO/IEC 18181-1, D.2), in a bare codestream or in a container."""
    bits = _Bits(_codestream(head)[2:])
    if bits.take(1):
        height = (bits.take(5) + 1) * 8
        small = True
    else:
        height = 1 + bits.take((9, 13, 18, 30)[bits.take(2)])
        small = False
    ratio = bits.take(3)
    if ratio:
        numerator, denominator = _RATIOS[ratio - 1]
        return height * numerator // denominator, height
    return ((bits.take(5) + 1) * 8 if small else 1 + bits.take((9, 13, 18, 30)[bits.take(2)])), height


def _codestream(head: bytes) -> bytes:
    if head.startswith(_CODESTREAM):
        return head
    at = 0
    while at + 16 <= len(head):
        size, name = struct.unpack_from(">I4s", head, at)
        start, size = (at + 16, struct.unpack_from(">Q", head, at + 8)[0]) if size == 1 else (at + 8, size)
        if name in (b"jxlc", b"jxlp"):
            return head[start + (4 if name == b"jxlp" else 0) :]
        if size < 8:
            break
        at += size
    raise errors.Undecodable("The JPEG XL container holds no picture within its first 64 KiB.")


class _Bits:
    """Reads least significant bits first."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:16], "little")
        self._left = 8 * min(len(data), 16)

    def take(self, count: int) -> int:
        if count > self._left:
            raise errors.Truncated
        result = self._value & ((1 << count) - 1)
        self._value >>= count
        self._left -= count
        return result
