"""Landscapes and weather that stand for how something felt: land, light and what is in the air, in flat colours."""

import math

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.shapes import Outline
from evoke.platform.generation.local.sheet import DEEP, GROUND
from evoke.platform.generation.local.stage import Stage

_HORIZON = 0.12

# ---- light -----------------------------------------------------------------------------------------------------------


def high_sun(stage: Stage) -> None:
    x, y, size = stage.dice.choice((-0.42, 0.42)), -0.5, stage.livelier(0.2, 0.32)
    rays = [shapes.moved(ray, x, y) for ray in _spokes(16, size + 0.06, size + stage.livelier(0.1, 0.22), 0.03)]
    stage.sheet.cover(stage.main, shapes.circle(x, y, size), *rays)


def low_sun(stage: Stage) -> None:
    size = stage.livelier(0.28, 0.46)
    x = stage.between(-0.3, 0.3)
    stage.sheet.cover(stage.other, shapes.circle(x, _HORIZON - size * 0.2, size * 1.35))
    stage.sheet.cover(GROUND, shapes.circle(x, _HORIZON - size * 0.2, size * 1.2))
    stage.sheet.cover(stage.main, shapes.circle(x, _HORIZON - size * 0.2, size))


def moon(stage: Stage) -> None:
    x = stage.dice.choice((-0.45, 0.45))
    stage.sheet.cover(stage.main, shapes.circle(x, -0.52, 0.22))
    stage.sheet.cover(GROUND, shapes.circle(x + 0.11, -0.58, 0.19))
    for _ in range(stage.count(5, 10)):
        dot = shapes.star(4, 0.03, 0.01)
        stage.sheet.cover(stage.other, shapes.moved(dot, stage.between(-0.9, 0.9), stage.between(-0.92, -0.25)))


def overcast(stage: Stage) -> None:
    for index in range(stage.count(2, 4)):
        y = -0.95 + index * 0.2
        slot = stage.other if index % 2 else stage.main
        stage.sheet.veil(slot, *_cloud(stage.between(-0.7, 0.7), y, stage.between(0.4, 0.6)))


# ---- land ------------------------------------------------------------------------------------------------------------


def sea(stage: Stage) -> None:
    swing = stage.livelier(0.012, 0.085)
    waves = stage.livelier(2, 5)
    for index, slot in enumerate((stage.other, stage.main, DEEP, stage.other)):
        y = _HORIZON + 0.02 + index * 0.24
        phase = stage.between(0, math.tau)
        line = []
        for step in range(-105, 106):
            angle = step / 100 * math.pi * waves + phase
            # A calm sea swings; a rough one has crests.
            rise = math.sin(angle) if stage.energy < 0.6 else 2 * abs(math.sin(angle / 2)) - 1
            line.append(y + swing * (1 + index * 0.4) * rise)
        stage.sheet.cover(slot, shapes.below(line))
        if index == 1:
            _boat(stage, stage.between(-0.4, 0.4), y - swing * 0.6, lean=stage.livelier(0.0, 0.3))


def ridges(stage: Stage) -> None:
    height = stage.livelier(0.35, 0.85)
    for index, slot in enumerate((stage.other, stage.main, DEEP)):
        base = _HORIZON + 0.14 + index * 0.26
        peaks = stage.count(3, 5) + index
        line = []
        for peak in range(peaks * 2 + 1):
            rise = height * (1 - index * 0.3) * stage.between(0.55, 1.0) if peak % 2 else 0.0
            line.append(base - rise + stage.between(-0.03, 0.03))
        stage.sheet.cover(slot, shapes.below(line))


def winding_path(stage: Stage) -> None:
    ridges(Stage(stage.sheet, stage.dice, stage.energy * 0.6, stage.main, stage.other))
    ground = [0.42 + 0.05 * math.cos(x / 10) for x in range(-20, 21)]
    stage.sheet.cover(stage.main, shapes.below(ground))
    turns = stage.livelier(1.5, 4.0)
    points = []
    for step in range(60):
        far = step / 59
        y = 1.05 - 0.62 * far**0.7
        points.append((0.42 * (1 - far) ** 0.8 * math.sin(far * math.pi * turns), y))
    stage.sheet.cover(GROUND, *shapes.stroke(points, 0.26, end=0.015))


def hill_and_tree(stage: Stage) -> None:
    low = [0.5 - 0.16 * math.cos((x / 20 + 0.5) * 1.6) for x in range(-20, 21)]
    near = [0.66 - 0.2 * math.cos((x / 20 - 0.3) * 1.7) for x in range(-20, 21)]
    stage.sheet.cover(stage.other, shapes.below(low))
    stage.sheet.cover(stage.main, shapes.below(near))
    x, foot, tall = 0.3, 0.5, stage.livelier(0.5, 0.72)
    lean = stage.livelier(0.0, 0.16)
    stage.sheet.cover(
        DEEP, *shapes.stroke([(x, foot), (x + lean * 0.4, foot - tall * 0.5), (x + lean, foot - tall)], 0.07, end=0.03)
    )
    crown = [(0.0, 0.0, 0.27), (-0.2, 0.1, 0.2), (0.21, 0.09, 0.21), (0.04, -0.16, 0.2)]
    for index, (dx, dy, radius) in enumerate(crown):
        leaves = shapes.circle(x + lean + dx, foot - tall + dy, radius)
        stage.sheet.cover(stage.other if index % 2 else DEEP, leaves)


def bare_forest(stage: Stage) -> None:
    stage.sheet.cover(stage.other, shapes.below([0.45, 0.5, 0.44, 0.48, 0.46]))
    for index, slot in enumerate((stage.other, stage.main, DEEP)):
        trunks = stage.count(4, 6)
        for trunk in range(trunks):
            x = -0.95 + 1.9 * (trunk + stage.between(0.15, 0.85)) / trunks
            wide = 0.025 + 0.022 * index
            top, lean = stage.between(-0.95, -0.5), stage.between(-0.08, 0.08) * (1 + stage.energy)
            foot = 0.5 + 0.17 * index
            branches = shapes.stroke([(x, foot), (x + lean, top)], wide * 1.5, end=wide * 0.3)
            for branch in range(3):
                share = 0.4 + 0.18 * branch
                at = (x + lean * share, foot + (top - foot) * share)
                side = 1 if (branch + trunk) % 2 else -1
                reach = (at[0] + side * stage.between(0.08, 0.16), at[1] - stage.between(0.1, 0.2))
                branches += shapes.stroke([at, reach], wide * 0.6, end=wide * 0.15)
            stage.sheet.cover(slot, *branches)
        stage.sheet.cover(slot, shapes.below([0.5 + 0.17 * index + 0.02 * ((x * 7) % 3) for x in range(9)]))


# ---- what is in the air ----------------------------------------------------------------------------------------------


def birds(stage: Stage) -> None:
    for _ in range(stage.count(3, 6)):
        x, y, size = stage.between(-0.7, 0.7), stage.between(-0.8, -0.25), stage.between(0.05, 0.09)
        spots = ((-1, -0.45), (-0.4, -0.5), (0, 0), (0.4, -0.5), (1, -0.45))
        wings = [(x + across * size, y + up * size) for across, up in spots]
        stage.sheet.cover(DEEP, *shapes.stroke(wings, 0.016))


def clouds(stage: Stage) -> None:
    for index in range(stage.count(2, 4)):
        place = _cloud(-0.75 + index * stage.between(0.45, 0.6), stage.between(-0.75, -0.3), stage.between(0.2, 0.32))
        stage.sheet.cover(stage.other if index % 2 else GROUND, *place)


def rainfall(stage: Stage) -> None:
    stage.sheet.cover(DEEP, *_cloud(stage.between(-0.2, 0.2), -0.68, 0.62))
    for _ in range(stage.count(16, 48)):
        x, y = stage.between(-0.75, 0.75), stage.between(-0.42, 0.5)
        stage.sheet.cover(stage.other, shapes.drop(x, y, 0.017, 0.1))


def thunder(stage: Stage) -> None:
    stage.sheet.cover(stage.other, *_cloud(-0.3, -0.72, 0.5))
    stage.sheet.cover(DEEP, *_cloud(0.18, -0.6, 0.62))
    for _ in range(max(1, stage.count(1, 3))):
        x = stage.between(-0.4, 0.5)
        bolt = shapes.polygon((0.06, 0), (-0.1, 0.3), (0.0, 0.28), (-0.08, 0.58), (0.13, 0.2), (0.03, 0.22), (0.16, 0))
        stage.sheet.cover(stage.main, shapes.moved(bolt, x, -0.44, stage.livelier(0.8, 1.25)))


def wind(stage: Stage) -> None:
    for _ in range(stage.count(3, 6)):
        x, y, reach = stage.between(-0.8, 0.1), stage.between(-0.85, -0.1), stage.between(0.3, 0.55)
        curl = shapes.arc(x + reach, y - 0.08, 0.08, math.pi, -math.pi * 0.6)
        stage.sheet.cover(DEEP, *shapes.stroke([(x, y), (x + reach * 0.5, y - 0.02), *curl], 0.022))


def mist(stage: Stage) -> None:
    for index in range(stage.count(3, 5)):
        bank = shapes.squircle(stage.between(-0.6, 0.6), -0.55 + index * 0.2, stage.between(0.5, 0.9), 0.05, 3)
        stage.sheet.veil(stage.other if index % 2 else stage.main, bank)


def balloons(stage: Stage) -> None:
    for index in range(stage.count(2, 4)):
        x, y, size = -0.6 + index * 0.5, stage.between(-0.72, -0.25), stage.between(0.12, 0.2)
        stage.sheet.cover(
            stage.other if index % 2 else stage.main, shapes.drop(x, y, size, size) * (1, -1) + (0, 2 * y)
        )
        stage.sheet.cover(GROUND, shapes.oval(x, y, size * 0.3, size * 0.98))
        basket = y + size * 1.35
        stage.sheet.cover(DEEP, shapes.box(x - size * 0.2, basket, x + size * 0.2, basket + size * 0.3))


def shooting_stars(stage: Stage) -> None:
    for _ in range(stage.count(2, 5)):
        x, y, reach = stage.between(-0.5, 0.8), stage.between(-0.9, -0.35), stage.between(0.2, 0.4)
        stage.sheet.cover(DEEP, *shapes.stroke([(x, y), (x - reach, y + reach * 0.5)], 0.03, end=0.004))
        stage.sheet.cover(stage.main, shapes.moved(shapes.star(5, 0.075, 0.033), x, y))


def _boat(stage: Stage, x: float, y: float, *, lean: float) -> None:
    hull = shapes.polygon((-0.17, -0.02), (0.17, -0.02), (0.1, 0.08), (-0.1, 0.08))
    mast = shapes.box(-0.01, -0.36, 0.01, 0.0)
    sails = [
        shapes.polygon((0.03, -0.34), (0.17, -0.06), (0.03, -0.06)),
        shapes.polygon((-0.03, -0.28), (-0.13, -0.06), (-0.03, -0.06)),
    ]
    for slot, part in ((DEEP, hull), (DEEP, mast), (GROUND, sails[0]), (stage.other, sails[1])):
        stage.sheet.cover(slot, shapes.moved(shapes.turned(part, lean), x, y))


def _cloud(x: float, y: float, wide: float) -> list[Outline]:
    parts = [(-0.55, 0.0, 0.34), (-0.1, -0.16, 0.46), (0.38, -0.06, 0.38), (0.72, 0.06, 0.24)]
    puffs = [shapes.circle(x + dx * wide, y + dy * wide, radius * wide) for dx, dy, radius in parts]
    return [*puffs, shapes.box(x - 0.55 * wide, y, x + 0.72 * wide, y + 0.3 * wide)]


def _spokes(count: int, start: float, end: float, wide: float) -> list[Outline]:
    ray = shapes.petal(0, start, end, wide)
    return [shapes.turned(ray, math.tau * index / count) for index in range(count)]
