"""IPTC-IIM, the older captions and keywords inside JPEG and TIFF.

Source: IPTC-NAA Information Interchange Model 4.2, record 1 (envelope) and record 2 (application); the names are
those that exiv2 and exiftool users know.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from evoke.platform.metadata import texts

DataSet: TypeAlias = tuple[int, int, bytes]

_MARKER = 0x1C
_EXTENDED = 0x8000
_MAX_DATASETS = 2_000
_UTF8 = b"\x1b%G"
_CHARSET = (1, 90)

_NAMES: dict[tuple[int, int], str] = {
    (1, 0): "ModelVersion", (1, 5): "Destination", (1, 20): "FileFormat", (1, 22): "FileVersion", (1, 30): "ServiceId",
    (1, 40): "EnvelopeNumber", (1, 50): "ProductId", (1, 60): "EnvelopePriority", (1, 70): "DateSent",
    (1, 80): "TimeSent", (1, 90): "CharacterSet", (1, 100): "UNO", (1, 120): "ARMId", (1, 122): "ARMVersion",
    (2, 0): "RecordVersion", (2, 3): "ObjectType", (2, 4): "ObjectAttribute", (2, 5): "ObjectName",
    (2, 7): "EditStatus", (2, 8): "EditorialUpdate", (2, 10): "Urgency", (2, 12): "Subject", (2, 15): "Category",
    (2, 20): "SuppCategory", (2, 22): "FixtureId", (2, 25): "Keywords", (2, 26): "LocationCode",
    (2, 27): "LocationName", (2, 30): "ReleaseDate", (2, 35): "ReleaseTime", (2, 37): "ExpirationDate",
    (2, 38): "ExpirationTime", (2, 40): "SpecialInstructions", (2, 42): "ActionAdvised", (2, 45): "ReferenceService",
    (2, 47): "ReferenceDate", (2, 50): "ReferenceNumber", (2, 55): "DateCreated", (2, 60): "TimeCreated",
    (2, 62): "DigitizationDate", (2, 63): "DigitizationTime", (2, 65): "Program", (2, 70): "ProgramVersion",
    (2, 75): "ObjectCycle", (2, 80): "Byline", (2, 85): "BylineTitle", (2, 90): "City", (2, 92): "SubLocation",
    (2, 95): "ProvinceState", (2, 100): "CountryCode", (2, 101): "CountryName", (2, 103): "TransmissionReference",
    (2, 105): "Headline", (2, 110): "Credit", (2, 115): "Source", (2, 116): "Copyright", (2, 118): "Contact",
    (2, 120): "Caption", (2, 122): "Writer", (2, 125): "RasterizedCaption", (2, 130): "ImageType",
    (2, 131): "ImageOrientation", (2, 135): "Language", (2, 150): "AudioType", (2, 151): "AudioRate",
    (2, 152): "AudioResolution", (2, 153): "AudioDuration", (2, 154): "AudioOutcue", (2, 200): "PreviewFormat",
    (2, 201): "PreviewVersion", (2, 202): "Preview",
}  # fmt: skip
_REPEATABLE = frozenset({
    "Destination", "ProductId", "ObjectAttribute", "Subject", "SuppCategory", "Keywords", "LocationCode",
    "LocationName", "ReferenceService", "ReferenceDate", "ReferenceNumber", "Byline", "BylineTitle", "Contact",
    "Writer",
})  # fmt: skip
_NUMBERS = frozenset({
    "ModelVersion", "FileFormat", "FileVersion", "ARMId", "ARMVersion", "RecordVersion", "PreviewFormat",
    "PreviewVersion",
})  # fmt: skip
_BLOBS = frozenset({"RasterizedCaption", "Preview"})

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_TIME = re.compile(r"(\d\d):?(\d\d):?(\d\d)(?:([+-]\d\d):?(\d\d))?")


def split(block: bytes) -> Iterator[DataSet]:
    """The datasets of an IIM block; stops at the first byte that begins none, or at a length beyond the block."""
    at = 0
    for _ in range(_MAX_DATASETS):
        if at + 5 > len(block) or block[at] != _MARKER:
            return
        record, number = block[at + 1], block[at + 2]
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if size & _EXTENDED:
            digits = size & ~_EXTENDED
            size = int.from_bytes(block[at : at + digits], "big")
            at += digits
        if at + size > len(block):
            return
        yield record, number, block[at : at + size]
        at += size


def tags(datasets: Iterable[DataSet]) -> dict[str, object]:
    """Datasets by name; repeatable ones as lists, dates and times with their separators, numbers as numbers."""
    found: dict[str, object] = {}
    utf8 = False
    for record, number, raw in datasets:
        name = _NAMES.get((record, number), f"{record}:{number}")
        if (record, number) == _CHARSET:
            utf8 = raw.startswith(_UTF8)
            found[name] = "UTF-8" if utf8 else raw.decode("latin-1").replace("\x1b", "ESC ")
            continue
        value = _value(name, raw, utf8)
        if name in _REPEATABLE:
            earlier = found.setdefault(name, [])
            if isinstance(earlier, list):
                earlier.append(value)
        else:
            found.setdefault(name, value)
    return found


def _value(name: str, raw: bytes, utf8: bool) -> object:
    if name in _BLOBS:
        return raw
    if name in _NUMBERS:
        return int.from_bytes(raw, "big") if len(raw) <= 8 else raw
    text = raw.decode("utf-8", "replace").strip("\0 \r\n") if utf8 else texts.decode(raw)
    if name.endswith("Date") or name in ("DateCreated", "DateSent"):
        found = _DATE.fullmatch(text)
        return "-".join(found.groups()) if found else text
    if name.endswith("Time") or name in ("TimeCreated", "TimeSent"):
        return _time(text)
    return text


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if not found:
        return text
    hours, minutes, seconds, offset_hours, offset_minutes = found.groups()
    offset = f"{offset_hours}:{offset_minutes}" if offset_hours else ""
    return f"{hours}:{minutes}:{seconds}{offset}"
