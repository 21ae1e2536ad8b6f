"""Figures that mean a date: `2019-03-21`, `21.03.2019`, `2018-2020`, `1990s`, `21st`."""

import re
from datetime import date

from evoke.domains.search import calendar
from evoke.domains.search.calendar import FIRST_YEAR, Period

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_YEARS = re.compile(r"(\d{4})[-–—](\d{4})")
_DECADE = re.compile(r"((?:18|19|20)?\d)0s")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_COUNTS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def year(word: str, today: date) -> int | None:
    if len(word) == 4 and word.isascii() and word.isdigit() and FIRST_YEAR <= int(word) <= today.year + 1:
        return int(word)
    return None


def day(word: str) -> int | None:
    """1..31, also as an ordinal."""
    match = _DAY.fullmatch(word)
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def count(word: str) -> int | None:
    """How many days or years: a figure up to 9999, or a word up to ten."""
    if word.isascii() and word.isdigit() and len(word) <= 4:
        return int(word)
    if word in _COUNTS:
        return max(_COUNTS.index(word), 1)
    return 1 if word == "an" else None


def decade(word: str, today: date) -> Period | None:
    """`1990s`, `90s`. Two figures are the latest such decade that has begun."""
    match = _DECADE.fullmatch(word)
    if match is None:
        return None
    first = int(match[1]) * 10
    if len(match[1]) == 1:
        first += today.year // 100 * 100
        first -= 100 if first > today.year else 0
    return calendar.year_of(first, 10)


def date_in_figures(word: str, today: date) -> Period | None:
    """A day or a month with its year, or a stretch of years. Raises ValueError for a day that does not exist."""
    match = _YEARS.fullmatch(word)
    if match:
        first, last = sorted((year(match[1], today) or 0, year(match[2], today) or 0))
        return calendar.year_of(first, last - first + 1) if first else None
    match = _DAY_FIRST.fullmatch(word)
    if match:
        return _checked(year(match[3], today), int(match[2]), int(match[1]))
    match = _YEAR_FIRST.fullmatch(word)
    if match:
        return _checked(year(match[1], today), int(match[2]), int(match[3]) if match[3] else None)
    return None


def _checked(of_year: int | None, month: int, of_month: int | None) -> Period | None:
    if of_year is None:
        return None
    if of_month is None:
        date(of_year, month, 1)
        return calendar.month_of(of_year, month)
    return calendar.days(date(of_year, month, of_month))
