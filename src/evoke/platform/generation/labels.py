"""The few words that stand in a picture: how many, in which case, and free of what would be read as markup."""

import re

from evoke.kit import texts

MAX_CHARACTERS = 48
"""What still fits into a corner of the map in small letters."""
UNSPACED_CHARACTERS_PER_WORD = 6
"""Scripts without spaces have no words to count; a word of Chinese or Japanese has one to four characters."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NOT_IN_LABELS = re.compile(r"[\"“”„«»‹›「」『』`*_#<>{}\[\]()|\\/=~^]|\s+")
_EDGES = ".,;:!?…。、，．！？؛،।-–—'’‘"
_LEFT_OVER = frozenset(
    word
    for words in (
        "a an and as at by for from in into of on or the to with",
        "und oder der die das von zu mit für",
        "de du des la le les et ou à",
        "el los las y o e en del al",
        "di il i gli da con per do dos das em no na",
    )
    for word in words.split()
)
"""Words that no label may end with once it was cut: of English, German, French, Spanish, Italian, Portuguese."""
_ARTICLES = frozenset(
    word
    for words in ("the a an", "der die das ein eine", "le la les un une", "el los las una", "il i gli lo", "o os as")
    for word in words.split()
)
_DOTTED_I = frozenset({"tr", "az"})


class Unusable(ValueError):
    """What a model answered breaks the contract and cannot be mended."""


def label(given: str, *, language: str, fewest: int = 2, most: int = 4) -> str:
    """`given` as a label of `fewest` to `most` words in Title Case, where its script has words and case.

    Too many words are cut; quotation marks and marks of markup go. Raises Unusable for too few words, or too long ones.
    """
    words = [word for each in _NOT_IN_LABELS.sub(" ", texts.storable(given)).split() if (word := each.strip(_EDGES))]
    if any(map(_UNSPACED.search, words)):
        unspaced = " ".join(words)
        if len(unspaced) > most * UNSPACED_CHARACTERS_PER_WORD:
            raise Unusable("a label is too long")
        return unspaced
    if len(words) > most:
        if words[0].casefold() in _ARTICLES:
            words = words[1:]
        words = words[:most]
        while len(words) > 1 and words[-1].casefold() in _LEFT_OVER:
            words.pop()
    if len(words) < fewest or not any(character.isalpha() for word in words for character in word):
        raise Unusable("a label has too few words")
    shouted = len(words) > 1 and all(word.isupper() for word in words)
    titled = " ".join(title(word.lower() if shouted else word, language) for word in words)
    if len(titled) > MAX_CHARACTERS:
        raise Unusable("a label is too long")
    return titled


def title(word: str, language: str) -> str:
    """`word` with its first letter in title case; Turkish and Azerbaijani keep the dot of theirs."""
    at = next((at for at, character in enumerate(word) if character.isalnum()), None)
    if at is None:
        return word
    first = "İ" if word[at] == "i" and language in _DOTTED_I else word[at].title()
    return word[:at] + first + word[at + 1 :]
