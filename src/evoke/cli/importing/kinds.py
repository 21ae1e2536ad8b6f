"""What a file in a folder is likely to be, before it is read in earnest."""

import io
import os
import stat
import struct
from pathlib import PurePath
from typing import BinaryIO

from evoke.platform.pictures import sniff

# fmt: off
PICTURES = frozenset({
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "tif", "tiff", "bmp", "heic", "heif", "hif", "avif",
    "jxl", "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "srf", "sr2", "raf", "orf", "rw2", "raw", "pef",
    "srw", "x3f", "3fr", "erf", "mrw", "dcr", "kdc", "rwl", "iiq",
})
VIDEOS = frozenset({
    "mp4", "m4v", "mov", "qt", "3gp", "3g2", "webm", "mkv", "avi", "mts", "m2ts", "mpg", "mpeg", "wmv",
})
# fmt: on
"""By these names people know pictures and videos. One of them that Evoke cannot take is told, not passed over."""

LIVE_PICTURES = ("heic", "heif", "jpg", "jpeg")
"""What the picture of a live photo is, the likeliest first."""
LIVE_VIDEOS = ("mov", "mp4")
LIVE_SECONDS = 10.0
"""Phones record 1.5 to 3 seconds around a picture. A longer video of the same name is one of its own."""

_MAX_BOXES = 1000
"""Movies have a dozen; a file made of nothing but empty boxes shall not keep us."""
_SYSTEM_FOLDERS = frozenset(
    {"@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found", "__macosx"}
)


def extension(name: str) -> str:
    """In lower case, without the dot."""
    return PurePath(name).suffix[1:].lower()


def is_hidden(name: str) -> bool:
    """Whether this is of the system's own: dot files, thumbnails and trash of NAS devices and desktops."""
    return name.startswith(".") or name.lower() in _SYSTEM_FOLDERS


def looks_like_media(name: str) -> bool:
    return extension(name) in PICTURES or extension(name) in VIDEOS


def open_regular(path: str) -> io.FileIO:
    """Open for reading. A FIFO or a device that took the file's place does not hang us: OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(None, "not a regular file", path)
        return io.FileIO(handle)
    except BaseException:
        os.close(handle)
        raise


def is_media(path: str) -> bool:
    """Whether it is a picture or a video by its content. False for what cannot be read."""
    try:
        with open_regular(path) as file:
            return sniff.sniff(file.read(sniff.HEAD_BYTES)) is not None
    except OSError:
        return False


def is_short_video(path: str) -> bool:
    """Whether it is known to be a video of at most LIVE_SECONDS."""
    try:
        with open_regular(path) as file:
            seconds = _duration(file)
    except (OSError, struct.error):
        return False
    return seconds is not None and 0 < seconds <= LIVE_SECONDS


def _duration(file: BinaryIO) -> float | None:
    """Seconds, from the movie header of a QuickTime or MP4 file (ISO/IEC 14496-12, sections 4.2 and 8.2.2)."""
    end = file.seek(0, os.SEEK_END)
    found = _find_box(file, 0, end, b"moov")
    header = _find_box(file, *found, b"mvhd") if found else None
    if header is None:
        return None
    file.seek(header[0])
    version = file.read(4)[:1]
    layout, skipped = (">IQ", 16) if version == b"\x01" else (">II", 8)
    file.seek(skipped, os.SEEK_CUR)
    scale, duration = struct.unpack(layout, file.read(struct.calcsize(layout)))
    return duration / scale if scale else None


def _find_box(file: BinaryIO, start: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Where the content of the first box of this kind begins and ends."""
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            break
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return None
        if kind == wanted:
            return start + head, min(start + size, end)
        start += size
    return None
