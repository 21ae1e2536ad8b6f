"""Dates in English words, as people type them into a search box.

A date that is plain ("march 2019", "yesterday", "before 2015") is a filter on the wall clock. A word that may
as well be meant as a word ("may", "sunday", "summer") finds both: photos that have the word, and photos of any
such month, day or season. A preposition settles it: "in may" is the month, "on sunday" the last Sunday.
Numbers between 1826 and next year are years.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from evoke.domains.search import calendar, numerals, spans
from evoke.domains.search.calendar import DAY, Hemisphere, Period, Yearly

_IN = frozenset({"in", "on", "at", "during", "from", "of"})
_LAST = frozenset({"last", "past", "previous"})
_TO = frozenset({"to", "until", "till", "-", "–", "—", "and"})
_BEGINNING = {"before": "before", "until": "until", "till": "until", "after": "after", "since": "since"}


@dataclass(frozen=True, slots=True)
class Recurring:
    """Days that come back: photos with one of `marks`, or, with `or_word`, with the word itself."""

    marks: tuple[str, ...]
    or_word: bool


@dataclass(frozen=True, slots=True)
class Found:
    """`words[first:after]` mean a time. `bound`: a limit such as "before 2015", which narrows other times."""

    first: int
    after: int
    meaning: Period | Recurring
    bound: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A yearly thing or a weekday, and the word after it."""

    thing: Yearly | int
    after: int


Rule = Callable[[int], tuple[Period, int] | None]


def find(words: Sequence[str], today: date, *, hemisphere: Hemisphere = "north") -> list[Found]:
    """The dates among folded words, from left to right, each as long as can be."""
    reader = _Reader(words, today, hemisphere)
    found: list[Found] = []
    at = 0
    while at < len(words):
        one = reader.read(at)
        if one is not None:
            found.append(one)
        at = one.after if one else at + 1
    return found


class _Reader:
    """The grammar. Every rule takes the index of a word and answers what it read and the index after it, or None."""

    def __init__(self, words: Sequence[str], today: date, hemisphere: Hemisphere) -> None:
        self.words = [word.strip(",.;:!?()").replace("'", "").replace("’", "") or word for word in words]
        self.today = today
        self.seasons = calendar.seasons(hemisphere)

    def read(self, at: int) -> Found | None:
        try:
            return self._bounded(at) or self._within(at) or self._bare(at)
        except (ValueError, OverflowError):
            return None  # 31 February, or before the year 1: words, not a date

    def word(self, at: int) -> str:
        return self.words[at] if at < len(self.words) else ""

    def _bounded(self, at: int) -> Found | None:
        """`before X`, `since X`, `between X and Y`, `from X to Y`, `X to Y`."""
        begins = self.word(at)
        first = self._anchor(at + 1 if begins in {"between", "from"} else at)
        if first is not None and self.word(first[1]) in _TO:
            joined_by_and = self.word(first[1]) == "and"
            second = self._anchor(first[1] + 1)
            if second is not None and joined_by_and == (begins == "between"):
                return Found(at, second[1], spans.hull(first[0], second[0]))
        limit = _BEGINNING.get(begins)
        anchor = self._anchor(at + 1) if limit else None
        if limit is None or anchor is None:
            return None
        return Found(at, anchor[1], spans.limited(limit, anchor[0]), bound=True)

    def _within(self, at: int) -> Found | None:
        """A period, perhaps after `in`, `on`, `from the`; after one of these also a name alone."""
        start = self._after_preposition(at)
        period = self._period(start)
        if period is not None:
            return Found(at, period[1], period[0])
        named = self._named(start, short=start > at)
        if named is None or start == at:
            return None
        if isinstance(named.thing, int):
            return Found(at, named.after, spans.weekday(self.today, named.thing))
        return Found(at, named.after, Recurring(named.thing.marks, or_word=False))

    def _bare(self, at: int) -> Found | None:
        named = self._named(at, short=False)
        if named is None:
            return None
        if isinstance(named.thing, int):
            return Found(at, named.after, Recurring((calendar.weekday_mark(named.thing),), or_word=True))
        # "21 march" is no word anybody would have written into a tag.
        dated = named.after - at > 1 and self.word(at) != "new"
        return Found(at, named.after, Recurring(named.thing.marks, or_word=not dated))

    def _after_preposition(self, at: int) -> int:
        start = at + 1 if self.word(at) in _IN else at
        return start + 1 if self.word(start) == "the" and start + 1 < len(self.words) else start

    def _anchor(self, at: int) -> tuple[Period, int] | None:
        """What a limit is set against; a name alone is the last that has begun: "since march"."""
        start = at + 1 if self.word(at) == "the" else at
        period = self._period(start)
        if period is not None:
            return period
        named = self._named(start, short=True)
        if named is None:
            return None
        if isinstance(named.thing, int):
            return spans.weekday(self.today, named.thing), named.after
        return named.thing.latest(self.today, ended=False), named.after

    def _period(self, at: int) -> tuple[Period, int] | None:
        rules: tuple[Rule, ...] = (self._number, self._relative, self._ago, self._named_in_year, self._year)
        return next((read for rule in rules if (read := rule(at)) is not None), None)

    def _number(self, at: int) -> tuple[Period, int] | None:
        period = numerals.date_in_figures(self.word(at), self.today) or numerals.decade(self.word(at), self.today)
        return (period, at + 1) if period else None

    def _year(self, at: int) -> tuple[Period, int] | None:
        year = numerals.year(self.word(at), self.today)
        return (calendar.year_of(year), at + 1) if year else None

    def _relative(self, at: int) -> tuple[Period, int] | None:
        """`today`, `yesterday`, `this month`, `last summer`, `last 3 weeks`."""
        word, following = self.word(at), self.word(at + 1)
        if word == "today":
            return calendar.days(self.today), at + 1
        if word == "yesterday":
            return calendar.days(self.today - DAY), at + 1
        if (word, following, self.word(at + 2)) == ("day", "before", "yesterday"):
            return calendar.days(self.today - 2 * DAY), at + 3
        if word == "this" and following in spans.THIS:
            return spans.THIS[following](self.today), at + 2
        if word in _LAST and following in spans.LAST:
            return spans.LAST[following](self.today), at + 2
        if word in _LAST and self.word(at + 2) in spans.UNITS:
            count = numerals.count(following)
            return (spans.recent(self.today, count, spans.UNITS[self.word(at + 2)]), at + 3) if count else None
        return self._relative_name(at, last=word in _LAST) if word == "this" or word in _LAST else None

    def _relative_name(self, at: int, *, last: bool) -> tuple[Period, int] | None:
        named = self._named(at + 1, short=True)
        if named is None:
            return None
        if isinstance(named.thing, int):
            # "this friday" lies in this week, be it over or not.
            day = self.today - DAY if last else self.today + (6 - self.today.weekday()) * DAY
            return spans.weekday(day, named.thing), named.after
        period = named.thing.latest(self.today, ended=True) if last else named.thing.this(self.today)
        return period, named.after

    def _ago(self, at: int) -> tuple[Period, int] | None:
        """`3 days ago` is that day, `2 weeks ago` that week, and so on."""
        count, unit = numerals.count(self.word(at)), spans.UNITS.get(self.word(at + 1))
        if not count or unit is None or self.word(at + 2) != "ago":
            return None
        return spans.ago(self.today, count, unit), at + 3

    def _named_in_year(self, at: int) -> tuple[Period, int] | None:
        """`march 2019`, `21 march 2019`, `summer of 2020`, `christmas 2021`, `2019 march`."""
        year = numerals.year(self.word(at), self.today)
        if year:
            named = self._named(at + 1, short=True)
            if named is None or isinstance(named.thing, int) or numerals.year(self.word(named.after), self.today):
                return None  # "2018 march 2019" is a year and a month
            return named.thing.in_year(year), named.after
        named = self._named(at, short=True)
        if named is None or isinstance(named.thing, int):
            return None
        after = named.after + 1 if self.word(named.after) == "of" else named.after
        year = numerals.year(self.word(after), self.today)
        return (named.thing.in_year(year), after + 1) if year else None

    def _named(self, at: int, *, short: bool) -> _Named | None:
        """A day of the year, a month, a season, a feast, a weekday. `short`: "mar" as well, where others say so."""
        day = self._day_of_year(at)
        if day is not None:
            return day
        word = self.word(at)
        month = calendar.MONTHS.get(word) or (calendar.SHORT_MONTHS.get(word) if short else None)
        if month:
            return _Named(calendar.month(month), at + 1)
        if word in self.seasons:
            return _Named(self.seasons[word], at + 1)
        for name, feast in calendar.FEASTS.items():
            if tuple(self.words[at : at + len(name)]) == name:
                return _Named(feast, at + len(name))
        weekday = calendar.WEEKDAYS.get(word)
        return _Named(weekday, at + 1) if weekday is not None else None

    def _day_of_year(self, at: int) -> _Named | None:
        """`21 march`, `21st of march`, `march 21`."""
        day = numerals.day(self.word(at))
        if day:
            name = at + 2 if self.word(at + 1) == "of" else at + 1
            month = self._month(name)
            return _Named(calendar.day_of_year(month, day), name + 1) if month else None
        month, day = self._month(at), numerals.day(self.word(at + 1))
        return _Named(calendar.day_of_year(month, day), at + 2) if month and day else None

    def _month(self, at: int) -> int | None:
        return calendar.MONTHS.get(self.word(at)) or calendar.SHORT_MONTHS.get(self.word(at))
