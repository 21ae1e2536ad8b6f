"""Weekdays and times of day on which an emotion comes more often than the person's writing alone explains.

Whoever writes on Sundays only has all emotions on Sundays. So what counts is how many of the times with an emotion fall
there, against how many of all times do (hypergeometric). It has to hold twice: of entries, and of days, for five
entries of one bad Monday are one Monday. The larger of the two p-values counts.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evoke.domains.insights import chance
from evoke.domains.insights.moments import Moment

FEWEST = 4
"""Days with an emotion, for anything to be said of when it comes."""
Kind = Literal["weekday", "time_of_day"]


@dataclass(frozen=True)
class Peak:
    """Of the entries with `emotion`, `times` of `of` fall on `where` (0 is Monday, or a part of the day); chance
    would have `expected`."""

    kind: Kind
    emotion: str
    where: int | str
    times: int
    of: int
    expected: float
    p_value: float


def by_weekday(moments: Sequence[Moment]) -> list[Peak]:
    return _compare(moments, "weekday", lambda moment: moment.at.weekday(), lambda moment: moment.day)


def by_time_of_day(moments: Sequence[Moment]) -> list[Peak]:
    return _compare(moments, "time_of_day", lambda moment: moment.part, lambda moment: moment.part_of_day)


def _compare(
    moments: Sequence[Moment], kind: Kind, place: Callable[[Moment], Any], unit: Callable[[Moment], Hashable]
) -> list[Peak]:
    """Every emotion with every place that has been written at."""
    places = [place(moment) for moment in moments]
    units = [unit(moment) for moment in moments]
    entries = Counter(places)
    whole = Counter(where for _, where in set(zip(units, places, strict=True)))
    found = []
    for emotion in sorted({emotion for moment in moments for emotion in moment.emotions}):
        has = [index for index, moment in enumerate(moments) if emotion in moment.emotions]
        hits = Counter(places[index] for index in has)
        part = Counter(where for _, where in {(units[index], places[index]) for index in has})
        if part.total() < FEWEST:
            continue
        for where, there in sorted(entries.items()):
            by_entries = chance.hypergeometric_tail(len(moments), there, len(has), hits[where])
            by_units = chance.hypergeometric_tail(whole.total(), whole[where], part.total(), part[where])
            expected = len(has) * there / len(moments)
            p_value = max(by_entries, by_units)
            found.append(Peak(kind, emotion, where, hits[where], len(has), expected, p_value))
    return found
