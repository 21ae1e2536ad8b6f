"""Every date tag of a photo under exiftool's name, which is what the photos contract orders by.

Nothing is judged here, neither validity nor order: that is the library's business (`domains.photos.dates`).
"""

from collections.abc import Iterator

from evoke.platform.metadata import facts, numbers, values

_ORIGINAL_OFFSETS = ("Photo.OffsetTimeOriginal", "Photo.OffsetTime")
_DIGITIZED_OFFSETS = ("Photo.OffsetTimeOriginal", "Photo.OffsetTimeDigitized", "Photo.OffsetTime")
# exiftool's name, the date, the two tags that make it also a SubSec… date, and the offsets that count for it.
_EXIF = (
    (
        "DateTimeOriginal",
        ("Photo.DateTimeOriginal", "Image.DateTimeOriginal"),
        ("Photo.SubSecTimeOriginal", "Photo.OffsetTimeOriginal"),
        _ORIGINAL_OFFSETS,
    ),
    (
        "CreateDate",
        ("Photo.DateTimeDigitized",),
        ("Photo.SubSecTimeDigitized", "Photo.OffsetTimeDigitized"),
        _DIGITIZED_OFFSETS,
    ),
)
_XMP_ORIGINAL_OFFSETS = ("exifEX:OffsetTimeOriginal", "exif:OffsetTimeOriginal", "exifEX:OffsetTime", "exif:OffsetTime")
_XMP_DIGITIZED_OFFSETS = (
    *_XMP_ORIGINAL_OFFSETS[:2], "exifEX:OffsetTimeDigitized", "exif:OffsetTimeDigitized", *_XMP_ORIGINAL_OFFSETS[2:],
)  # fmt: skip
_XMP = (
    ("DateTimeOriginal", "exif:DateTimeOriginal", _XMP_ORIGINAL_OFFSETS),
    ("CreateDate", "xmp:CreateDate", _XMP_DIGITIZED_OFFSETS),
    ("CreateDate", "exif:DateTimeDigitized", _XMP_DIGITIZED_OFFSETS),
    ("DateTimeCreated", "photoshop:DateCreated", ()),
    ("DateTimeCreated", "Iptc4xmpCore:DateCreated", ()),
)


def from_exif(tags: values.Tags) -> Iterator[facts.DateCandidate]:
    """EXIF's dates. One with a fraction or an offset also counts as exiftool's SubSec… composite, as there."""
    for name, date_tags, (fraction_tag, offset_tag), offset_tags in _EXIF:
        date = first_text(tags, date_tags)
        if date is None:
            continue
        offsets = all_texts(tags, offset_tags)
        fraction = _digits(tags.get(fraction_tag))
        if fraction or first_text(tags, (offset_tag,)):
            yield facts.DateCandidate(f"SubSec{name}", "exif", f"{date}.{fraction}" if fraction else date, offsets)
        yield facts.DateCandidate(name, "exif", date, offsets)
    gps = _gps_date(tags)
    if gps:
        yield facts.DateCandidate("GPSDateTime", "exif", gps, universal=True)


def from_xmp(tags: values.Tags, family: facts.Family = "xmp") -> Iterator[facts.DateCandidate]:
    """XMP's dates, ISO 8601 with whatever offset they carry themselves."""
    for name, tag, offset_tags in _XMP:
        date = tags.get(tag)
        if isinstance(date, str) and date.strip():
            yield facts.DateCandidate(name, family, date.strip(), all_texts(tags, offset_tags))
    gps = tags.get("exif:GPSTimeStamp") or tags.get("exif:GPSDateTime")
    if isinstance(gps, str) and gps.strip():
        yield facts.DateCandidate("GPSDateTime", family, gps.strip(), universal=True)


def from_iptc(tags: values.Tags) -> Iterator[facts.DateCandidate]:
    """IPTC's day with its time, and with midnight where only a day is given. A time without a day is no date."""
    day, time = tags.get("DateCreated"), tags.get("TimeCreated")
    if isinstance(day, str) and day:
        yield facts.DateCandidate("DateTimeCreated", "iptc", f"{day}T{time}" if isinstance(time, str) and time else day)


def clock_offsets(exif: values.Tags, xmp: values.Tags) -> tuple[str, ...]:
    """How far the camera's clock was from UTC by OffsetTimeOriginal, EXIF's word before XMP's."""
    return (*all_texts(exif, _ORIGINAL_OFFSETS[:1]), *all_texts(xmp, _XMP_ORIGINAL_OFFSETS[:2]))


def all_texts(tags: values.Tags, names: tuple[str, ...]) -> tuple[str, ...]:
    """What these tags hold, in this order, where it is a text."""
    found = (tags.get(name) for name in names)
    return tuple(text.strip() for text in found if isinstance(text, str) and text.strip())


def first_text(tags: values.Tags, names: tuple[str, ...]) -> str | None:
    """The first of these tags that holds a text."""
    return next(iter(all_texts(tags, names)), None)


def _digits(value: values.JsonValue) -> str:
    """The digits of a SubSec… tag, at most microseconds; Pillow and old cameras may give a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = value.strip() if isinstance(value, str) else ""
    return text[:6] if text.isascii() and text.isdecimal() else ""


def _gps_date(tags: values.Tags) -> str | None:
    day, clock = tags.get("GPSInfo.GPSDateStamp"), tags.get("GPSInfo.GPSTimeStamp")
    if not isinstance(day, str) or not isinstance(clock, list) or len(clock) != 3:
        return None
    hour, minute, second = (numbers.number(part) for part in clock)
    if hour is None or minute is None or second is None:
        return None
    if not (0 <= hour < 25 and 0 <= minute < 60 and 0 <= second < 61):
        return None
    return f"{day.strip()} {int(hour):02}:{int(minute):02}:{second:09.6f}"
