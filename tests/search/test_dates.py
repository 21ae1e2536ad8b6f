"""Dates in words, read on Saturday, 22 November 2025."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.search import calendar, dates
from evoke.domains.search.calendar import Period
from evoke.domains.search.dates import Recurring

TODAY = date(2025, 11, 22)


def read(text: str, today: date = TODAY, **options: calendar.Hemisphere) -> list[dates.Found]:
    return dates.find(text.split(), today, **options)


def period_of(text: str, today: date = TODAY, **options: calendar.Hemisphere) -> tuple[str | None, str | None]:
    """The one period that all words of the text are."""
    (found,) = read(text, today, **options)
    assert (found.first, found.after) == (0, len(text.split()))
    assert isinstance(found.meaning, Period)
    start, end = found.meaning.start, found.meaning.end
    return (start.date().isoformat() if start else None, end.date().isoformat() if end else None)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", "2019-01-01", "2020-01-01"),
        ("in 2019", "2019-01-01", "2020-01-01"),
        ("from 2019", "2019-01-01", "2020-01-01"),
        ("march 2019", "2019-03-01", "2019-04-01"),
        ("mar 2019", "2019-03-01", "2019-04-01"),
        ("sept 2019", "2019-09-01", "2019-10-01"),
        ("march of 2019", "2019-03-01", "2019-04-01"),
        ("2019 march", "2019-03-01", "2019-04-01"),
        ("december 2019", "2019-12-01", "2020-01-01"),
        ("21 march 2019", "2019-03-21", "2019-03-22"),
        ("march 21, 2019", "2019-03-21", "2019-03-22"),
        ("21st of march 2019", "2019-03-21", "2019-03-22"),
        ("on march 21st 2019", "2019-03-21", "2019-03-22"),
        ("29 february 2020", "2020-02-29", "2020-03-01"),
        ("29 february 2019", "2019-03-01", "2019-03-02"),
        ("2019-03-21", "2019-03-21", "2019-03-22"),
        ("2019-03", "2019-03-01", "2019-04-01"),
        ("2019/3/21", "2019-03-21", "2019-03-22"),
        ("21.03.2019", "2019-03-21", "2019-03-22"),
        ("today", "2025-11-22", "2025-11-23"),
        ("yesterday", "2025-11-21", "2025-11-22"),
        ("day before yesterday", "2025-11-20", "2025-11-21"),
        ("last week", "2025-11-10", "2025-11-17"),
        ("this week", "2025-11-17", "2025-11-24"),
        ("last month", "2025-10-01", "2025-11-01"),
        ("this month", "2025-11-01", "2025-12-01"),
        ("last year", "2024-01-01", "2025-01-01"),
        ("this year", "2025-01-01", "2026-01-01"),
        ("last weekend", "2025-11-15", "2025-11-17"),
        ("this weekend", "2025-11-22", "2025-11-24"),
        ("last summer", "2025-06-01", "2025-09-01"),
        ("this summer", "2025-06-01", "2025-09-01"),
        ("last winter", "2024-12-01", "2025-03-01"),
        ("this winter", "2025-12-01", "2026-03-01"),
        ("summer 2020", "2020-06-01", "2020-09-01"),
        ("winter 2020", "2020-12-01", "2021-03-01"),
        ("fall of 2020", "2020-09-01", "2020-12-01"),
        ("christmas 2021", "2021-12-24", "2021-12-27"),
        ("xmas 2021", "2021-12-24", "2021-12-27"),
        ("last christmas", "2024-12-24", "2024-12-27"),
        ("new year 2020", "2019-12-31", "2020-01-02"),
        ("new year's eve 2019", "2019-12-31", "2020-01-01"),
        ("halloween 2020", "2020-10-31", "2020-11-01"),
        ("1990s", "1990-01-01", "2000-01-01"),
        ("in the 90s", "1990-01-01", "2000-01-01"),
        ("the '90s", "1990-01-01", "2000-01-01"),
        ("20s", "2020-01-01", "2030-01-01"),
        ("between 2018 and 2020", "2018-01-01", "2021-01-01"),
        ("between 2020 and 2018", "2018-01-01", "2021-01-01"),
        ("from 2018 to 2020", "2018-01-01", "2021-01-01"),
        ("2018-2020", "2018-01-01", "2021-01-01"),
        ("2018 - 2020", "2018-01-01", "2021-01-01"),
        ("march 2019 until june 2019", "2019-03-01", "2019-07-01"),
        ("before 2015", None, "2015-01-01"),
        ("until 2015", None, "2016-01-01"),
        ("after 2015", "2016-01-01", None),
        ("since 2015", "2015-01-01", None),
        ("since march 2020", "2020-03-01", None),
        ("since march", "2025-03-01", None),
        ("since december", "2024-12-01", None),
        ("since monday", "2025-11-17", None),
        ("before yesterday", None, "2025-11-21"),
        ("3 days ago", "2025-11-19", "2025-11-20"),
        ("a week ago", "2025-11-10", "2025-11-17"),
        ("two months ago", "2025-09-01", "2025-10-01"),
        ("10 years ago", "2015-01-01", "2016-01-01"),
        ("last 7 days", "2025-11-16", "2025-11-23"),
        ("past 2 months", "2025-09-22", "2025-11-23"),
        ("on monday", "2025-11-17", "2025-11-18"),
        ("on saturday", "2025-11-22", "2025-11-23"),
        ("last saturday", "2025-11-15", "2025-11-16"),
        ("this friday", "2025-11-21", "2025-11-22"),
        ("last march", "2025-03-01", "2025-04-01"),
        ("last december", "2024-12-01", "2025-01-01"),
    ],
)
def test_periods(text: str, start: str | None, end: str | None) -> None:
    assert period_of(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("summer 2020", "2020-12-01", "2021-03-01"),
        ("winter 2020", "2020-06-01", "2020-09-01"),
        ("last summer", "2024-12-01", "2025-03-01"),
    ],
)
def test_the_south_has_its_seasons(text: str, start: str, end: str) -> None:
    assert period_of(text, hemisphere="south") == (start, end)


@pytest.mark.parametrize(
    ("text", "today", "start", "end"),
    [
        ("last month", date(2024, 1, 31), "2023-12-01", "2024-01-01"),
        ("2 months ago", date(2024, 1, 31), "2023-11-01", "2023-12-01"),
        ("past 3 months", date(2024, 5, 31), "2024-02-29", "2024-06-01"),
        ("last weekend", date(2025, 11, 23), "2025-11-15", "2025-11-17"),
        ("last weekend", date(2025, 11, 24), "2025-11-22", "2025-11-24"),
        ("last winter", date(2026, 2, 1), "2024-12-01", "2025-03-01"),
        ("this winter", date(2026, 2, 1), "2025-12-01", "2026-03-01"),
        ("last christmas", date(2025, 12, 27), "2025-12-24", "2025-12-27"),
        ("last monday", date(2025, 11, 17), "2025-11-10", "2025-11-11"),
        ("last week", date(2025, 11, 17), "2025-11-10", "2025-11-17"),
        ("yesterday", date(2024, 3, 1), "2024-02-29", "2024-03-01"),
        ("90s", date(2089, 1, 1), "1990-01-01", "2000-01-01"),
    ],
)
def test_edges_of_months_weeks_and_years(text: str, today: date, start: str, end: str) -> None:
    assert period_of(text, today) == (start, end)


@pytest.mark.parametrize(
    ("text", "marks", "or_word"),
    [
        ("may", ("@m05",), True),
        ("march", ("@m03",), True),
        ("sunday", ("@w6",), True),
        ("summer", ("@m06", "@m07", "@m08"), True),
        ("christmas", ("@d1224", "@d1225", "@d1226"), True),
        ("new year", ("@d1231", "@d0101"), True),
        ("in may", ("@m05",), False),
        ("in the summer", ("@m06", "@m07", "@m08"), False),
        ("21 march", ("@d0321",), False),
        ("may 5", ("@d0505",), False),
    ],
)
def test_what_comes_back_each_year(text: str, marks: tuple[str, ...], or_word: bool) -> None:
    (found,) = read(text)
    assert found.meaning == Recurring(marks, or_word)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "beach",
        "mar",
        "sun",
        "in",
        "since",
        "the",
        "1825",
        "2027",
        "2019-02-31",
        "9999 years ago",
        "0 days ago",
        "12",
    ],
)
def test_no_dates(text: str) -> None:
    assert read(text) == []


def test_dates_among_words() -> None:
    first, second = read("beach last year sunset before 2020 dog")
    assert (first.first, first.after, first.bound) == (1, 3, False)
    assert (second.first, second.after, second.bound) == (4, 6, True)


VOCABULARY = [
    *("before", "after", "since", "until", "between", "from", "to", "and", "in", "on", "the", "of", "last", "this"),
    *("past", "ago", "a", "3", "21", "31", "2019", "2019-03", "1990s", "may", "mar", "monday", "summer", "new", "year"),
    *("eve", "week", "weekend", "months", "days", "february", "christmas", "-", "today", "yesterday", "beach", "'"),
    *("99999", "9999"),
]


@given(st.lists(st.sampled_from(VOCABULARY), max_size=8), st.dates())
def test_no_order_of_words_is_too_much(words: list[str], today: date) -> None:
    at = 0
    for found in dates.find(words, today):
        assert at <= found.first < found.after <= len(words)
        at = found.after
        if isinstance(found.meaning, Period) and found.meaning.start and found.meaning.end:
            assert found.meaning.start < found.meaning.end
