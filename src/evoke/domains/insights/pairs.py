"""Emotions that come together in entries more often than chance has it.

By chance: each entry has as many emotions as it has, drawn without putting back, each emotion with a weight of its own,
and the weights are such that every emotion is expected as often as it is there (conditional Poisson sampling: Chen,
Dempster and Liu, Biometrika 81, 1994). A table of two emotions alone would not do: somebody who sometimes names one
emotion and sometimes five would see all of them "come together". The p-value is that of the sum of the entries' own
probabilities to have both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from evoke.domains.insights import chance
from evoke.domains.insights.moments import Moment

FEWEST = 3
"""Times that an emotion, and a pair, has to be there."""
_ROUNDS = 300
_CLOSE = 1e-4
"""Of a time, between how often an emotion is expected and how often it is there."""


@dataclass(frozen=True)
class Pair:
    """`together` entries of `entries` have both; chance would have `expected`."""

    emotions: tuple[str, str]
    together: int
    entries: int
    expected: float
    p_value: float


def compare(moments: Sequence[Moment]) -> list[Pair]:
    """Every pair of emotions that are there often enough to tell: what is significant among them is for `holm`."""
    counts = Counter(emotion for moment in moments for emotion in moment.emotions)
    sizes = Counter(len(moment.emotions) for moment in moments)
    names = sorted(counts)
    tried = [pair for pair in combinations(names, 2) if min(counts[pair[0]], counts[pair[1]]) >= FEWEST]
    if not tried or max(sizes, default=0) < 2:
        return []
    together = Counter(pair for moment in moments for pair in combinations(sorted(moment.emotions), 2))
    weights = _fit(np.array([counts[name] for name in names], dtype=float), sizes)
    place = {name: index for index, name in enumerate(names)}
    found = []
    for pair in tried:
        groups = _chances(weights, sizes, place[pair[0]], place[pair[1]])
        p_value = chance.bernoulli_sum_tail(groups, together[pair])
        expected = sum(count * share for count, share in groups)
        found.append(Pair(pair, together[pair], len(moments), expected, p_value))
    return found


def _fit(counts: chance.Floats, sizes: Counter[int]) -> chance.Floats:
    """The weights, by iterative proportional fitting."""
    weights: chance.Floats = counts / counts.sum()
    given = np.zeros(len(weights) + 1)
    for size, count in sizes.items():
        given[size] = count
    for _ in range(_ROUNDS):
        whole = _symmetric(weights)
        without = _symmetric_without_each(weights)
        expected = weights * (without @ (given[1:] / whole[1:]))
        if np.abs(expected - counts).max() < _CLOSE:
            break
        weights = weights * counts / expected
        weights /= weights.max()
    return weights


def _chances(weights: chance.Floats, sizes: Counter[int], one: int, other: int) -> list[tuple[int, float]]:
    """For each size of an entry, how many have it, and how likely such a one has both."""
    whole = _symmetric(weights)
    rest = _symmetric(np.delete(weights, (one, other)))
    both = weights[one] * weights[other]
    return [(count, float(min(1.0, both * rest[size - 2] / whole[size]))) for size, count in sizes.items() if size >= 2]


def _symmetric(weights: chance.Floats) -> chance.Floats:
    """The elementary symmetric polynomials of the weights, by degree."""
    found = np.ones(1)
    for weight in weights:
        found = np.convolve(found, (1.0, weight))
    return found


def _symmetric_without_each(weights: chance.Floats) -> chance.Floats:
    """Row by row those of all weights but one."""
    count = len(weights)
    found = np.zeros((count, count))
    found[:, 0] = 1.0
    for index, weight in enumerate(weights):
        shifted = weight * found[:, :-1]
        shifted[index] = 0.0
        found[:, 1:] += shifted
    return found
