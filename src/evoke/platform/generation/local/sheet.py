"""Paper for a few flat colours, as in a print of two inks: where the second falls on the first, a third is seen.

What is painted are numbers of colours (slots), several pixels for each of the picture; only the finished sheet is
turned into colours and reduced, which smooths the edges. So a picture has exactly the colours of its palette.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw

from evoke.platform.generation.local.palettes import Rgb
from evoke.platform.generation.local.shapes import Outline

GROUND: Final = 0
FIRST: Final = 1
SECOND: Final = 2
DEEP: Final = 3
INK: Final = 4
_SLOTS: Final = 5

Symmetry = Literal["mirror", "double", "turn", "free"]
Box = tuple[int, int, int, int]


class Sheet:
    """`side` pixels square; painted in coordinates from -1 to 1, y downwards."""

    def __init__(self, side: int, *, fineness: int) -> None:
        self.side = side
        self._fineness = fineness
        self._pixels = side * fineness
        self._slots = Image.new("L", (self._pixels, self._pixels), GROUND)
        self._draw = ImageDraw.Draw(self._slots)
        self._place = (0.0, 0.0, 1.0)

    def clear(self) -> None:
        self._slots.paste(GROUND, (0, 0, self._pixels, self._pixels))

    @contextmanager
    def within(self, x: float, y: float, scale: float) -> Iterator[None]:
        """What is painted meanwhile is scaled and stands around (x, y)."""
        before = self._place
        self._place = (before[0] + x * before[2], before[1] + y * before[2], before[2] * scale)
        try:
            yield
        finally:
            self._place = before

    def cover(self, slot: int, *outlines: Outline) -> None:
        """Whatever was there, now it is `slot`."""
        for outline in outlines:
            self._draw.polygon(self._pixel(outline).ravel().tolist(), fill=slot)

    def veil(self, slot: int, *outlines: Outline) -> None:
        """Transparent ink: the ground takes it, another ink under it gives DEEP. Outlines that overlap count once."""
        table = [slot, *(slot if under == slot else DEEP for under in range(1, _SLOTS))]
        self._through(table, outlines)

    def interlace(self, slot: int, *outlines: Outline) -> None:
        """As `veil`, but the same ink twice gives the ground again."""
        table = [slot, *(GROUND if under == slot else DEEP for under in range(1, _SLOTS))]
        self._through(table, outlines)

    def keep(self, *outlines: Outline) -> None:
        """Everything outside becomes ground."""
        mask = Image.new("L", self._slots.size, 255)
        self._fill(ImageDraw.Draw(mask), outlines, (0, 0), 0)
        self._slots.paste(GROUND, (0, 0), mask)

    def mirror(self, symmetry: Symmetry) -> None:
        """Make it symmetrical to the pixel, from its left, its upper left, or its upper half."""
        whole, half = self._pixels, self._pixels // 2
        if symmetry == "double":
            self._repeat((0, 0, whole, half), Image.Transpose.FLIP_TOP_BOTTOM, (0, whole - half))
        if symmetry in ("mirror", "double"):
            self._repeat((0, 0, half, whole), Image.Transpose.FLIP_LEFT_RIGHT, (whole - half, 0))
        if symmetry == "turn":
            self._repeat((0, 0, whole, half), Image.Transpose.ROTATE_180, (0, whole - half))

    def colored(self, colors: Sequence[Rgb]) -> Image.Image:
        """RGB, `side` pixels square."""
        slots = self._slots.copy()
        slots.putpalette([channel for color in colors for channel in color])
        return slots.convert("RGB").reduce(self._fineness)

    def shares(self) -> list[float]:
        """How much of the sheet each slot covers."""
        counts = self._slots.histogram()[:_SLOTS]
        return [count / self._pixels**2 for count in counts]

    def _repeat(self, box: Box, how: Image.Transpose, to: tuple[int, int]) -> None:
        self._slots.paste(self._slots.crop(box).transpose(how), to)

    def _through(self, table: list[int], outlines: Sequence[Outline]) -> None:
        box = self._around(outlines)
        if box is None:
            return
        part = self._slots.crop(box)
        mask = Image.new("L", part.size, 0)
        self._fill(ImageDraw.Draw(mask), outlines, box[:2], 255)
        self._slots.paste(part.point(table + [0] * (256 - len(table))), box[:2], mask)

    def _fill(
        self, draw: ImageDraw.ImageDraw, outlines: Iterable[Outline], origin: tuple[int, int], value: int
    ) -> None:
        for outline in outlines:
            draw.polygon((self._pixel(outline) - np.array(origin)).ravel().tolist(), fill=value)

    def _pixel(self, outline: Outline) -> Outline:
        x, y, scale = self._place
        placed: Outline = (outline * scale + np.array([x + 1, y + 1])) * (self._pixels / 2)
        return placed

    def _around(self, outlines: Sequence[Outline]) -> Box | None:
        if not outlines:
            return None
        points = self._pixel(np.concatenate(outlines))
        lowest = np.floor(points.min(axis=0)).astype(int) - 1
        highest = np.ceil(points.max(axis=0)).astype(int) + 2
        left, top = max(int(lowest[0]), 0), max(int(lowest[1]), 0)
        right, bottom = min(int(highest[0]), self._pixels), min(int(highest[1]), self._pixels)
        return (left, top, right, bottom) if left < right and top < bottom else None


def encoded(image: Image.Image) -> bytes:
    """An RGB PNG with nothing in it but pixels."""
    file = io.BytesIO()
    # Flat colours compress well at any level; the higher ones take several times as long for a few percent.
    image.save(file, "PNG", compress_level=4)
    return file.getvalue()
