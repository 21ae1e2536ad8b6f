"""Labels as glyphs: which fonts show them, how large their ink is, and how it gets onto the picture.

Shaping (joined Arabic, Indic clusters, kerning, accents) is HarfBuzz's, as is drawing the outlines. Nothing is ever
written with a glyph that stands for a missing one: a label that cannot be shown whole is refused.
"""

import itertools
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import uharfbuzz as hb
from PIL import Image

from evoke.platform.generation.local import directions
from evoke.platform.generation.local.fonts import Font, FontBook

_JOINERS: Final = "\u200c\u200d"
_LATIN_LIKE: Final = 1.16  # the distance of lines in ems, where no letters reach farther
_CLEAR: Final = 0.1  # ems that stay free between the ink of two lines


@dataclass(frozen=True)
class Glyph:
    """A glyph of a font at a place on the line, in ems, y upwards."""

    font: Font
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """In ems: `width` is how far the text advances; `left` to `top` is where its ink is, seen from the baseline."""

    glyphs: tuple[Glyph, ...]
    width: float
    left: float
    right: float
    top: float
    bottom: float


class Writer:
    """Shapes lines with the fonts of a book."""

    def __init__(self, book: FontBook) -> None:
        self._book = book
        self._line = lru_cache(maxsize=2048)(self._shaped)
        self._font = lru_cache(maxsize=4096)(self._found)

    def can_show(self, text: str, language: str) -> bool:
        return bool(text) and all(self._font(part, language) is not None for part in clusters(text))

    def line(self, text: str, language: str, *, is_rtl: bool) -> Line:
        """`text` has to be showable."""
        return self._line(text, language, is_rtl)

    def _shaped(self, text: str, language: str, is_rtl: bool) -> Line:
        glyphs: list[Glyph] = []
        at = 0.0
        left, right, top, bottom = math.inf, -math.inf, -math.inf, math.inf
        for piece in directions.pieces(text, is_rtl=is_rtl):
            runs = self._runs(piece.text, language)
            for font, part in reversed(runs) if piece.is_rtl else runs:
                buffer = _shape(font, part, language, is_rtl=piece.is_rtl)
                for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                    x, y = at + position.x_offset / font.em, position.y_offset / font.em
                    glyphs.append(Glyph(font, info.codepoint, x, y))
                    ink = font.shaper.get_glyph_extents(info.codepoint)
                    if ink is not None and ink.width:
                        left = min(left, x + ink.x_bearing / font.em)
                        right = max(right, x + (ink.x_bearing + ink.width) / font.em)
                        top = max(top, y + ink.y_bearing / font.em)
                        bottom = min(bottom, y + (ink.y_bearing + ink.height) / font.em)
                    at += position.x_advance / font.em
        if math.isinf(left):
            left = right = top = bottom = 0.0
        return Line(tuple(glyphs), at, left, right, top, bottom)

    def _runs(self, text: str, language: str) -> list[tuple[Font, str]]:
        """Stretches of one font and one script."""
        runs: list[tuple[Font, str, str]] = []
        for part in clusters(text):
            script = _script(part)
            font = self._font(part, language)
            if font is None:
                raise ValueError("no font on hand shows this text")
            if runs:
                before, known = runs[-1][0], runs[-1][2]
                # Digits, signs and spaces go with the letters before them.
                same = script in ("", known) or not known
                if same and (font is before or (not script and before.has(_drawn(part)))):
                    runs[-1] = (before, runs[-1][1] + part, known or script)
                    continue
            runs.append((font, part, script))
        return [(font, part) for font, part, _ in runs]

    def _found(self, part: str, language: str) -> Font | None:
        font = self._book.find(_drawn(part), language)
        if font is None:
            return None
        numbers = [info.codepoint for info in _shape(font, part, language, is_rtl=False).glyph_infos]
        return font if 0 not in numbers else None


def cleaned(text: str) -> str:
    """Composed, in one line, without controls and marks of direction; what is seen stays as it was."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn") or character in _JOINERS
        else " "
        for character in composed
        if unicodedata.category(character) != "Cf" or character in _JOINERS
    )
    return " ".join("".join(kept).split())


def without_pictures(text: str) -> str:
    """The words alone: emoji are no letters, and few fonts have their outlines."""
    kept = "".join(part for part in clusters(text) if not _is_picture(part))
    return " ".join(kept.split())


def clusters(text: str) -> list[str]:
    """What a reader takes for one character: a letter with its marks, joined letters, halves of an Indic ligature."""
    parts: list[str] = []
    for character in text:
        joins = parts and (
            unicodedata.category(character) in ("Mn", "Mc", "Me")
            or character in _JOINERS
            or "\ufe00" <= character <= "\ufe0f"
            or "\U0001f3fb" <= character <= "\U0001f3ff"
            or parts[-1][-1] == "\u200d"
            or unicodedata.combining(parts[-1][-1]) == 9  # a virama: the next consonant joins
        )
        if joins:
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def written(lines: Iterable[tuple[Line, float, float, float]], side: int) -> Image.Image:
    """A mask (L) of `side` pixels square. A line is given with its origin (x, y) in pixels, y downwards, and its size
    in pixels an em."""
    raster = hb.RasterDraw()
    for line, x, y, size in lines:
        for glyph in line.glyphs:
            scale = size / glyph.font.em
            raster.transform = (scale, 0.0, 0.0, scale, x + glyph.x * size, side - y + glyph.y * size)
            raster.draw_glyph(glyph.font.shaper, glyph.number)
    raster.extents = hb.RasterExtents(x_origin=0, y_origin=0, width=side, height=side, stride=side)
    image = raster.render()
    # Its rows come from the bottom to the top.
    return Image.frombytes("L", (side, side), image.buffer, "raw", "L", image.extents.stride, -1)


def spacing(lines: list[Line]) -> list[float]:
    """Baselines in ems from the first one downwards, so that no ink touches the line below."""
    at = [0.0]
    for above, below in itertools.pairwise(lines):
        at.append(at[-1] + max(_LATIN_LIKE, below.top - above.bottom + _CLEAR))
    return at


def _shape(font: Font, text: str, language: str, *, is_rtl: bool) -> Any:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_rtl else "ltr"
    buffer.language = language or "en"
    hb.shape(font.shaper, buffer)
    return buffer


def _drawn(part: str) -> str:
    """Without what only says how its neighbours join."""
    return "".join(
        character for character in part if character not in _JOINERS and not "\ufe00" <= character <= "\ufe0f"
    )


def _script(part: str) -> str:
    """The first word of a letter's name, which is its script; nothing for digits, signs and spaces."""
    if unicodedata.category(part[0])[0] != "L":
        return ""
    return unicodedata.name(part[0], "").split(" ")[0].removesuffix("-CJK")


def _is_picture(part: str) -> bool:
    return "\ufe0f" in part or any(
        unicodedata.category(character) in ("So", "Sk") and ord(character) >= 0x2190 for character in part
    )
