"""A text as words that can be compared: stems, and what stands around each."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from evoke.platform.care import folding

_STEMMERS: Final = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_NEGATORS: Final = {
    "en": "not no never nobody without neither nor cannot dont doesnt didnt isnt arent wasnt werent wont wouldnt cant "
    "couldnt havent hasnt hadnt shouldnt hardly",
    "de": "nicht kein keine keinen keinem keiner keines nie niemals ohne weder kaum",
    "fr": "pas jamais sans aucun aucune ni guere",
    "es": "no nunca jamas sin ningun ninguna tampoco ni",
}
_BUT: Final = {
    "en": ("but", "though", "although", "because", "since", "only"),
    "de": ("aber", "sondern", "obwohl", "weil", "nur"),
    "fr": ("mais", "parce", "car", "seulement"),
    "es": ("pero", "sino", "porque", "aunque", "solo"),
}
REACH: Final = 3
"""Words that a negation covers, up to the end of its clause: `not very lonely`."""
_PIECES = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|[.!?;:,()…\n]")
_ENDS = frozenset(".!?…\n")
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """`folded`: without case and accents. `negated`: a negation covers it. `is_name`: capitals inside a sentence, in
    languages where common nouns have none."""

    folded: str
    stem: str
    negated: bool
    is_name: bool


def words_of(text: str, language: str) -> list[Word]:
    """The words of a text in order. `language` is one of the library's."""
    negators, turns = frozenset(_NEGATORS[language].split()), _BUT[language]
    found: list[Word] = []
    covered, begins = 0, True
    for piece in _pieces(text):
        if not piece[0].isalpha():
            covered, begins = 0, begins or piece in _ENDS
            continue
        folded = folding.letters(piece).replace("-", "")
        if folded in turns:
            covered = 0
        capital = piece[0].isupper() and not piece.isupper() and not begins and language != "de" and piece != "I"
        found.append(Word(folded, stem(folded, language), covered > 0, capital))
        covered = REACH if folded in negators else max(0, covered - 1)
        begins = False
    return found


def _pieces(text: str) -> Iterator[str]:
    for found in _PIECES.finditer(text):
        piece = found[0]
        if "-" in piece:
            yield from piece.split("-")
        else:
            yield piece


@lru_cache(maxsize=16_384)
def stem(folded: str, language: str) -> str:
    with _one_at_a_time:  # a stemmer keeps the word it works on
        return str(_stemmer(language).stemWord(folded))


@lru_cache
def _stemmer(language: str) -> Any:
    import snowballstemmer  # 30 languages at once: for those who need it

    return snowballstemmer.stemmer(_STEMMERS[language])
