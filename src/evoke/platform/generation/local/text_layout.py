"""Breaks labels into lines and finds the largest size at which they fit a node."""

import itertools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from evoke.platform.generation.local import directions, writing
from evoke.platform.generation.local.writing import Line, Writer

_LINES: Final = 3
_LONG: Final = 24  # characters: a longer word may break when it would else be too small to read
_SMALL: Final = 13.0  # pixels: below this more lines, and broken words, are the smaller evil
_APART: Final = 0.75  # ems between two labels of one node, with a rule in the middle
_STEP: Final = 0.965
_SPACE: Final = 0.26  # ems, about a space of most fonts
_MANY: Final = 40  # words or characters that a line may end after
# Never at the start of a line in Chinese and Japanese: closing marks and small kana (a part of JIS X 4051).
_NEVER_FIRST: Final = frozenset("、。，．・：；？！）］｝〉》」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_NEVER_LAST: Final = frozenset("（［｛〈《「『【")

Room = Callable[[float, float], float]
"""Half the width that is free between two heights, in pixels from the middle of the node (y downwards)."""


@dataclass(frozen=True)
class Block:
    """Labels at a size, the ink of all around the middle of a node.

    `lines` are (line, x, y) with the origin in pixels from the middle; `rules` the heights of the lines between labels;
    `half_width` and `half_height` of the ink.
    """

    lines: tuple[tuple[Line, float, float], ...]
    texts: tuple[tuple[str, ...], ...]
    size: float
    rules: tuple[float, ...]
    half_width: float
    half_height: float


def fitted(
    labels: Sequence[str], language: str, writer: Writer, room: Room, *, largest: float, at_most: float | None = None
) -> Block:
    """The labels of one node, one above the other, as large as there is room, up to `largest` pixels an em."""
    largest = min(largest, at_most or largest)
    best = _best(labels, language, writer, room, largest, broken=False, lines=_LINES)
    if best.size < min(_SMALL, largest):
        for lines in (_LINES, _LINES * 2):
            other = _best(labels, language, writer, room, largest, broken=True, lines=lines)
            if other.size > best.size * 1.15:
                best = other
            if best.size >= _SMALL:
                break
    return best


def _best(
    labels: Sequence[str], language: str, writer: Writer, room: Room, largest: float, *, broken: bool, lines: int
) -> Block:
    choices = [[*_breakings(label, language, writer, broken=broken, lines=lines)] for label in labels]
    blocks = [
        _sized(labels, combination, language, writer, room, largest) for combination in itertools.product(*choices)
    ]
    # Fewer lines where they are as large.
    return max(blocks, key=lambda block: (round(block.size, 3), -len(block.lines)))


def _sized(
    labels: Sequence[str],
    texts: tuple[tuple[str, ...], ...],
    language: str,
    writer: Writer,
    room: Room,
    largest: float,
) -> Block:
    placed: list[tuple[Line, float]] = []
    rules: list[float] = []
    at = 0.0
    for label, parts in zip(labels, texts, strict=True):
        is_rtl = directions.runs_right_to_left(label)
        lines = [writer.line(part, language, is_rtl=is_rtl) for part in parts]
        if placed:
            below = at - placed[-1][0].bottom
            at = below + _APART + lines[0].top
            rules.append(below + _APART / 2)
        for line, drop in zip(lines, writing.spacing(lines), strict=True):
            placed.append((line, at + drop))
        at = placed[-1][1]
    top = min(y - line.top for line, y in placed)
    bottom = max(y - line.bottom for line, y in placed)
    middle = (top + bottom) / 2
    half_width = max((line.right - line.left) / 2 for line, _ in placed)
    size = largest
    while size > 1 and any(
        (line.right - line.left) / 2 * size > room((y - line.top - middle) * size, (y - line.bottom - middle) * size)
        for line, y in placed
    ):
        size *= _STEP
    return Block(
        lines=tuple((line, -(line.left + line.right) / 2 * size, (y - middle) * size) for line, y in placed),
        texts=texts,
        size=size,
        rules=tuple((rule - middle) * size for rule in rules),
        half_width=half_width * size,
        half_height=(bottom - top) / 2 * size,
    )


def _breakings(label: str, language: str, writer: Writer, *, broken: bool, lines: int) -> Iterator[tuple[str, ...]]:
    """For each number of lines the breaking whose widest line is narrowest."""
    tokens = _few(breakable(label, broken=broken))
    is_rtl = directions.runs_right_to_left(label)
    # Sums of words rather than shaped lines: near enough to choose by, and far fewer to shape.
    ends, spaced = [0.0], [0.0]
    for text, glue in tokens:
        ends.append(spaced[-1] + writer.line(text, language, is_rtl=is_rtl).width)
        spaced.append(ends[-1] + (_SPACE if glue else 0.0))
    for count in range(1, min(lines, len(tokens)) + 1):
        yield tuple(
            "".join(text + glue for text, glue in tokens[first:last]).strip()
            for first, last in _narrowest(len(tokens), count, lambda first, last: ends[last] - spaced[first])
        )


def _few(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Joined where there are many: the time to choose grows with the square of their number."""
    each = -(-len(tokens) // _MANY)
    groups = [tokens[start : start + each] for start in range(0, len(tokens), each)]
    return [("".join(text + glue for text, glue in group).strip(), group[-1][1]) for group in groups]


def _narrowest(tokens: int, count: int, width: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """`count` stretches of all tokens; dynamic programming over where the last one begins."""
    best: dict[tuple[int, int], tuple[float, int]] = {(1, end): (width(0, end), 0) for end in range(1, tokens + 1)}
    for number in range(2, count + 1):
        for end in range(number, tokens + 1):
            best[number, end] = min(
                (max(best[number - 1, cut][0], width(cut, end)), cut) for cut in range(number - 1, end)
            )
    stretches: list[tuple[int, int]] = []
    end = tokens
    for number in range(count, 0, -1):
        start = best[number, end][1]
        stretches.insert(0, (start, end))
        end = start
    return stretches


def breakable(label: str, *, broken: bool = False) -> list[tuple[str, str]]:
    """(text, what follows it within a line): words, and single characters where no spaces are written.

    `broken` allows a line to end within a very long word.
    """
    found: list[tuple[str, str]] = []
    for word in label.split(" "):
        parts = _parts(word, broken)
        found += [(part, "") for part in parts[:-1]] + [(parts[-1], " ")]
    return found


def _parts(word: str, broken: bool) -> list[str]:
    parts: list[str] = []
    characters = writing.clusters(word)
    every = broken and len(characters) > _LONG
    for character in characters:
        stays = (
            not parts
            or character in _NEVER_FIRST
            or parts[-1][-1] in _NEVER_LAST
            or not (every or (_is_wide(character) and _is_wide(parts[-1])) or parts[-1][-1] in "-–—/")
        )
        if stays and parts:
            parts[-1] += character
        else:
            parts.append(character)
    return parts or [word]


def _is_wide(text: str) -> bool:
    """Chinese characters and kana; Korean is written with spaces and breaks at them."""
    last = text[-1]
    return unicodedata.east_asian_width(last) in ("W", "F") and not unicodedata.name(last, "").startswith("HANGUL")
