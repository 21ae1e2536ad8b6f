"""What a file is follows from its bytes."""

import struct

import pytest

from evoke.platform.pictures import sniff
from tests.pictures import drawing


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = major + bytes(4) + b"".join(compatible)
    return struct.pack(">I4s", 8 + len(body), b"ftyp") + body + b"\x00\x00\x00\x08free"


@pytest.mark.parametrize("mime_type", drawing.PILLOW_NAMES)
def test_pictures_of_every_format_are_known(mime_type: str) -> None:
    kind = drawing.kind_of(drawing.encoded(drawing.quadrants(), mime_type))
    assert kind is not None
    assert (kind.mime_type, kind.type) == (mime_type, "image")


@pytest.mark.parametrize(
    ("head", "mime_type", "extension"),
    [
        (ftyp(b"heic", b"mif1", b"heic"), "image/heic", "heic"),
        (ftyp(b"heix", b"mif1"), "image/heic", "heic"),
        (ftyp(b"mif1", b"mif1", b"avif"), "image/avif", "avif"),
        (ftyp(b"mif1", b"mif1", b"heic"), "image/heic", "heic"),
        (ftyp(b"mif1", b"mif1"), "image/heif", "heif"),
        (ftyp(b"msf1", b"hevc"), "image/heic", "heic"),
        (ftyp(b"avis", b"avif", b"msf1"), "image/avif", "avif"),
        (ftyp(b"crx ", b"isom"), "image/x-canon-cr3", "cr3"),
        (ftyp(b"isom", b"iso2", b"avc1", b"mp41"), "video/mp4", "mp4"),
        (ftyp(b"mp42", b"isom"), "video/mp4", "mp4"),
        (ftyp(b"XAVC", b"mp42"), "video/mp4", "mp4"),
        (ftyp(b"odd ", b"mp42"), "video/mp4", "mp4"),
        (ftyp(b"qt  "), "video/quicktime", "mov"),
        (ftyp(b"M4V ", b"isom"), "video/x-m4v", "m4v"),
        (ftyp(b"3gp4", b"isom"), "video/3gpp", "3gp"),
        (ftyp(b"3g2a"), "video/3gpp2", "3g2"),
        (b"\x00\x00\x00\x20moov" + bytes(24), "video/quicktime", "mov"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo", "avi"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm", "webm"),
        (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska", "video/x-matroska", "mkv"),
        (b"\xff\x0a\xba\x21", "image/jxl", "jxl"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl", "jxl"),
        (b"FUJIFILMCCD-RAW 0201", "image/x-fuji-raf", "raf"),
        (b"IIU\x00\x18\x00\x00\x00", "image/x-panasonic-rw2", "rw2"),
    ],
)
def test_brands_and_signatures(head: bytes, mime_type: str, extension: str) -> None:
    kind = sniff.sniff(head)
    assert kind is not None
    assert (kind.mime_type, kind.extension) == (mime_type, extension)
    assert kind.type == mime_type.partition("/")[0]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"<!doctype html><script>",
        b"BM is how this text begins, and it is not a bitmap",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01something else",
        ftyp(b"M4A ", b"mp42"),
        ftyp(b"jp2 "),
        ftyp(b"none"),
        b"\x00\x00\x00\x00ftyp",
        b"PK\x03\x04",
        bytes(4096),
    ],
)
def test_other_files_are_not(head: bytes) -> None:
    assert sniff.sniff(head) is None


def tiff(order: str, tags: dict[int, tuple[int, int]], text: bytes = b"") -> bytes:
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = b""
    for tag, (kind, value) in sorted(tags.items()):
        stored = struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
        entries += struct.pack(order + "HHI", tag, kind, 1) + stored
    body = struct.pack(order + "H", len(tags)) + entries + bytes(4)
    return mark + struct.pack(order + "I", 8 + len(text)) + text + body


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("tags", "text", "mime_type"),
    [
        ({256: (3, 100), 257: (3, 100)}, b"", "image/tiff"),
        ({254: (4, 0), 330: (4, 100)}, b"", "image/tiff"),
        ({254: (4, 1), 50706: (4, 0x01040000)}, b"", "image/x-adobe-dng"),
        ({254: (4, 1), 271: (2, 8), 330: (4, 100)}, b"NIKON CORPORATION\x00", "image/x-nikon-nef"),
        ({254: (4, 1), 271: (2, 8), 330: (4, 100)}, b"SONY\x00\x00", "image/x-sony-arw"),
        ({254: (4, 1), 271: (2, 8), 330: (4, 100)}, b"Northlight\x00\x00", "image/x-dcraw"),
    ],
)
def test_raw_files_are_told_from_tiffs(
    order: str, tags: dict[int, tuple[int, int]], text: bytes, mime_type: str
) -> None:
    kind = sniff.sniff(tiff(order, tags, text))
    assert kind is not None
    assert kind.mime_type == mime_type


@pytest.mark.parametrize(
    "head", [b"II*\x00", b"II*\x00\xff\xff\xff\xff", b"MM\x00+\x00\x08\x00\x00", b"II*\x00\x08\x00\x00\x00"]
)
def test_a_tiff_without_a_readable_directory_is_still_a_tiff(head: bytes) -> None:
    assert sniff.sniff(head) == sniff.TIFF


def test_canon_raw() -> None:
    assert sniff.sniff(b"II*\x00\x10\x00\x00\x00CR\x02\x00") == sniff.CR2
