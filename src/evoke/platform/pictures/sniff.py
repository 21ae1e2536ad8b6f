"""What a file is, from its first bytes alone. Names and declared types lie; they are never looked at."""

import struct
from dataclasses import dataclass
from typing import Literal

# Enough for the longest list of brands in use and for the first directory of a TIFF-based raw file.
HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """`extension` has no dot. Raw camera files have a type that begins with image/x-; they are kept, not rendered."""

    mime_type: str
    type: Literal["image", "video"]
    extension: str


JPEG = Kind("image/jpeg", "image", "jpg")
PNG = Kind("image/png", "image", "png")
WEBP = Kind("image/webp", "image", "webp")
GIF = Kind("image/gif", "image", "gif")
TIFF = Kind("image/tiff", "image", "tif")
BMP = Kind("image/bmp", "image", "bmp")
HEIC = Kind("image/heic", "image", "heic")
HEIF = Kind("image/heif", "image", "heif")
AVIF = Kind("image/avif", "image", "avif")
JXL = Kind("image/jxl", "image", "jxl")
DNG = Kind("image/x-adobe-dng", "image", "dng")
CR2 = Kind("image/x-canon-cr2", "image", "cr2")
CR3 = Kind("image/x-canon-cr3", "image", "cr3")
NEF = Kind("image/x-nikon-nef", "image", "nef")
ARW = Kind("image/x-sony-arw", "image", "arw")
RAF = Kind("image/x-fuji-raf", "image", "raf")
ORF = Kind("image/x-olympus-orf", "image", "orf")
RW2 = Kind("image/x-panasonic-rw2", "image", "rw2")
RAW = Kind("image/x-dcraw", "image", "raw")
MP4 = Kind("video/mp4", "video", "mp4")
M4V = Kind("video/x-m4v", "video", "m4v")
MOV = Kind("video/quicktime", "video", "mov")
THREE_GP = Kind("video/3gpp", "video", "3gp")
THREE_G2 = Kind("video/3gpp2", "video", "3g2")
WEBM = Kind("video/webm", "video", "webm")
MKV = Kind("video/x-matroska", "video", "mkv")
AVI = Kind("video/x-msvideo", "video", "avi")

_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xff\x0a", JXL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", JXL),
    (b"FUJIFILMCCD-RAW", RAF),
    (b"IIRO", ORF),
    (b"IIRS", ORF),
    (b"MMOR", ORF),
    (b"IIU\x00", RW2),
)

# ISO/IEC 23008-12 (HEIF) and the registry of brands at mp4ra.org.
_HEVC_PICTURES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AV1_PICTURES = {b"avif", b"avis"}
_ANY_PICTURES = {b"mif1", b"mif2", b"msf1", b"miaf"}
_MP4_BRANDS = {
    b"mp41",
    b"mp42",
    b"mp71",
    b"avc1",
    b"dash",
    b"MSNV",
    b"mmp4",
    b"XAVC",
    b"NDSC",
    b"NDSM",
    b"F4V ",
    b"f4v ",
}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "}


def sniff(head: bytes) -> Kind | None:
    """The kind of a file that begins with `head` (HEAD_BYTES of it, or all of a shorter one); None for all others."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": AVI}.get(head[8:12])
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _tiff(head)
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        # The document type is one of the first elements of the EBML header.
        return WEBM if b"webm" in head[:96] else MKV if b"matroska" in head[:96] else None
    if head[4:8] in (b"moov", b"mdat", b"wide", b"pnot"):
        return MOV  # QuickTime from before there were brands
    return BMP if _is_bmp(head) else None


def _is_bmp(head: bytes) -> bool:
    # "BM" alone begins many texts; the size of the next header is one of the seven that exist.
    return (
        head[:2] == b"BM"
        and len(head) >= 26
        and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 64, 108, 124)
    )


def _iso_media(head: bytes) -> Kind | None:
    size = struct.unpack_from(">I", head)[0]
    box = head[: max(size, 16)]
    major = box[8:12]
    brands = {box[at : at + 4] for at in range(16, len(box) - 3, 4)}
    if major in _HEVC_PICTURES:
        return HEIC
    if major in _AV1_PICTURES:
        return AVIF
    if major in _ANY_PICTURES:
        # The container brand says nothing of the codec: the compatible ones do.
        return AVIF if brands & _AV1_PICTURES else HEIC if brands & _HEVC_PICTURES else HEIF
    if major == b"crx ":
        return CR3
    return _iso_video(major) or (MP4 if brands & _MP4_BRANDS and major not in _AUDIO_BRANDS else None)


def _iso_video(major: bytes) -> Kind | None:
    if major in (b"M4V ", b"M4VH", b"M4VP"):
        return M4V
    if major[:3] in (b"3gp", b"3gg", b"3gr", b"3gs", b"3ge"):
        return THREE_GP
    if major[:3] == b"3g2":
        return THREE_G2
    if major == b"qt  ":
        return MOV
    return MP4 if major in _MP4_BRANDS or major[:3] == b"iso" else None


_SUB_IFDS, _NEW_SUBFILE_TYPE, _MAKE, _DNG_VERSION = 330, 254, 271, 50706
_MAKERS = {b"NIKON": NEF, b"SONY": ARW}


def _tiff(head: bytes) -> Kind:
    """Raw files of most makers are TIFFs: a small preview comes first, the picture is in a sub-directory."""
    if head[8:10] == b"CR":
        return CR2
    order = "<" if head[:2] == b"II" else ">"
    tags = _first_directory(head, order)
    if _DNG_VERSION in tags:
        return DNG
    if _SUB_IFDS in tags and tags.get(_NEW_SUBFILE_TYPE, 0) & 1:
        at = tags.get(_MAKE, 0)
        make = head[at : at + 16].upper()
        return next((kind for name, kind in _MAKERS.items() if make.startswith(name)), RAW)
    return TIFF


def _first_directory(head: bytes, order: str) -> dict[int, int]:
    """Tag to value (or its offset), as far as the head goes. Empty for BigTIFF, which no raw format uses."""
    if len(head) < 8 or head[2:4] in (b"+\x00", b"\x00+"):
        return {}
    (at,) = struct.unpack_from(order + "I", head, 4)
    if at + 2 > len(head):
        return {}
    (count,) = struct.unpack_from(order + "H", head, at)
    tags: dict[int, int] = {}
    for entry in range(at + 2, min(at + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", head, entry)
        # A SHORT sits in the first two of the four bytes of its value, in either byte order.
        tags[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), head, entry + 8)[0]
    return tags
