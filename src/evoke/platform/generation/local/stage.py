"""What a form is drawn with: the sheet, the dice, and how much energy there is."""

import math
import random
from dataclasses import dataclass
from typing import Final

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.shapes import Outline
from evoke.platform.generation.local.sheet import FIRST, SECOND, Sheet


@dataclass(frozen=True)
class Stage:
    """`main` and `other` are the two inks; `energy` is 0 (still) to 1 (wild)."""

    sheet: Sheet
    dice: random.Random
    energy: float
    main: int = FIRST
    other: int = SECOND

    def swapped(self) -> "Stage":
        return Stage(self.sheet, self.dice, self.energy, self.other, self.main)

    def between(self, low: float, high: float) -> float:
        return self.dice.uniform(low, high)

    def livelier(self, calm: float, wild: float) -> float:
        """From `calm` to `wild` by the energy."""
        return calm + (wild - calm) * self.energy

    def count(self, calm: int, wild: int) -> int:
        """A whole number by the energy, give or take one."""
        return max(1, round(self.livelier(calm, wild)) + self.dice.choice((-1, 0, 1)))

    def even(self, calm: int, wild: int) -> int:
        """An even number: what goes round a middle with it is the same on the left and on the right."""
        return 2 * max(1, round(self.count(calm, wild) / 2))


def around(outline: Outline, count: int, *, phase: float = 0.0) -> list[Outline]:
    """`count` copies, turned evenly around the middle."""
    return [shapes.turned(outline, phase + math.tau * index / count) for index in range(count)]


def pair(outline: Outline) -> tuple[Outline, Outline]:
    """It, and its mirror image on the other side."""
    return outline, outline * FLIP


FLIP: Final = (-1.0, 1.0)
