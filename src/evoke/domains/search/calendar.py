"""Stretches of wall-clock time and the names people have for them.

Everything here is half-open, [start, end), and naive: the clock on the wall where the photo was taken.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

Hemisphere = Literal["north", "south"]
DAY = timedelta(days=1)
FIRST_YEAR = 1826
"""The year of the oldest photograph that is left; a smaller number is no year."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until just before `end`; None is open."""

    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class Yearly:
    """What comes back every year: a month, a season, a feast, a day. `marks` are the lexemes of its days."""

    marks: tuple[str, ...]
    in_year: Callable[[int], Period]

    def latest(self, today: date, *, ended: bool) -> Period:
        """The last one that has begun by `today`, or, with `ended`, that is over."""
        now = midnight(today)
        for year in (today.year + 1, today.year, today.year - 1):
            period = self.in_year(year)
            limit = period.end if ended else period.start
            if limit is not None and limit <= now:
                return period
        return self.in_year(today.year - 2)

    def this(self, today: date) -> Period:
        """The one that is now, else that of this year."""
        now = midnight(today)
        running = (self.in_year(year) for year in (today.year - 1, today.year))
        return next((period for period in running if period.holds(now)), self.in_year(today.year))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def days(first: date, count: int = 1) -> Period:
    start = midnight(first)
    return Period(start, start + count * DAY)


def year_of(year: int, count: int = 1) -> Period:
    return Period(_first_of_month(year, 1), _first_of_month(year + count, 1))


def month_of(year: int, month: int, count: int = 1) -> Period:
    """`count` months from `month`, which may lie beyond 1..12 and then counts into other years."""
    return Period(_first_of_month(year, month), _first_of_month(year, month + count))


def week_of(day: date, count: int = 1) -> Period:
    """Weeks begin on Monday (ISO 8601)."""
    return days(day - day.weekday() * DAY, 7 * count)


def weekend_before(today: date) -> Period:
    """The last Saturday and Sunday that are over."""
    since_monday = today.weekday() * DAY
    return days(today - since_monday - 2 * DAY, 2)


def weekend_of(today: date) -> Period:
    return days(today - today.weekday() * DAY + 5 * DAY, 2)


def month(number: int) -> Yearly:
    return Yearly((month_mark(number),), lambda year: month_of(year, number))


def day_of_year(number: int, day: int) -> Yearly:
    """Raises ValueError for a day that no year has. 29 February is 1 March in a year without one."""
    date(2000, number, day)

    def in_year(year: int) -> Period:
        if number == 2 and day == 29 and not calendar.isleap(year):
            return days(date(year, 3, 1))
        return days(date(year, number, day))

    return Yearly((day_mark(number, day),), in_year)


def season(first_month: int) -> Yearly:
    """Three whole months (meteorological); a winter belongs to the year it begins in."""
    marks = tuple(month_mark((first_month - 1 + offset) % 12 + 1) for offset in range(3))
    return Yearly(marks, lambda year: month_of(year, first_month, 3))


def feast(first: tuple[int, int], count: int, *, years_before: int = 0) -> Yearly:
    """`count` days from (month, day). `years_before`: the feast is named for the year after its first day."""
    start = date(2001, *first)
    marks = tuple(day_mark((start + n * DAY).month, (start + n * DAY).day) for n in range(count))
    return Yearly(marks, lambda year: days(date(year - years_before, *first), count))


def month_mark(number: int) -> str:
    return f"@m{number:02}"


def day_mark(number: int, day: int) -> str:
    return f"@d{number:02}{day:02}"


def weekday_mark(number: int) -> str:
    return f"@w{number}"


def marks_of(moment: datetime) -> tuple[str, ...]:
    """The lexemes by which a photo is found for a month, a day or a weekday of any year. No word begins with @."""
    return (
        month_mark(moment.month),
        day_mark(moment.month, moment.day),
        weekday_mark(moment.weekday()),
    )


# Not `calendar.month_name`, which speaks the language of the process.
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS = {name: number for number, name in enumerate(_MONTHS, 1)}
SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = {name: number for number, name in enumerate(_WEEKDAYS)}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
FEASTS = {
    ("christmas",): feast((12, 24), 3),
    ("xmas",): feast((12, 24), 3),
    ("new", "years", "eve"): feast((12, 31), 1),
    ("new", "years", "day"): feast((1, 1), 1),
    ("new", "years"): feast((12, 31), 2, years_before=1),
    ("new", "year"): feast((12, 31), 2, years_before=1),
    ("halloween",): feast((10, 31), 1),
}


def seasons(hemisphere: Hemisphere) -> dict[str, Yearly]:
    shift = 0 if hemisphere == "north" else 6
    return {name: season((first - 1 + shift) % 12 + 1) for name, first in _SEASONS.items()}


def _first_of_month(year: int, month_number: int) -> datetime:
    return midnight(date(year + (month_number - 1) // 12, (month_number - 1) % 12 + 1, 1))
