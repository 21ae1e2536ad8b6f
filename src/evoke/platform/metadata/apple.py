"""The one maker note that matters beyond its camera: Apple's, which ties a live photo to its video.

The note is a TIFF directory after the header `Apple iOS\\0\\0\\1MM`, offsets counted from the note's first byte.
Tag 0x0011 holds the content identifier (https://exiftool.org/TagNames/Apple.html).
"""

import struct

_HEADER = b"Apple iOS\0"
_CONTENT_IDENTIFIER = 0x0011
_ASCII = 2
_FIRST_ENTRY = 16
_MAX_ENTRIES = 512


def content_identifier(maker_note: bytes) -> str | None:
    """The UUID shared by a live photo's picture and video, or None when the note is not Apple's or is damaged."""
    if not maker_note.startswith(_HEADER) or len(maker_note) < _FIRST_ENTRY:
        return None
    order = "<" if maker_note[12:14] == b"II" else ">"
    (entries,) = struct.unpack_from(f"{order}H", maker_note, 14)
    for number in range(min(entries, _MAX_ENTRIES)):
        at = _FIRST_ENTRY + 12 * number
        if at + 12 > len(maker_note):
            return None
        tag, kind, count, offset = struct.unpack_from(f"{order}HHII", maker_note, at)
        if tag == _CONTENT_IDENTIFIER and kind == _ASCII:
            found = maker_note[offset : offset + count] if count > 4 else maker_note[at + 8 : at + 8 + count]
            return found.rstrip(b"\0").decode("ascii", "ignore").strip() or None
    return None
