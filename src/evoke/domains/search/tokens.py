"""From text to lexemes: the same cutting for what is stored and for what is asked.

PostgreSQL's own parser takes `IMG_20190321.jpg` for a host name and knows no accents without an extension that
our server does not have, so text is cut here. Letters lose case and accents; scripts written without spaces are
cut into overlapping pairs, which finds any part of such a text; each emoji is a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 64
"""Longer words are cut: 64 characters stay far below the 2,046 bytes of a lexeme."""
MAX_PARTS = 64
"""Lexemes that one word of a question may become; what lies beyond says nothing more about the photo."""

# Marks that are accents or vowel points. Those of other scripts (Thai, Devanagari, kana) are letters' other halves.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
_ASCII_RUN = re.compile(r"[A-Za-z0-9]+")
_ASCII_PARTS = re.compile(r"[0-9]+|[A-Za-z]+")
_ASCII_HUMPS = re.compile(r"[0-9]+|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# Letters that Unicode does not take apart, though readers do.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n", "ŧ": "t"}
)
# Han with its numerals and marks, kana, Thai, Lao, Tibetan, Myanmar, Khmer: (first, last) code points.
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),
    (0x0F00, 0x0FFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_UPPER, _LETTER, _DIGIT, _PAIRED, _EMOJI, _MARK, _NOTHING, _BREAK = range(8)


@dataclass(frozen=True, slots=True)
class Word:
    """A run without separators. `parts` are its letters and its figures, folded, or the run itself where pairs are
    taken; `humps` are the pieces of each part where case rises within it, as in `MyHoliday`, else nothing."""

    parts: tuple[str, ...]
    humps: tuple[tuple[str, ...], ...] = ()
    paired: bool = False

    @property
    def whole(self) -> str:
        return "".join(self.parts)[:MAX_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Placed:
    """A lexeme and where it stands, counted from the first word of its text."""

    lexeme: str
    at: int


def fold(text: str) -> str:
    """Without case, accents, compatibility forms (full-width, ligatures) and invisible marks of direction."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", decomposed)).translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(_plain(character) for character in bare))


def words(text: str) -> Iterator[Word]:
    """The words of a text in order."""
    return _ascii_words(text) if text.isascii() else _unicode_words(text)


def place(text: str) -> tuple[list[Placed], int]:
    """The lexemes of a text with their places, and how many places it takes.

    A word of several parts stands whole at its first and its last part, so that a phrase may end or begin with it.
    A number with leading zeros also stands without them, and humps where their part stands.
    """
    placed: list[Placed] = []
    at = 0
    for word in words(text):
        if word.paired:
            placed.extend(pairs(word.parts[0], at))
            at += len(word.parts[0])
            continue
        for offset, part in enumerate(word.parts):
            placed.append(Placed(part[:MAX_CHARACTERS], at + offset))
            if part[0] == "0" and part.isdigit() and part.lstrip("0"):
                placed.append(Placed(part.lstrip("0")[:MAX_CHARACTERS], at + offset))
        for offset, humps in enumerate(word.humps):
            placed.extend(Placed(hump[:MAX_CHARACTERS], at + offset) for hump in humps)
        at += len(word.parts)
        if len(word.parts) > 1:
            placed.extend(Placed(word.whole, end) for end in (at - len(word.parts), at - 1))
    return placed, at


def pairs(run: str, at: int = 0) -> list[Placed]:
    """Overlapping pairs of a run without spaces, and its last character, which begins no pair."""
    return [Placed(run[i : i + 2], at + i) for i in range(len(run))]


def joined(text: str) -> str:
    """The words of a file name as one lexeme: `img_20190321_160422`, whatever stood between them."""
    return "_".join(word.whole for word in words(text))[:MAX_CHARACTERS]


def is_plain(lexeme: str) -> bool:
    """Whether a lexeme consists of letters that are written with spaces: typing errors are looked for in these."""
    return all(_kind(character) in (_UPPER, _LETTER, _MARK) for character in lexeme)


def _ascii_words(text: str) -> Iterator[Word]:
    """What `_unicode_words` answers for such a text, ten times as fast: most file names are such texts."""
    for run in _ASCII_RUN.findall(text):
        parts = _ASCII_PARTS.findall(run)
        humps = [tuple(_ASCII_HUMPS.findall(part)) for part in parts]
        yield _with_humps(parts, humps)


def _unicode_words(text: str) -> Iterator[Word]:
    kinds = [(character, _kind(character)) for character in unicodedata.normalize("NFKC", text)]
    run: list[tuple[str, int]] = []
    for character, kind in [*kinds, (" ", _BREAK)]:
        if kind == _NOTHING:
            continue
        if kind == _MARK:
            if run:
                run.append((character, run[-1][1]))
            continue
        if run and not _same_run(run[-1][1], kind):
            word = _word(run)
            if all(word.parts):
                yield word
            run = []
        if kind != _BREAK:
            run.append((character, kind))


def _word(run: list[tuple[str, int]]) -> Word:
    if run[0][1] in (_PAIRED, _EMOJI):
        text = fold("".join(character for character, _ in run))
        return Word((text,), paired=run[0][1] == _PAIRED)
    parts: list[str] = []
    humps: list[list[str]] = []
    for index, (character, kind) in enumerate(run):
        if index == 0 or (run[index - 1][1] == _DIGIT) != (kind == _DIGIT):
            parts.append("")
            humps.append([""])
        elif _rises(run, index):
            humps[-1].append("")
        parts[-1] += character
        humps[-1][-1] += character
    return _with_humps(parts, humps)


def _with_humps(parts: Sequence[str], humps: Sequence[Sequence[str]]) -> Word:
    several = any(len(pieces) > 1 for pieces in humps)
    folded = tuple(tuple(map(fold, pieces)) if len(pieces) > 1 else () for pieces in humps) if several else ()
    return Word(tuple(map(fold, parts)), folded)


def _rises(run: list[tuple[str, int]], index: int) -> bool:
    """Before a capital that follows a small letter, or that begins a word after capitals: `IMGTest`."""
    before, here = run[index - 1][1], run[index][1]
    if here != _UPPER or before == _DIGIT:
        return False
    return before == _LETTER or (index + 1 < len(run) and run[index + 1][1] == _LETTER)


def _same_run(before: int, here: int) -> bool:
    if before == _EMOJI or here == _EMOJI:
        return False
    return (before == _PAIRED) == (here == _PAIRED) and here != _BREAK


@lru_cache(maxsize=8192)
def _kind(character: str) -> int:
    category = unicodedata.category(character)
    code = ord(character)
    if category == "Nd":
        return _DIGIT
    if any(first <= code <= last for first, last in _WITHOUT_SPACES) and category[0] in "LMN":
        return _PAIRED
    if category in ("Lu", "Lt"):
        return _UPPER
    if category[0] == "L":
        return _LETTER
    if category[0] == "N":
        return _DIGIT
    if category[0] == "M":
        # Variation selectors change how an emoji looks, not which one it is.
        return _NOTHING if 0xFE00 <= code <= 0xFE0F else _MARK
    if category == "So" or (category == "Sk" and code > 0xFFFF):
        return _NOTHING if 0x1F3FB <= code <= 0x1F3FF else _EMOJI
    return _NOTHING if category == "Cf" else _BREAK


def _plain(character: str) -> str:
    """Digits of every script as ASCII; invisible format characters as nothing."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    return "" if category == "Cf" else character
