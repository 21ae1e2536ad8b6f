"""The form languages of the bad feelings: sharp, heavy or empty, softened by their colours and by their order."""

import math

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.sheet import DEEP, GROUND
from evoke.platform.generation.local.stage import Stage, around, pair

# ---- fuming: flames and shards ---------------------------------------------------------------------------------------


def flames(stage: Stage) -> None:
    tongues = stage.count(3, 4)
    for layer, slot in enumerate((stage.main, stage.other, GROUND)):
        rise = (1.75, 1.3, 0.8)[layer]
        for index in range(tongues, -1, -1):
            x = -index / tongues
            height = rise * stage.between(0.7, 1.0) * (1.1 if index == 0 else 0.85)
            tongue = shapes.petal(0, -0.3, height, stage.between(0.42, 0.56) * (1 - 0.2 * layer), belly=0.32)
            stage.sheet.cover(slot, *pair(shapes.moved(tongue, x, 1.0)))


def shards(stage: Stage) -> None:
    count = stage.even(10, 16)
    lengths = [stage.between(0.6, 1.0) for _ in range(count // 2 + 1)]
    wide = math.tau / count
    for tier, slot, reach, inner in (
        (0, stage.main, 0.96, 0.2),
        (1, stage.other, 0.7, 0.16),
        (2, GROUND, 0.34, 0.14),
    ):
        blades = []
        for index in range(count):
            angle = wide * (index + 0.5 * (tier % 2))
            length = reach * lengths[min(index, count - index) % len(lengths)]
            lean = wide * stage.between(-0.2, 0.2) * length
            base = inner * math.tan(wide / 2) * 1.9
            blade = shapes.polygon((-base, -inner), (lean, -length), (base, -inner), (0, 0))
            blades.append(shapes.turned(blade, angle))
        stage.sheet.cover(slot, shapes.circle(0, 0, inner * 1.02))
        stage.sheet.veil(slot, *blades) if tier == 1 else stage.sheet.cover(slot, *blades)
    stage.sheet.cover(stage.main, shapes.star(count // 2, 0.15, 0.1))
    stage.sheet.cover(DEEP, shapes.star(count // 2, 0.075, 0.05))


# ---- freaked out: nothing sits where it should -----------------------------------------------------------------------


def splinters(stage: Stage) -> None:
    columns = stage.count(4, 6)
    step = 1.0 / columns
    rows = columns * 2
    jitter = step * stage.livelier(0.12, 0.34)
    grid = [
        [
            (-1 - step + x * step + stage.between(-jitter, jitter), -1 + y * step + stage.between(-jitter, jitter))
            for x in range(columns + 2)
        ]
        for y in range(-1, rows + 2)
    ]
    for y in range(len(grid) - 1):
        for x in range(columns + 1):
            a, b, c, d = grid[y][x], grid[y][x + 1], grid[y + 1][x + 1], grid[y + 1][x]
            first, second = ((a, b, c), (a, c, d)) if (x + y) % 2 else ((a, b, d), (b, c, d))
            for corners in (first, second):
                slot = stage.dice.choice((GROUND, GROUND, GROUND, stage.main, stage.main, stage.other))
                stage.sheet.cover(slot, *pair(shapes.polygon(*corners)))


def vertigo(stage: Stage) -> None:
    corners = stage.dice.choice((5, 6, 7, 8))
    shake = stage.livelier(0.06, 0.16)
    radius, index = 0.9, 0
    twist = stage.between(0.1, 0.24)
    while radius > 0.08:
        slot = (stage.main, GROUND, stage.other, DEEP, GROUND)[index % 5]
        wobble = [1 + stage.between(-shake, shake) for _ in range(corners)]
        outline = shapes.regular(corners, radius, phase=index * twist, wobble=wobble)
        stage.sheet.cover(slot, outline)
        radius *= stage.between(0.76, 0.84)
        index += 1


# ---- mad as hell: blocks that press ----------------------------------------------------------------------------------


def jaws(stage: Stage) -> None:
    teeth = stage.count(4, 7)
    step = 2.0 / teeth
    depths = [stage.between(0.35, 0.62) for _ in range(teeth)]
    for slot, share in ((stage.main, 1.0), (stage.other, 0.62), (GROUND, 0.28)):
        for index, depth in enumerate(depths):
            top = -1 + index * step
            bite = (-1.02 + depth * 1.25 * share, top + step / 2)
            stage.sheet.cover(slot, *pair(shapes.polygon((-1.02, top), bite, (-1.02, top + step))))


def clash(stage: Stage) -> None:
    if stage.dice.random() < 0.5:
        thick, gap = stage.between(0.13, 0.17), stage.between(0.07, 0.1)
        for index in range(4):
            tip = 0.06 + index * (thick + gap)
            slot = (stage.other, stage.main, DEEP, stage.main)[index]
            for sign in (-1, 1):
                chevron = shapes.polygon(
                    (0, sign * tip),
                    (0.86 - tip * 0.25, sign * (tip + 0.42)),
                    (0.86 - tip * 0.25, sign * (tip + 0.42 + thick)),
                    (0, sign * (tip + thick)),
                    (-0.86 + tip * 0.25, sign * (tip + 0.42 + thick)),
                    (-0.86 + tip * 0.25, sign * (tip + 0.42)),
                )
                stage.sheet.cover(slot, chevron * (0.9, 0.78))
        return
    wedges = stage.dice.choice((4, 6, 8))
    wide = stage.between(0.5, 0.66) * 6 / wedges
    wedge = shapes.polygon((-wide / 2, -0.92), (wide / 2, -0.92), (0, -0.14))
    stage.sheet.veil(stage.main, *around(wedge, wedges))
    stage.sheet.veil(stage.other, *around(wedge * 0.74, wedges, phase=math.pi / wedges))
    stage.sheet.cover(GROUND, shapes.star(wedges, 0.26, 0.16))
    stage.sheet.cover(DEEP, shapes.star(wedges, 0.17, 0.1))


# ---- blah: fog -------------------------------------------------------------------------------------------------------


def fog(stage: Stage) -> None:
    rows = stage.count(4, 6)
    for index in range(rows):
        y = -0.9 + 1.9 * index / (rows - 1)
        shift, wide = stage.between(0.1, 0.7), stage.between(0.6, 0.95)
        thin = stage.between(0.09, 0.17)
        layer = shapes.squircle(-shift, y, wide, thin, 2.6)
        stage.sheet.veil(stage.main if index % 2 else stage.other, *pair(layer))


def dull_moon(stage: Stage) -> None:
    size = stage.between(0.52, 0.64)
    lift = stage.between(0.05, 0.14)
    stage.sheet.cover(GROUND, shapes.circle(0, -lift, size + 0.06))
    stage.sheet.cover(stage.main, shapes.circle(0, -lift, size))
    layers = stage.dice.choice((3, 4))
    for index in range(layers):
        y = -lift + size * (0.02 + 0.36 * index)
        wide = size * (1.25 + 0.12 * (index % 2))
        stage.sheet.cover(GROUND, shapes.squircle(0, y + 0.035, wide, 0.075, 3))
        stage.sheet.veil(stage.other, shapes.squircle(0, y + 0.02, wide * 0.96, 0.045, 3))
    if stage.dice.random() < 0.5:
        stage.sheet.veil(stage.other, shapes.circle(0, -lift - size * 0.38, size * 0.42))


# ---- down: drops and willows -----------------------------------------------------------------------------------------


def rain(stage: Stage) -> None:
    count = stage.count(4, 6)
    for index in range(count + 1):
        x = -index / count
        length = stage.between(0.5, 1.5)
        size = stage.between(0.05, 0.085)
        for drop_slot, part in ((stage.main, 1.0), (GROUND, 0.45)):
            hanging = shapes.drop(x, -1.05 + length, size * part, length * 1.02 * part)
            stage.sheet.cover(drop_slot, *pair(hanging))
        if length < 1.2:
            stage.sheet.cover(stage.other, *pair(shapes.drop(x, -1 + length + 0.36, size * 0.8, size * 2.4)))


def teardrop(stage: Stage) -> None:
    size = stage.between(0.5, 0.58)
    tail = size * stage.between(1.75, 2.0)
    low = (tail - size) / 2
    stage.sheet.cover(GROUND, shapes.drop(0, low, size + 0.07, tail + 0.16))
    for index, share in enumerate((1.0, 0.78, 0.56, 0.34)):
        slot = (stage.main, GROUND, stage.other, DEEP)[index]
        sink = low + size * (1 - share) * stage.between(0.62, 0.72)
        stage.sheet.cover(slot, shapes.drop(0, sink, size * share, tail * share * 0.96))
    for side in (0.0, 1.0):
        y = low + 0.2 + side * 0.26
        stage.sheet.cover(stage.other, *pair(shapes.drop(-0.72 - side * 0.1, y, 0.06, 0.17)))


# ---- bored stiff: even stripes ---------------------------------------------------------------------------------------


def stripes(stage: Stage) -> None:
    count = stage.dice.choice((7, 9, 11, 13))
    step = 2.0 / count
    bars = [shapes.box(-1.1, -1 + index * step, 1.1, -1 + (index + 1) * step) for index in range(0, count, 2)]
    if stage.dice.random() < 0.4:
        bars = [bar[:, ::-1] for bar in bars]
    stage.sheet.cover(stage.main, *bars)


def blank(stage: Stage) -> None:
    size = stage.between(0.56, 0.68)
    count = stage.dice.choice((5, 7, 9))
    step = 2 * size / count
    outer = shapes.circle(0, 0, size) if stage.dice.random() < 0.6 else shapes.squircle(0, 0, size, size, 8)
    stage.sheet.cover(GROUND, outer * 1.12)
    stage.sheet.cover(stage.main, outer)
    if stage.dice.random() < 0.5:
        bars = [
            shapes.box(-1, -size + (i + 0.5) * step - 0.02, 1, -size + (i + 0.5) * step + 0.02) for i in range(count)
        ]
        stage.sheet.cover(GROUND, *bars)
    else:
        for index in range(1, count, 2):
            stage.sheet.cover(GROUND, shapes.box(-1, -size + index * step, 1, -size + (index + 1) * step))
    stage.sheet.veil(stage.other, outer * stage.between(0.48, 0.62))
