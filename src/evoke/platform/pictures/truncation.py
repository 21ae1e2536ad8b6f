"""Whether a file that could not be decoded was cut short: it can be copied again, a damaged one cannot be mended."""

import io
import struct
from typing import IO

_TAIL = 65536


def is_cut(stream: IO[bytes]) -> bool:
    """By the lengths and end marks that the formats prescribe; False when they tell nothing. An empty file is cut."""
    try:
        length = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        head = stream.read(16)
        stream.seek(max(0, length - _TAIL))
        tail = stream.read(_TAIL)
        if head[4:8] == b"ftyp":
            return _boxes_end(stream, length) > length
    except (OSError, ValueError):  # a closed or broken stream tells nothing
        return False
    return length == 0 or _ends_early(head, tail, length)


def _ends_early(head: bytes, tail: bytes, length: int) -> bool:
    if head[:4] == b"RIFF":
        return length < 8 or 8 + struct.unpack_from("<I", head, 4)[0] > length
    if head[:3] == b"\xff\xd8\xff":
        return b"\xff\xd9" not in tail
    if head[:4] == b"\x89PNG":
        return b"IEND" not in tail
    if head[:4] == b"GIF8":
        return not tail.rstrip(b"\x00").endswith(b";")
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        # The directory most often stands last.
        return length < 8 or struct.unpack_from("<I" if head[:2] == b"II" else ">I", head, 4)[0] >= length
    return False


def _boxes_end(stream: IO[bytes], length: int) -> int:
    """Where the outermost ISO boxes say that the file ends."""
    at = 0
    while at < length:
        stream.seek(at)
        box = stream.read(16)
        size = int.from_bytes(box[:4], "big")
        if len(box) < 8:
            return at + 8
        if size == 0:
            return length  # the last box reaches to the end, wherever that is
        if size == 1:
            size = int.from_bytes(box[8:16], "big")
        if size < 8:
            return length  # damaged, which is another matter
        at += size
    return at
