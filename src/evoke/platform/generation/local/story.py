"""From a matched stressor to the factors of one story."""

from collections.abc import Sequence
from typing import Final

from evoke.platform.generation.local import library, matching

FEWEST, MOST = 3, 5
_LONG_STORY: Final = 400
"""Characters from which a story has four factors at least."""
_TONE, _ORDER = 0.25, 0.1
_CUES_HALF: Final = 2.0
_BESIDE: Final = 0.75
"""A second stressor this close to the first lends its most fitting factor."""


def choose_factors(
    text: str, language: str, stressor: library.Stressor, tones: Sequence[library.Tone], second: library.Stressor | None
) -> list[library.Factor]:
    """Three to five factors, the most fitting first.

    Their cues in the text come first, then the tones of the chosen feelings, then the order of the library. Three,
    four for a long story, and one more for each further factor that the text itself touches; `second` lends one.
    """
    ordered = _ordered(text, language, stressor, tones)
    touched = sum(weight > 0 for weight, _ in ordered)
    count = min(max(touched, FEWEST + (len(text) >= _LONG_STORY)), MOST, len(ordered))
    chosen = [factor for _, factor in ordered[:count]]
    if second is not None and len(chosen) < MOST:
        weight, lent = _ordered(text, language, second, tones)[0]
        if weight > 0 and lent.label not in {factor.label for factor in chosen}:
            chosen.append(lent)
    return chosen


def beside(ranked: Sequence[matching.Match]) -> library.Stressor | None:
    """The second stressor, where it is nearly as likely as the first."""
    if len(ranked) < 2 or ranked[1].score < _BESIDE * ranked[0].score:
        return None
    return ranked[1].stressor


def _ordered(
    text: str, language: str, stressor: library.Stressor, tones: Sequence[library.Tone]
) -> list[tuple[float, library.Factor]]:
    weights = matching.weigh_factors(text, language, stressor)
    count = len(stressor.factors)

    def fit(place: int) -> float:
        weight = weights[place]
        share = tones.count(stressor.factors[place].tone) / len(tones) if tones else 0.0
        return weight / (weight + _CUES_HALF) + _TONE * share + _ORDER * (count - place) / count

    places = sorted(range(count), key=lambda place: (-fit(place), place))
    return [(weights[place], stressor.factors[place]) for place in places]
