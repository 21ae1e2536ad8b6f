"""Which stressor a text is about: by its words, and by its meaning where a text model is there.

Words: each cue that occurs counts its weight (a second time half, a third time a quarter), less when several stressors
share it, a fifth of it when a negation covers it, a third when it looks like a name (`Grace`, `Joy`). Long words with
one typing error count half. The sum w becomes w / (w + 4): one strong cue gives about half of what can be had.
Meaning: the closest pair of a stressor's example sentences and a passage of the text; a cosine of 0.25 is nothing and
0.75 is all. With both, a score is 0.4 of the words and 0.6 of the meaning. It is then multiplied by how well the kind
of the stressor goes with the category that the person chose.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from evoke.platform.generation.local import library
from evoke.platform.generation.local.words import Word, stem, words_of
from evoke.platform.generation.ports import Category

ENOUGH: Final = 0.36
"""Below this nothing is claimed: two weak cues, or one of middling weight, do not make a subject."""
_HALF: Final = 4.0
_NEGATED, _NAME, _TYPO = 0.2, 0.3, 0.5
_TYPO_LENGTH: Final = 7
_SHARE_OF_MEANING: Final = 0.6
_NO_MEANING, _ALL_MEANING = 0.25, 0.75
_GOES_WITH: Final[dict[Category, dict[library.Kind, float]]] = {
    "good": {"good": 1.3, "any": 0.9, "bad": 0.5},
    "bad": {"good": 0.3, "any": 0.95, "bad": 1.1},
    "not_sure": {"good": 1.0, "any": 1.1, "bad": 1.0},
}


@dataclass(frozen=True, slots=True)
class Match:
    stressor: library.Stressor
    score: float


class Cues:
    """Cues by the stem of their first word, with whom each points to."""

    def __init__(self, language: str, owners: Mapping[str, Sequence[library.Cue]]) -> None:
        self._language = language
        self._phrases: dict[str, list[tuple[tuple[str, ...], library.Cue, str]]] = defaultdict(list)
        self._openings: list[tuple[str, library.Cue, str]] = []
        keys = Counter[tuple[str, ...]]()
        spelt: dict[str, str] = {}
        parsed = []
        for owner, cues in owners.items():
            for cue in cues:
                written = words_of(cue.words, language)
                if not written:
                    continue
                stems = tuple(word.stem for word in written[:-1])
                last = written[-1].folded if cue.any_ending else written[-1].stem
                keys[(*stems, last)] += 1
                if len(written) == 1 and not cue.any_ending:
                    spelt[last] = written[0].folded
                parsed.append(((*stems, last), cue, owner))
        self._share = {key: count**-0.5 for key, count in keys.items()}
        for key, cue, owner in parsed:
            if len(key) == 1 and cue.any_ending:
                self._openings.append((key[0], cue, owner))
            else:
                self._phrases[key[0]].append((key, cue, owner))
        self._spellings = {
            word: key for key, word in sorted(spelt.items()) if len(word) >= _TYPO_LENGTH and key in self._phrases
        }

    def weigh(self, words: Sequence[Word]) -> dict[str, float]:
        """The sum w of each owner's cues that occur."""
        seen: Counter[tuple[str, str]] = Counter()
        sums: dict[str, float] = defaultdict(float)
        for place, word in enumerate(words):
            for key, cue, owner in self._at(words, place):
                times = seen[owner, cue.words]
                seen[owner, cue.words] += 1
                worth = cue.weight * self._share[key] * (1.0, 0.5, 0.25)[min(times, 2)]
                if word.negated:
                    worth *= _NEGATED
                if word.is_name and not cue.is_name and len(key) == 1:
                    worth *= _NAME
                sums[owner] += worth if times < 4 else 0.0
        for key, cue, owner in self._misspelt(words):
            sums[owner] += cue.weight * self._share[key] * _TYPO
        return sums

    def _at(self, words: Sequence[Word], place: int) -> Iterable[tuple[tuple[str, ...], library.Cue, str]]:
        word = words[place]
        for key, cue, owner in self._phrases.get(word.stem, ()):
            here = words[place : place + len(key)]
            if len(here) == len(key) and all(part.stem == wanted for part, wanted in zip(here[:-1], key, strict=False)):
                last = here[-1]
                if last.folded.startswith(key[-1]) if cue.any_ending else last.stem == key[-1]:
                    yield key, cue, owner
        for opening, cue, owner in self._openings:
            if word.folded.startswith(opening):
                yield (opening,), cue, owner

    def _misspelt(self, words: Sequence[Word]) -> Iterable[tuple[tuple[str, ...], library.Cue, str]]:
        for folded in {word.folded for word in words if len(word.folded) >= _TYPO_LENGTH and not word.is_name}:
            if stem(folded, self._language) in self._phrases or self._opens(folded):
                continue
            for known, key in self._spellings.items():
                if known[0] == folded[0] and DamerauLevenshtein.distance(folded, known, score_cutoff=1) <= 1:
                    yield from (entry for entry in self._phrases[key] if len(entry[0]) == 1)
                    break

    def _opens(self, folded: str) -> bool:
        return any(folded.startswith(opening) for opening, _, _ in self._openings)


def by_words(text: str, language: str) -> dict[str, float]:
    """How much the words of a text speak for each stressor, 0 to 1, by id; those without any are left out."""
    sums = _stressor_cues(language).weigh(words_of(text, language))
    return {owner: total / (total + _HALF) for owner, total in sums.items()}


def by_meaning(cosines: Mapping[str, float]) -> dict[str, float]:
    """Cosines of the closest pair, by stressor id, brought to 0 to 1."""
    span = _ALL_MEANING - _NO_MEANING
    return {owner: min(max((cosine - _NO_MEANING) / span, 0.0), 1.0) for owner, cosine in cosines.items()}


def rank(
    text: str, language: str, category: Category = "not_sure", meaning: Mapping[str, float] | None = None
) -> list[Match]:
    """The stressors that a text may be about, the likeliest first; those with a score of ENOUGH at least.

    `language` is one of the library's; `meaning` is of `by_meaning`, None without a text model.
    """
    words = by_words(text, language)
    known = library.stressors(language)
    ranked = []
    for id_ in words.keys() | (meaning or {}).keys():
        score = words.get(id_, 0.0)
        if meaning is not None:
            score = (1 - _SHARE_OF_MEANING) * score + _SHARE_OF_MEANING * meaning.get(id_, 0.0)
        score *= _GOES_WITH[category][known[id_].kind]
        if score >= ENOUGH:
            ranked.append(Match(known[id_], score))
    return sorted(ranked, key=lambda match: (-match.score, match.stressor.id))


def weigh_factors(text: str, language: str, stressor: library.Stressor) -> list[float]:
    """The sum of cues for each factor of a stressor, in their order."""
    sums = _factor_cues(language, stressor.id).weigh(words_of(text, language))
    return [sums.get(str(place), 0.0) for place in range(len(stressor.factors))]


def mentions(text: str, language: str, cues: str) -> bool:
    """Whether any of the cues, written as in the library, occurs in a text."""
    return bool(_written_cues(language, cues).weigh(words_of(text, language)))


@cache
def _written_cues(language: str, cues: str) -> Cues:
    return Cues(language, {"": library.cues(cues)})


@cache
def _stressor_cues(language: str) -> Cues:
    return Cues(language, {id_: entry.cues for id_, entry in library.stressors(language).items()})


@cache
def _factor_cues(language: str, stressor: str) -> Cues:
    factors = library.stressors(language)[stressor].factors
    return Cues(language, {str(place): factor.cues for place, factor in enumerate(factors)})
