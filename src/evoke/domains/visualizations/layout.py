"""Which corner of the map a factor stands in."""

import re
from collections import Counter
from collections.abc import Sequence

from evoke.platform.generation.ports import CORNERS, Factor

PLACES = len(CORNERS)
LABEL_WEIGHT = 3
"""A word that two labels share says more than one that two sentences share."""
_WORD = re.compile(r"\w{4,}")


def corners_of(factors: Sequence[Factor]) -> tuple[int, ...]:
    """The corner (0 to 3) of each factor.

    The first four stand in the order of the list; with three the last corner stays empty. The fifth joins the one of
    the four with which it shares most words, and the last corner when it shares none.
    """
    return tuple(number if number < PLACES else _related(factors) for number in range(len(factors)))


def grouped(factors: Sequence[Factor]) -> tuple[tuple[str, ...], ...]:
    """The labels in each of the four corners."""
    places = corners_of(factors)
    return tuple(
        tuple(factor.label for factor, place in zip(factors, places, strict=True) if place == corner)
        for corner in range(PLACES)
    )


def _related(factors: Sequence[Factor]) -> int:
    fifth = _words(factors[PLACES])
    shared = [sum((_words(factor) & fifth).values()) for factor in factors[:PLACES]]
    return max(range(PLACES), key=lambda corner: (shared[corner], corner))


def _words(factor: Factor) -> Counter[str]:
    """Words of four letters or more, which leaves out most of those that every sentence has."""
    words = Counter(_WORD.findall(factor.insight.casefold()))
    words.update(_WORD.findall(factor.label.casefold()) * LABEL_WEIGHT)
    return words
