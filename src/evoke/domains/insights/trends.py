"""Whether intensity goes up or down: the slope of Theil and Sen where the test of Mann and Kendall finds a trend.

The slope is the median of the slopes between all pairs of points, so single entries, however extreme, do not bend it
(Sen, Journal of the American Statistical Association 63, 1968). The test counts rising against falling pairs (Mann,
Econometrica 13, 1945; Kendall, Rank Correlation Methods, 1975): exact up to ten different values, normal with
corrections for ties and continuity otherwise.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

import numpy as np

from evoke.domains.insights import chance
from evoke.domains.insights.moments import Moment

Direction = Literal["increasing", "decreasing", "stable"]
ALPHA = 0.05
FEWEST = 5
"""Points: the fewest that can be significant, two-sided (1/60)."""
LEAST_CHANGE = 0.05
"""Of intensity, over all that was looked at: less is a trend that nobody feels."""
MOST_POINTS = 500
_EXACT_UP_TO = 10


@dataclass(frozen=True)
class Trend:
    """`change` is that of intensity from the first point to the last by the slope; `p_value` is two-sided."""

    direction: Direction
    change: float
    p_value: float


STABLE = Trend("stable", 0.0, 1.0)


def of_intensity(moments: Sequence[Moment]) -> Trend:
    """Points are entries; where there are many, the means of days, and where that is many, of weeks."""
    points = sorted((moment.at, moment.intensity) for moment in moments)
    for days in (1, 7, 30):
        if len(points) <= MOST_POINTS:
            break
        points = _means(moments, days)
    if len(points) < FEWEST:
        return STABLE
    values = np.array([value for _, value in points])
    p_value = mann_kendall([float(value) for value in values])
    start = points[0][0]
    hours = np.array([(at - start) / timedelta(hours=1) for at, _ in points])
    change = theil_sen(hours, values) * float(hours[-1])
    if p_value >= ALPHA or abs(change) < LEAST_CHANGE:
        return Trend("stable", change, p_value)
    return Trend("increasing" if change > 0 else "decreasing", change, p_value)


def _means(moments: Sequence[Moment], days: int) -> list[tuple[datetime, float]]:
    bins: dict[int, list[float]] = {}
    for moment in moments:
        bins.setdefault(moment.day.toordinal() // days, []).append(moment.intensity)
    return [
        (datetime.fromordinal(max(1, number * days)), math.fsum(values) / len(values))
        for number, values in sorted(bins.items())
    ]


def theil_sen(times: chance.Floats, values: chance.Floats) -> float:
    """The median slope; 0 where all points are at one time."""
    earlier, later = np.triu_indices(len(times), k=1)
    apart = times[later] - times[earlier]
    rises = (values[later] - values[earlier])[apart > 0]
    return float(np.median(rises / apart[apart > 0])) if rises.size else 0.0


def mann_kendall(values: Sequence[float]) -> float:
    """The two-sided p-value of values in the order of time."""
    count = len(values)
    given = np.asarray(values)
    earlier, later = np.triu_indices(count, k=1)
    score = abs(int(np.sign(given[later] - given[earlier]).sum()))
    if score == 0:
        return 1.0
    ties = [same for same in Counter(values).values() if same > 1]
    if count <= _EXACT_UP_TO and not ties:
        return min(1.0, 2 * _exact_tail(count, score))
    tied = sum(same * (same - 1) * (2 * same + 5) for same in ties)
    variance = (count * (count - 1) * (2 * count + 5) - tied) / 18
    return min(1.0, 2 * chance.normal_tail((score - 1) / math.sqrt(variance))) if variance > 0 else 1.0


def _exact_tail(count: int, score: int) -> float:
    """P(S ≥ score): S is the number of pairs less twice the inversions of a random order."""
    pairs = count * (count - 1) // 2
    orders = _inversions(count)
    most = (pairs - score) // 2
    return sum(orders[: most + 1]) / math.factorial(count)


@cache
def _inversions(count: int) -> tuple[int, ...]:
    """How many orders of `count` things have 0, 1, 2, … inversions."""
    orders = np.ones(1, dtype=np.int64)
    for length in range(2, count + 1):
        orders = np.convolve(orders, np.ones(length, dtype=np.int64))
    return tuple(int(each) for each in orders)
