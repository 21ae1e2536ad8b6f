"""The form languages of the good feelings: for each a field that fills the sheet and a figure for its middle."""

import math

from evoke.platform.generation.local import shapes
from evoke.platform.generation.local.sheet import DEEP, GROUND
from evoke.platform.generation.local.stage import Stage, around, pair

# ---- super happy: a sun and its light --------------------------------------------------------------------------------


def sunlight(stage: Stage) -> None:
    if stage.dice.random() < 0.5:
        count = stage.even(14, 24)
        wide = math.tau / count * stage.between(0.42, 0.58)
        stage.sheet.cover(stage.main, *around(shapes.sector(0, wide, 0, 1.6), count, phase=math.pi / count))
        return
    height = stage.between(0.7, 1.0)
    for index, radius in enumerate((1.5, 1.24, 0.98, 0.72, 0.46)):
        slot = (stage.main, GROUND, stage.other, GROUND, stage.main)[index]
        stage.sheet.cover(slot, shapes.circle(0, height, radius * stage.between(0.96, 1.0)))


def sun(stage: Stage) -> None:
    count = stage.even(12, 20)
    reach = stage.between(0.7, 0.86)
    width = math.tau * 0.45 / count
    stage.sheet.cover(GROUND, shapes.circle(0, 0, reach + 0.05))
    stage.sheet.cover(stage.other, *around(shapes.petal(0, 0.36, reach, width * 1.25, belly=0.62), count))
    shorter = shapes.petal(0, 0.36, reach * 0.84, width * 0.8, belly=0.6)
    stage.sheet.cover(stage.main, *around(shorter, count, phase=math.pi / count))
    stage.sheet.cover(GROUND, shapes.circle(0, 0, 0.43))
    stage.sheet.cover(stage.main, shapes.circle(0, 0, 0.38))
    if stage.dice.random() < 0.6:
        stage.sheet.cover(stage.other, shapes.circle(0, 0, 0.25))
        stage.sheet.cover(DEEP, shapes.circle(0, 0, 0.12))
    else:
        stage.sheet.veil(stage.other, shapes.flower(0.26, 0.05, count, sharp=0.8))


# ---- pumped: petals that burst ---------------------------------------------------------------------------------------


def outburst(stage: Stage) -> None:
    lobes = stage.even(12, 20)
    radius, index = 1.42, 0
    while radius > 0.5:
        slot = (stage.main, GROUND, stage.other, GROUND)[index % 4]
        outline = shapes.flower(radius, 0.07, lobes, phase=math.pi / lobes * (index % 2), sharp=0.7)
        stage.sheet.cover(slot, outline)
        radius -= stage.between(0.15, 0.22)
        index += 1


def blossom(stage: Stage) -> None:
    count = stage.even(8, 14)
    reach = stage.between(0.82, 0.95)
    width = math.tau / count * stage.between(0.5, 0.66)
    long = shapes.petal(0, 0.1, reach, width, belly=stage.between(0.6, 0.72))
    middle = shapes.petal(0, 0.08, reach * 0.76, width * 0.95, belly=0.6)
    short = shapes.petal(0, 0.04, reach * 0.46, width * 0.72, belly=0.55)
    stage.sheet.cover(stage.main, *around(long, count))
    stage.sheet.veil(stage.other, *around(middle, count, phase=math.pi / count))
    stage.sheet.cover(GROUND, *around(short, count))
    stage.sheet.cover(stage.other, shapes.circle(0, 0, 0.14))
    tips = shapes.circle(0, -min(reach + 0.06, 0.97), stage.between(0.022, 0.034))
    stage.sheet.cover(DEEP, *around(tips, count, phase=math.pi / count))


# ---- cozy: rounded things in rounded things --------------------------------------------------------------------------


def quilt(stage: Stage) -> None:
    across = stage.dice.choice((3, 4, 5))
    radius = 1 / across
    rows = math.ceil(2 / radius) + 2
    nested = stage.dice.choice(((1.0, 0.68, 0.36), (1.0, 0.74, 0.48), (1.0, 0.6)))
    for row in range(rows):
        y = -1 + (row - 0.5) * radius
        for column in range(-across - 1, across + 2):
            x = (column + (row % 2) * 0.5) * radius * 2
            for index, share in enumerate(nested):
                slot = ((stage.main, GROUND, stage.other), (stage.other, GROUND, stage.main))[row % 2][index]
                stage.sheet.cover(slot, shapes.circle(x, y, radius * share))


def nest(stage: Stage) -> None:
    power = stage.dice.choice((2.6, 3.2, 4.2))
    size, index = stage.between(0.72, 0.84), 0
    arch = stage.dice.random() < 0.5
    stage.sheet.cover(GROUND, shapes.squircle(0, 0, size + 0.07, size + 0.07, power))
    while size > 0.12:
        slot = (stage.main, GROUND, stage.other, DEEP)[index % 4]
        sink = 0.72 * (0.8 - size) if arch else 0.0
        stage.sheet.cover(slot, shapes.squircle(0, sink, size, size, power))
        size -= stage.between(0.11, 0.16)
        index += 1


# ---- chill: slow waves -----------------------------------------------------------------------------------------------


def tide(stage: Stage) -> None:
    count = stage.count(5, 9)
    step = 2.2 / count
    swing, waves = stage.between(0.05, 0.13), stage.dice.choice((1, 2, 2, 3))
    phase = stage.dice.choice((0.0, math.pi))
    for index in range(count):
        y = -1.0 + (index + 0.35) * step
        slot = stage.main if index % 2 else stage.other
        stage.sheet.cover(slot, shapes.band(y, step * stage.between(0.34, 0.52), swing, waves, phase=phase))


def pond(stage: Stage) -> None:
    lobes = stage.dice.choice((2, 4, 6))
    radius, swing, index = stage.between(0.78, 0.9), stage.between(0.03, 0.075), 0
    thin = stage.between(0.1, 0.13)
    stage.sheet.cover(GROUND, shapes.ripple(radius + 0.06, swing, lobes))
    while radius > 0.1:
        slot = (stage.main, GROUND, stage.other, GROUND)[index % 4]
        stage.sheet.cover(slot, shapes.ripple(radius, swing, lobes))
        radius -= thin * (1.15 if index % 2 else 0.85)
        swing *= 0.86
        index += 1
    stage.sheet.cover(DEEP, shapes.ripple(0.11, swing, lobes))


# ---- content: circles that share a part ------------------------------------------------------------------------------


def meadow(stage: Stage) -> None:
    if stage.dice.random() < 0.5:
        size = stage.between(0.78, 0.95)
        stage.sheet.veil(stage.main, *pair(shapes.circle(-0.62, 0, size)))
        stage.sheet.veil(stage.other, shapes.circle(0, -0.72, size * 0.9), shapes.circle(0, 0.72, size * 0.9))
        return
    low = stage.between(0.05, 0.25)
    stage.sheet.veil(stage.main, *pair(shapes.oval(-0.75, 1.1, 1.0, 1.1 - low)))
    stage.sheet.veil(stage.other, shapes.oval(0, 1.25, 0.95, 1.05 - low))
    stage.sheet.cover(stage.other, shapes.circle(0, -0.42, stage.between(0.2, 0.28)))


def rosette(stage: Stage) -> None:
    count = stage.dice.choice((6, 6, 8))
    radius = stage.between(0.4, 0.46)
    ring = around(shapes.circle(0, -radius * 0.98, radius), count)
    stage.sheet.cover(GROUND, shapes.circle(0, 0, radius * 2.06))
    if stage.dice.random() < 0.5:
        for circle in ring[::2]:
            stage.sheet.interlace(stage.main, circle)
        for circle in ring[1::2]:
            stage.sheet.interlace(stage.other, circle)
    else:
        petals = around(shapes.petal(0, 0.0, radius * 1.96, radius * 0.8), count)
        stage.sheet.cover(stage.main, *ring)
        stage.sheet.veil(stage.other, *petals)
        stage.sheet.cover(GROUND, *around(shapes.petal(0, 0.18, radius * 1.5, radius * 0.26), count))
    stage.sheet.cover(GROUND, shapes.circle(0, 0, 0.12))
    stage.sheet.cover(stage.other, shapes.circle(0, 0, 0.07))
