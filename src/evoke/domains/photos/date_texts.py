"""Reading the texts of date tags: EXIF's form, ISO 8601, and what careless writers make of both."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_FULL = re.compile(
    r"(?P<year>[0-9]{4})[-:/.](?P<month>[0-9]{1,2})[-:/.](?P<day>[0-9]{1,2})"
    r"(?:[T\s]\s*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?)?",
    re.IGNORECASE,
)
# XMP allows a date to end after the year or the month, which people use for scans; its first day stands for it.
_PARTIAL = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?")
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?")
_WIDEST = timedelta(hours=14)


@dataclass(frozen=True)
class Reading:
    """A date as it was written.

    clock: what the text shows, without a zone.
    offset: how far that is from UTC, when the text says it. `Z` says only that it is UTC, not where the photo
        was taken: then offset is zero and `universal` is true.
    """

    clock: datetime
    offset: timedelta | None = None
    universal: bool = False


def read(text: str) -> Reading | None:
    """A reading of `text`, or None where it is no date of the calendar (`0000:00:00 …`, month 13, 30 February).

    A second of 60 is the first of the next minute, 24:00:00 is midnight of the next day (ISO 8601).
    """
    text = text.strip("\0 \t\r\n")
    found = _FULL.fullmatch(text) or _PARTIAL.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    clock = _clock(parts)
    if clock is None:
        return None
    written = parts.get("offset")
    if not written:
        return Reading(clock)
    if written in "Zz":
        return Reading(clock, timedelta(0), universal=True)
    return Reading(clock, read_offset(written))


def read_offset(text: str) -> timedelta | None:
    """`+02:00`, `+0200`, `+02`, `UTC+02:00` or `Z` as a distance from UTC, up to 14 hours; None for anything else."""
    text = text.strip("\0 \t\r\n").upper()
    if text in ("Z", "UTC"):
        return timedelta(0)
    found = _OFFSET.fullmatch(text)
    if found is None or int(found["minutes"] or 0) > 59:
        return None
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if size > _WIDEST:
        return None
    return -size if found["sign"] == "-" else size


def offset_name(offset: timedelta) -> str:
    """`UTC+02:00`, the contract's name for a zone of which only the offset is known."""
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def zone(name: str) -> tzinfo | None:
    """The zone of a name as photos carry it, IANA's or `UTC+02:00`; None if there is no such zone."""
    if name.upper().startswith("UTC") and len(name) > len("UTC"):
        offset = read_offset(name)
        return None if offset is None else timezone(offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _clock(parts: dict[str, str | None]) -> datetime | None:
    """The wall clock; carries 24:00:00 and second 60 over. None where the calendar has no such moment."""
    hour, minute, second = (int(parts.get(part) or 0) for part in ("hour", "minute", "second"))
    carry = timedelta(0)
    if (hour, minute, second) == (24, 0, 0):
        hour, carry = 0, timedelta(days=1)
    elif second == 60:
        second, carry = 59, timedelta(seconds=1)
    micro = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    try:
        day = datetime(int(parts["year"] or 0), int(parts.get("month") or 1), int(parts.get("day") or 1), tzinfo=UTC)
        return (day.replace(hour=hour, minute=minute, second=second, microsecond=micro) + carry).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
