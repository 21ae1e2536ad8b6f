"""Times that are counted from today or from each other."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from evoke.domains.search import calendar
from evoke.domains.search.calendar import DAY, Period

Unit = Literal["day", "week", "month", "year"]
UNITS: dict[str, Unit] = {
    "day": "day",
    "days": "day",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "year": "year",
    "years": "year",
}
THIS: dict[str, Callable[[date], Period]] = {
    "week": calendar.week_of,
    "weekend": calendar.weekend_of,
    "month": lambda today: calendar.month_of(today.year, today.month),
    "year": lambda today: calendar.year_of(today.year),
}
LAST: dict[str, Callable[[date], Period]] = {
    "week": lambda today: ago(today, 1, "week"),
    "weekend": calendar.weekend_before,
    "month": lambda today: ago(today, 1, "month"),
    "year": lambda today: ago(today, 1, "year"),
}


def ago(today: date, count: int, unit: Unit) -> Period:
    """The whole day, week, month or year that many before this one. Raises ValueError before the year 1."""
    if unit == "day":
        return calendar.days(today - count * DAY)
    if unit == "week":
        return calendar.week_of(today - count * 7 * DAY)
    if unit == "month":
        return calendar.month_of(today.year, today.month - count)
    return calendar.year_of(today.year - count)


def recent(today: date, count: int, unit: Unit) -> Period:
    """The last `count` units up to and with today, counted by the day: "last 7 days", "last 2 months"."""
    end = calendar.midnight(today + DAY)
    if unit in ("day", "week"):
        start = today - (count * (7 if unit == "week" else 1) - 1) * DAY
        return Period(calendar.midnight(start), end)
    months = count * (12 if unit == "year" else 1)
    month = calendar.month_of(today.year, today.month - months, 1)
    assert month.start is not None
    assert month.end is not None
    day = min(month.start + (today.day - 1) * DAY, month.end - DAY)
    return Period(day, end)


def weekday(day: date, number: int) -> Period:
    """The last such weekday that is not after `day`."""
    return calendar.days(day - (day.weekday() - number) % 7 * DAY)


def hull(one: Period, other: Period) -> Period:
    """From the beginning of the earlier to the end of the later."""
    starts = [period.start for period in (one, other) if period.start]
    ends = [period.end for period in (one, other) if period.end]
    return Period(min(starts), max(ends))


def limited(limit: str, anchor: Period) -> Period:
    """`before` and `until` end, `after` and `since` begin; "until 2015" holds 2015, "after 2015" does not."""
    if limit == "before":
        return Period(None, anchor.start)
    if limit == "until":
        return Period(None, anchor.end)
    return Period(anchor.end if limit == "after" else anchor.start, None)
