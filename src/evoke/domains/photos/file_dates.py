"""The date in a photo's file name, as phones, cameras, messengers and screenshot tools write it.

A name without a time of day gives midnight: nobody knows when it was, and midnight keeps it on its day and before
the photos of that day that have a time. A number is only taken for a date when it is one in the calendar; phone
numbers, counters and ids rarely are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath


@dataclass(frozen=True)
class NamedDate:
    """A date read from a name. `universal`: it is UTC by the habit of the program that wrote it, else wall clock."""

    clock: datetime
    universal: bool = False


# 2019-03-21, 2019_03_21, 2019.03.21 or 20190321: the same separator twice, or none.
_DAY = r"(?<![0-9])(?P<year>(?:1[89]|20)[0-9]{2})(?P<s>[-_.:]?)(?P<month>[0-9]{2})(?P=s)(?P<day>[0-9]{2})"
# Between day and time: one separator, or a word as in “at”, “um”, “à”. \s covers the narrow space of macOS.
_JOIN = r"(?:[-_.,T ]|\s+\w{1,4}\s+|\s)"
_TIME = r"(?P<hour>[0-9]{1,2})(?P<t>[-_.:h]?)(?P<minute>[0-9]{2})(?P=t)(?P<second>[0-9]{2})"
_REST = r"(?:[-_.]?(?P<milli>[0-9]{3}))?(?![0-9])(?:\s?(?P<half>[AaPp])\.?[Mm]\b)?"

_DAY_AND_TIME = re.compile(f"{_DAY}{_JOIN}{_TIME}{_REST}")
# Fourteen digits in a row, as in BURST20190321160422 or 20190321160422123.
_RUN_TOGETHER = re.compile(
    r"(?<![0-9])(?P<year>(?:1[89]|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})(?P<milli>[0-9]{3})?(?![0-9])"
)
_DAY_ALONE = re.compile(f"{_DAY}(?![0-9])")
# Milliseconds since 1970: Facebook, and WeChat's two.
_EPOCH_NAME = re.compile(r"(?:FB_IMG_|mmexport|wx_camera_)(?P<milli>[0-9]{13})(?![0-9])", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Google's camera writes UTC into the names of the Pixel phones, and only there.
_PIXEL = re.compile(r"PXL_", re.IGNORECASE)


def find(file_name: str) -> NamedDate | None:
    """The date in a file name, or None. Whether it is plausible (future, long past) is not asked here."""
    stem = PurePath(file_name).stem
    epoch = _EPOCH_NAME.search(stem)
    if epoch:
        since = _EPOCH + timedelta(milliseconds=int(epoch["milli"]))
        return NamedDate(since.replace(tzinfo=None), universal=True)
    clock = next(_dates(stem), None)
    return None if clock is None else NamedDate(clock, universal=_PIXEL.match(stem) is not None)


def _dates(stem: str) -> Iterator[datetime]:
    """Every date of the calendar in a name, those with a time first."""
    for pattern in (_DAY_AND_TIME, _RUN_TOGETHER, _DAY_ALONE):
        for found in pattern.finditer(stem):
            clock = _clock(found.groupdict())
            if clock is not None:
                yield clock


def _clock(parts: dict[str, str | None]) -> datetime | None:
    hour = int(parts.get("hour") or 0)
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        clock = datetime(
            int(parts["year"] or 0),
            int(parts["month"] or 0),
            int(parts["day"] or 0),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            int(parts.get("milli") or 0) * 1000,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return clock.replace(tzinfo=None)
