"""Bytes of tags to text. Cameras write ASCII, UTF-8, Windows-1252 and UTF-16 in fields that promise only ASCII."""

import codecs

_CHARSET_LENGTH = 8  # EXIF 2.32, 4.6.5, UserComment: the first eight bytes name the character code


def decode(raw: bytes) -> str:
    """Text up to the first NUL that ends something: UTF-8, and where it is not, Windows-1252."""
    raw = next((piece for piece in raw.split(b"\0") if piece.strip()), b"")
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").strip()


def decode_utf16(raw: bytes) -> str:
    """UTF-16 in whichever byte order it was written.

    EXIF leaves the order to the file, and writers disagree with it; so a byte order mark decides, else the side
    on which more zero bytes stand, for every script has ASCII spaces and most texts are Latin; else big-endian.
    """
    raw = raw[: len(raw) // 2 * 2]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    else:
        text = raw.decode("utf-16-le" if raw[1::2].count(0) > raw[::2].count(0) else "utf-16-be", "replace")
    return text.partition("\0")[0].strip()


def decode_xp(raw: bytes) -> str:
    """The XP… tags of Windows: UTF-16, always little-endian."""
    return raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0].strip()


def decode_comment(raw: bytes) -> str:
    """A field that begins with the name of its character code (UserComment, GPSProcessingMethod)."""
    charset, body = raw[:_CHARSET_LENGTH].rstrip(b"\0 ").upper(), raw[_CHARSET_LENGTH:]
    if charset == b"UNICODE":
        # Some phones say Unicode and write UTF-8; UTF-16 of Latin text has a zero in every pair.
        return decode_utf16(body) if b"\0" in body.rstrip(b"\0") or not _is_utf8(body) else decode(body)
    if charset == b"JIS":
        return body.rstrip(b"\0").decode("iso2022_jp", "replace").strip()
    if charset in (b"ASCII", b""):
        return decode(body)
    return decode(raw)


def _is_utf8(raw: bytes) -> bool:
    try:
        text = raw.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isprintable()
