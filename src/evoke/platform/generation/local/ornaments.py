"""Small marks that stand around the middle of a picture, one kind for each temper."""

import math

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.shapes import Outline
from evoke.platform.generation.local.sheet import DEEP
from evoke.platform.generation.local.stage import Stage, around

_EDGE = 0.95  # a mark that the edge would cut is left out


def rays(stage: Stage) -> None:
    _ring(stage, shapes.squircle(0, 0, 0.016, 0.05, 3), 16, 24)


def sparks(stage: Stage) -> None:
    _ring(stage, shapes.star(4, 0.06, 0.02), 10, 18)


def beads(stage: Stage) -> None:
    _ring(stage, shapes.circle(0, 0, stage.between(0.022, 0.04)), 12, 24)


def leaves(stage: Stage) -> None:
    _ring(stage, shapes.petal(0, -0.08, 0.08, 0.075), 10, 18)


def thorns(stage: Stage) -> None:
    _ring(stage, shapes.polygon((-0.03, 0.04), (0, -0.06), (0.03, 0.04)), 14, 26)


def bars(stage: Stage) -> None:
    _ring(stage, shapes.squircle(0, 0, 0.055, 0.016, 4), 10, 18)


def tears(stage: Stage) -> None:
    _ring(stage, shapes.drop(0, 0.02, 0.03, 0.09), 10, 18)


def _ring(stage: Stage, mark: Outline, calm: int, wild: int) -> None:
    """Arcs of marks in the corners, where the figure does not reach."""
    slot = stage.dice.choice((DEEP, stage.main, stage.other))
    for radius in (1.08, 1.2)[: stage.dice.choice((1, 2))]:
        count = 2 * stage.even(calm, wild)
        ring = around(shapes.moved(mark, 0, -radius), count, phase=math.pi / count)
        stage.sheet.cover(slot, *(outline for outline in ring if abs(outline).max() < _EDGE))
