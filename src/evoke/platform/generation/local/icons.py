"""Small flat pictograms, drawn within a circle of radius 1: `INK` on whatever is there, `paper` where they are open."""

import math
from collections.abc import Callable, Iterable
from typing import Final

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.shapes import Outline, arc
from evoke.platform.generation.local.sheet import INK, Sheet

_LINE = 0.15  # the width of all lines


class Pen:
    """Ink and the paper below it."""

    def __init__(self, sheet: Sheet, paper: int) -> None:
        self._sheet = sheet
        self._paper = paper

    def fill(self, *outlines: Outline) -> None:
        self._sheet.cover(INK, *outlines)

    def cut(self, *outlines: Outline) -> None:
        self._sheet.cover(self._paper, *outlines)

    def line(self, points: Iterable[tuple[float, float]], width: float = _LINE) -> None:
        self._sheet.cover(INK, *shapes.stroke(points, width))

    def open_line(self, points: Iterable[tuple[float, float]], width: float = _LINE) -> None:
        self._sheet.cover(self._paper, *shapes.stroke(points, width))

    def ring(self, x: float, y: float, radius: float) -> None:
        self.fill(shapes.circle(x, y, radius))
        self.cut(shapes.circle(x, y, radius - _LINE))


Icon = Callable[[Pen], None]


def heart(pen: Pen) -> None:
    pen.fill(_heart(0.0, 0.0, 0.05))


def _heart(x: float, y: float, size: float) -> Outline:
    """The well-known curve of 16 sin³."""
    points = []
    for step in range(80):
        t = math.tau * step / 80
        rise = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x + 16 * size * math.sin(t) ** 3, y - size * rise))
    return shapes.polygon(*points)


def clock(pen: Pen) -> None:
    pen.ring(0, 0, 0.82)
    pen.line([(0, -0.45), (0, 0), (0.32, 0.2)])


def briefcase(pen: Pen) -> None:
    pen.line([(-0.3, -0.35), (-0.3, -0.62), (0.3, -0.62), (0.3, -0.35)])
    pen.fill(shapes.squircle(0, 0.15, 0.82, 0.55, 7))
    pen.open_line([(-0.8, 0.12), (-0.16, 0.12)], 0.09)
    pen.open_line([(0.16, 0.12), (0.8, 0.12)], 0.09)


def home(pen: Pen) -> None:
    pen.line([(-0.78, -0.02), (0, -0.72), (0.78, -0.02)])
    pen.fill(shapes.polygon((-0.56, 0.0), (0, -0.5), (0.56, 0.0), (0.56, 0.72), (-0.56, 0.72)))
    pen.cut(shapes.box(-0.17, 0.25, 0.17, 0.74))


def people(pen: Pen) -> None:
    for x in (-0.42, 0.42):
        pen.fill(shapes.circle(x, -0.38, 0.24))
        pen.fill(shapes.squircle(x, 0.42, 0.36, 0.42, 3))
    pen.cut(shapes.box(-0.8, 0.62, 0.8, 0.9))


def person(pen: Pen) -> None:
    pen.fill(shapes.circle(0, -0.42, 0.32), shapes.squircle(0, 0.58, 0.58, 0.5, 2.6))
    pen.cut(shapes.box(-0.62, 0.74, 0.62, 1.1))


def speech(pen: Pen) -> None:
    pen.fill(shapes.squircle(0, -0.14, 0.82, 0.54, 4), shapes.polygon((-0.45, 0.2), (-0.05, 0.3), (-0.5, 0.78)))
    pen.cut(*(shapes.circle(x, -0.14, 0.1) for x in (-0.36, 0, 0.36)))


def cloud(pen: Pen) -> None:
    _cloud(pen, 0.1)


def _cloud(pen: Pen, y: float) -> None:
    pen.fill(shapes.circle(-0.42, y, 0.32), shapes.circle(0.05, y - 0.22, 0.44), shapes.circle(0.5, y + 0.02, 0.3))
    pen.fill(shapes.box(-0.42, y, 0.5, y + 0.32))


def storm(pen: Pen) -> None:
    _cloud(pen, -0.22)
    pen.fill(
        shapes.polygon(
            (0.06, 0.16), (-0.26, 0.58), (-0.02, 0.58), (-0.14, 0.92), (0.28, 0.42), (0.04, 0.42), (0.2, 0.16)
        )
    )


def scale(pen: Pen) -> None:
    pen.line([(0, -0.7), (0, 0.68)])
    pen.line([(-0.36, 0.72), (0.36, 0.72)])
    pen.line([(-0.62, -0.5), (0.62, -0.5)])
    for x in (-0.62, 0.62):
        pen.line([(x, -0.48), (x - 0.22, 0.08)], 0.07)
        pen.line([(x, -0.48), (x + 0.22, 0.08)], 0.07)
        pen.fill(shapes.moved(shapes.sector(math.pi, math.pi, 0, 0.3), x, 0.08))


def mountain(pen: Pen) -> None:
    pen.fill(shapes.polygon((-0.9, 0.62), (-0.22, -0.62), (0.46, 0.62)))
    pen.fill(shapes.polygon((0.0, 0.62), (0.44, -0.12), (0.9, 0.62)))
    pen.cut(shapes.polygon((-0.22, -0.44), (-0.44, -0.04), (-0.3, -0.12), (-0.22, 0.0), (-0.12, -0.12), (0.0, -0.04)))


def mask(pen: Pen) -> None:
    pen.fill(shapes.moved(shapes.sector(math.pi, math.pi, 0, 0.68), 0, -0.02))
    pen.fill(shapes.box(-0.68, -0.6, 0.68, 0.0))
    pen.cut(shapes.oval(-0.3, -0.18, 0.17, 0.1), shapes.oval(0.3, -0.18, 0.17, 0.1))
    pen.open_line(arc(0, 0.02, 0.32, math.pi * 1.3, math.pi * 0.7), 0.1)


def eye(pen: Pen) -> None:
    pen.fill(shapes.turned(shapes.petal(0, -0.9, 0.9, 1.05), math.pi / 2))
    pen.cut(shapes.circle(0, 0, 0.36))
    pen.fill(shapes.circle(0, 0, 0.2))


def book(pen: Pen) -> None:
    for side in (-1, 1):
        page = shapes.polygon((0.06, -0.42), (0.8, -0.6), (0.8, 0.48), (0.06, 0.68))
        pen.fill(page * (side, 1))
    pen.open_line([(0.24, -0.16), (0.62, -0.25)], 0.08)
    pen.open_line([(0.24, 0.1), (0.62, 0.01)], 0.08)


def coin(pen: Pen) -> None:
    pen.fill(shapes.circle(0, 0, 0.8))
    pen.cut(shapes.circle(0, 0, 0.62))
    pen.fill(shapes.circle(0, 0, 0.5))
    pen.open_line([(0, -0.26), (0, 0.26)], 0.12)


def phone(pen: Pen) -> None:
    pen.fill(shapes.squircle(0, 0, 0.48, 0.84, 8))
    pen.cut(shapes.box(-0.34, -0.6, 0.34, 0.46), shapes.circle(0, 0.65, 0.08))


def moon(pen: Pen) -> None:
    pen.fill(shapes.circle(-0.05, 0, 0.78))
    pen.cut(shapes.circle(0.3, -0.18, 0.66))


def shield(pen: Pen) -> None:
    edge = [(0, -0.85), (0.68, -0.58), (0.66, 0.05), (0.45, 0.5), (0, 0.85)]
    pen.fill(shapes.polygon(*edge, *((-x, y) for x, y in reversed(edge[1:4]))))
    pen.open_line([(-0.26, 0.0), (-0.06, 0.22), (0.3, -0.24)], 0.13)


def puzzle(pen: Pen) -> None:
    pen.fill(shapes.squircle(-0.08, 0.1, 0.58, 0.58, 12))
    pen.fill(shapes.circle(-0.08, -0.56, 0.22), shapes.circle(0.58, 0.1, 0.22))
    pen.cut(shapes.circle(-0.6, 0.1, 0.2), shapes.circle(-0.08, 0.66, 0.2))


def mirror(pen: Pen) -> None:
    pen.fill(shapes.oval(0, -0.22, 0.52, 0.64))
    pen.cut(shapes.oval(0, -0.22, 0.38, 0.5))
    pen.line([(0, 0.4), (0, 0.82)], 0.18)
    pen.line([(-0.14, -0.1), (0.14, -0.42)], 0.08)


def ladder(pen: Pen) -> None:
    for side in (-1, 1):
        pen.line([(side * 0.36, 0.82), (side * 0.28, -0.82)])
    for step in (-0.5, -0.08, 0.34):
        pen.line([(-0.3, step), (0.3, step)], 0.12)


def hourglass(pen: Pen) -> None:
    pen.line([(-0.5, -0.78), (0.5, -0.78)])
    pen.line([(-0.5, 0.78), (0.5, 0.78)])
    pen.fill(shapes.polygon((-0.44, -0.72), (0.44, -0.72), (0.06, 0), (0.44, 0.72), (-0.44, 0.72), (-0.06, 0)))
    pen.cut(shapes.polygon((-0.26, -0.6), (0.26, -0.6), (0.16, -0.38), (-0.16, -0.38)))


def path(pen: Pen) -> None:
    pen.line([(-0.3, 0.85), (0.38, 0.45), (-0.34, 0.05), (0.22, -0.25)], 0.2)
    pen.line([(0.22, -0.3), (0.22, -0.85)], 0.1)
    pen.fill(shapes.polygon((0.22, -0.88), (0.7, -0.7), (0.22, -0.5)))


def hands(pen: Pen) -> None:
    """A heart in a bowl of two hands."""
    pen.fill(shapes.sector(math.pi, math.pi, 0, 0.84))
    pen.cut(shapes.oval(0, 0, 0.6, 0.4))
    pen.open_line([(0, 0.3), (0, 0.9)], 0.09)
    pen.fill(_heart(0.0, -0.32, 0.034))


def flame(pen: Pen) -> None:
    pen.fill(shapes.drop(0, 0.3, 0.52, 1.2), shapes.drop(0.28, 0.34, 0.28, 0.76), shapes.drop(-0.3, 0.36, 0.26, 0.62))
    pen.cut(shapes.drop(0, 0.46, 0.22, 0.5))


def leaf(pen: Pen) -> None:
    pen.fill(shapes.turned(shapes.petal(0, -0.72, 0.85, 0.95, belly=0.45), 0.7))
    pen.open_line([(-0.4, 0.5), (0.3, -0.36)], 0.08)
    pen.line([(-0.68, 0.8), (-0.4, 0.48)], 0.12)


def sprout(pen: Pen) -> None:
    pen.line([(0, 0.8), (0, -0.1)])
    pen.fill(shapes.moved(shapes.turned(shapes.petal(0, 0, 0.85, 0.5), -0.85), 0, 0.08))
    pen.fill(shapes.moved(shapes.turned(shapes.petal(0, 0, 0.85, 0.5), 0.85), 0, -0.1))


def star(pen: Pen) -> None:
    pen.fill(shapes.star(5, 0.86, 0.38))


def target(pen: Pen) -> None:
    pen.ring(0, 0, 0.84)
    pen.ring(0, 0, 0.5)
    pen.fill(shapes.circle(0, 0, 0.18))


def bell(pen: Pen) -> None:
    pen.fill(shapes.circle(0, -0.2, 0.46), shapes.polygon((-0.46, -0.2), (0.46, -0.2), (0.66, 0.46), (-0.66, 0.46)))
    pen.line([(-0.66, 0.46), (0.66, 0.46)])
    pen.fill(shapes.circle(0, 0.68, 0.17), shapes.circle(0, -0.7, 0.12))


def stairs(pen: Pen) -> None:
    pen.fill(
        shapes.polygon(
            (-0.8, 0.7), (-0.8, 0.36), (-0.4, 0.36), (-0.4, 0.0), (0, 0.0), (0, -0.36), (0.4, -0.36), (0.4, -0.7),
            (0.8, -0.7), (0.8, 0.7),
        )
    )  # fmt: skip


def waves(pen: Pen) -> None:
    for y in (-0.4, 0.0, 0.4):
        pen.line([(x / 12, y + 0.1 * math.sin(x / 12 * 7)) for x in range(-9, 10)], 0.14)


def knot(pen: Pen) -> None:
    turns = [math.tau * step / 60 for step in range(61)]
    pen.line([(0.72 * math.sin(t), 0.42 * math.sin(2 * t)) for t in turns], 0.17)


def lock(pen: Pen) -> None:
    pen.line([(-0.32, -0.1), (-0.32, -0.4), *arc(0, -0.4, 0.32, -math.pi / 2, math.pi / 2), (0.32, -0.1)])
    pen.fill(shapes.squircle(0, 0.32, 0.56, 0.46, 6))
    pen.cut(shapes.circle(0, 0.28, 0.12))


def pulse(pen: Pen) -> None:
    pen.line([(-0.85, 0.05), (-0.42, 0.05), (-0.2, -0.5), (0.12, 0.56), (0.34, 0.05), (0.85, 0.05)])


def question(pen: Pen) -> None:
    pen.line([*arc(0, -0.3, 0.36, -math.pi / 2, math.pi * 0.75), (0, 0.1), (0, 0.28)], 0.19)
    pen.fill(shapes.circle(0, 0.66, 0.13))


ICONS: Final[dict[str, Icon]] = {
    icon.__name__: icon
    for icon in (
        heart, clock, briefcase, home, people, person, speech, cloud, storm, scale, mountain, mask, eye, book, coin,
        phone, moon, shield, puzzle, mirror, ladder, hourglass, path, hands, flame, leaf, sprout, star, target, bell,
        stairs, waves, knot, lock, pulse, question,
    )
}  # fmt: skip


def draw(sheet: Sheet, name: str, x: float, y: float, radius: float, *, paper: int) -> None:
    """The icon called `name` within a circle. Raises KeyError when there is none."""
    with sheet.within(x, y, radius):
        ICONS[name](Pen(sheet, paper))
