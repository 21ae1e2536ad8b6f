"""The map of a story: what weighs in the middle, what makes it up in the corners, flat and few-coloured.

The ink of every label has its middle exactly at its point (`ports.CENTER`, `ports.CORNERS`): that is where the client
puts what a finger taps. Labels that no font on hand can show become numbers, and the recipe says so.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from evoke.platform.generation.local import icon_words, icons, shapes, text_layout, writing
from evoke.platform.generation.local.palettes import Palette
from evoke.platform.generation.local.sheet import DEEP, FIRST, GROUND, SECOND, Sheet
from evoke.platform.generation.local.text_layout import Block
from evoke.platform.generation.local.writing import Writer
from evoke.platform.generation.ports import CENTER, CORNERS

_SIDE: Final = 1024  # what all pixels here are counted in
_MARGIN: Final = 20.0  # between ink and the edge of a node
_BADGE: Final = 47.0
_ICON: Final = 30.0
_LINE: Final = 7.0
_NUMBER: Final = 84.0  # the size of a number that stands for a label
_LARGE_ICON: Final = 74.0
_PLACES: Final = ("upper left", "upper right", "lower left", "lower right")


@dataclass(frozen=True)
class Node:
    """Half axes in pixels. `widest` is how far it may grow for a long word."""

    width: float
    widest: float
    height: float
    power: float
    largest: float

    def room(self, width: float) -> text_layout.Room:
        inner_width, inner_height = width - _MARGIN, self.height - _MARGIN

        def half(above: float, below: float) -> float:
            farthest = max(abs(above), abs(below)) / inner_height
            return inner_width * (1 - farthest**self.power) ** (1 / self.power) if farthest < 1 else -1.0

        return half


_MIDDLE: Final = Node(width=152, widest=190, height=134, power=2.5, largest=50)
_CORNER: Final = Node(width=158, widest=196, height=130, power=3.2, largest=44)
_SHARED: Final = Node(width=172, widest=196, height=152, power=3.4, largest=38)


@dataclass(frozen=True)
class MindMap:
    """A finished map, and its recipe in words."""

    image: Image.Image
    recipe: str


@dataclass(frozen=True)
class _Placed:
    """A node with its text, at a point in pixels; without a text its icon is large."""

    x: float
    y: float
    node: Node
    width: float
    block: Block | None
    icons: tuple[str, ...]
    paper: int


def draw(
    middle: str,
    corners: Sequence[Sequence[str]],
    language: str,
    palette: Palette,
    writer: Writer,
    dice: random.Random,
    *,
    energy: float,
) -> MindMap:
    """`energy` (0 to 1) makes the shape behind the middle livelier. Empty labels are as if they were not there."""
    labels = _Labels(middle, corners, language, writer)
    papers = (FIRST, SECOND) if dice.random() < 0.5 else (SECOND, FIRST)
    placed = _arranged(labels, language, writer, dice, papers)
    sheet = Sheet(_SIDE, fineness=2)
    _halo(sheet, papers[1], dice, energy)
    _lines(sheet, placed, dice)
    for item in placed:
        _node(sheet, item)
    image = sheet.colored((*palette.colors, palette.ink))
    lines = [
        (line, item.x + x, item.y + y, item.block.size)
        for item in placed
        if item.block
        for line, x, y in item.block.lines
    ]
    image.paste(palette.ink, (0, 0), writing.written(lines, _SIDE))
    return MindMap(image, _recipe(labels, placed, palette))


class _Labels:
    """What is written where: each label as it is, without its emoji, or as a number."""

    def __init__(self, middle: str, corners: Sequence[Sequence[str]], language: str, writer: Writer) -> None:
        self._language, self._writer = language, writer
        self.numbered: list[str] = []
        self.shortened: list[str] = []
        given = [[cleaned for label in group if (cleaned := writing.cleaned(label))] for group in corners]
        given += [[]] * (len(CORNERS) - len(given))
        self.given_middle = writing.cleaned(middle)
        self.given = given[: len(CORNERS)]
        self.middle = self._shown(self.given_middle, "") if self.given_middle else ""
        # The first of every corner, then those that share one: the order in which factors are told.
        numbers: dict[tuple[int, int], str] = {}
        for depth in range(max((len(group) for group in self.given), default=0)):
            for corner, group in enumerate(self.given):
                if depth < len(group):
                    numbers[corner, depth] = str(len(numbers) + 1)
        self.corners = [
            [self._shown(label, numbers[corner, depth]) for depth, label in enumerate(group)]
            for corner, group in enumerate(self.given)
        ]

    def _shown(self, label: str, number: str) -> str:
        if self._writer.can_show(label, self._language):
            return label
        words = writing.without_pictures(label)
        if self._writer.can_show(words, self._language):
            self.shortened.append(label)
            return words
        self.numbered.append(number)
        return number


def _arranged(
    labels: _Labels, language: str, writer: Writer, dice: random.Random, papers: tuple[int, int]
) -> list[_Placed]:
    used: list[str] = []

    def icons_of(given: Sequence[str]) -> tuple[str, ...]:
        for label in given:
            used.append(icon_words.icon_for(label, used, dice))
        return tuple(used[len(used) - len(given) :])

    def fitted(shown: Sequence[str], node: Node, width: float, at_most: float | None = None) -> Block:
        largest = _NUMBER if all(label in labels.numbered for label in shown) else node.largest
        return text_layout.fitted(shown, language, writer, node.room(width), largest=largest, at_most=at_most)

    def widened(shown: Sequence[str], node: Node) -> tuple[float, Block]:
        """The narrowest node in which the text is of a good size, else the widest one."""
        for width in (node.width, (node.width + node.widest) / 2, node.widest):
            block = fitted(shown, node, width)
            if block.size >= node.largest * 0.75:
                break
        return width, block

    placed: list[_Placed] = []
    if labels.given_middle:
        at = CENTER[0] * _SIDE, CENTER[1] * _SIDE
        width, text = widened([labels.middle], _MIDDLE) if labels.middle else (_MIDDLE.width, None)
        placed.append(_Placed(*at, _MIDDLE, width, text, icons_of([labels.given_middle]), papers[0]))
    nodes = [_SHARED if len(group) > 1 else _CORNER for group in labels.corners]
    first = {corner: widened(group, nodes[corner]) for corner, group in enumerate(labels.corners) if group}
    # One width for all corners, and one size where that does not make the larger ones much smaller.
    width = max((width for width, _ in first.values()), default=0.0)
    common = min((block.size for _, block in first.values()), default=0.0)
    for corner in first:
        node = nodes[corner]
        block = fitted(labels.corners[corner], node, max(width, node.width))
        if common >= 0.72 * block.size:
            block = fitted(labels.corners[corner], node, max(width, node.width), common)
        at = CORNERS[corner][0] * _SIDE, CORNERS[corner][1] * _SIDE
        chosen = icons_of(labels.given[corner])
        placed.append(_Placed(*at, node, max(width, node.width), block, chosen, papers[1]))
    return placed


def _lines(sheet: Sheet, placed: Sequence[_Placed], dice: random.Random) -> None:
    """From every corner to the middle, all bent alike."""
    bend = dice.choice((-0.06, 0.0, 0.06))
    for item in placed:
        x, y = _at(item.x), _at(item.y)
        steps = [step / 30 for step in range(31)]
        mirrored = 1 if x * y > 0 else -1
        curve = [
            (
                x * step - y * bend * mirrored * 4 * step * (1 - step),
                y * step + x * bend * mirrored * 4 * step * (1 - step),
            )
            for step in steps
        ]
        sheet.cover(DEEP, *shapes.stroke(curve, _length(_LINE)))


def _halo(sheet: Sheet, slot: int, dice: random.Random, energy: float) -> None:
    """Behind the middle: a still ring, a slow ripple, or a burst."""
    radius = _length(194)
    if energy < 0.35:
        outline = shapes.ripple(radius, _length(6), dice.choice((6, 8)))
    elif energy < 0.7:
        outline = shapes.flower(radius, _length(9), dice.choice((12, 16)), sharp=0.7)
    else:
        points = dice.choice((20, 24, 28))
        outline = shapes.star(points, radius + _length(10), radius - _length(14))
    sheet.cover(slot, outline)
    sheet.cover(GROUND, shapes.circle(0, 0, radius - _length(22)))


def _node(sheet: Sheet, item: _Placed) -> None:
    x, y, width, height = _at(item.x), _at(item.y), _length(item.width), _length(item.node.height)
    gap = _length(9)
    sheet.cover(GROUND, shapes.squircle(x, y, width + gap, height + gap, item.node.power))
    sheet.cover(item.paper, shapes.squircle(x, y, width, height, item.node.power))
    if item.block is None:
        icons.draw(sheet, item.icons[0], x, y, _length(_LARGE_ICON), paper=item.paper)
        return
    for rule in item.block.rules:
        ends = [(x - _length(34), y + _length(rule)), (x + _length(34), y + _length(rule))]
        sheet.cover(DEEP, *shapes.stroke(ends, _length(4)))
    spread = _length(58) * (len(item.icons) - 1)
    for index, name in enumerate(item.icons):
        across = x - spread + 2 * spread * index / max(len(item.icons) - 1, 1)
        rim = y - height
        sheet.cover(DEEP, shapes.circle(across, rim, _length(_BADGE)))
        sheet.cover(GROUND, shapes.circle(across, rim, _length(_BADGE - 6)))
        icons.draw(sheet, name, across, rim, _length(_ICON), paper=GROUND)


def _recipe(labels: _Labels, placed: Sequence[_Placed], palette: Palette) -> str:
    said = [f"“{labels.given_middle}” in the middle"] if labels.given_middle else []
    for group, place in zip(labels.given, _PLACES, strict=True):
        if group:
            said.append(f"{' and '.join(f'“{label}”' for label in group)} {place}")
    names = [*palette.names, "#{:02X}{:02X}{:02X}".format(*palette.ink)]
    parts = [
        f"Flat mind map on a light ground: {', '.join(said)}",
        "lines from the corners to the middle",
        f"icons {', '.join(name for item in placed for name in item.icons)}",
        f"colours {', '.join(names)}",
    ]
    if labels.shortened:
        parts.append("emoji left out: no font on hand has their outlines")
    if labels.numbered:
        instead = ", ".join(number or "an icon in the middle" for number in labels.numbered)
        parts.append(f"labels that no font on hand can show are not written; in their places: {instead}")
    return "; ".join(parts) + "."


def _at(pixels: float) -> float:
    return pixels / (_SIDE / 2) - 1


def _length(pixels: float) -> float:
    return pixels / (_SIDE / 2)
