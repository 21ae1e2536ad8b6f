"""Outlines in a square from -1 to 1, y downwards: arrays of (points, 2). Angles are in radians, 0 points up."""

import itertools
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]

_CURVE = 120  # points of a full turn: under half a pixel from the true curve at 1536 pixels


def circle(x: float, y: float, radius: float) -> Outline:
    return oval(x, y, radius, radius)


def oval(x: float, y: float, width: float, height: float) -> Outline:
    """`width` and `height` are the half axes."""
    angle = _turns(_CURVE)
    return np.stack([x + width * np.cos(angle), y + height * np.sin(angle)], axis=1)


def squircle(x: float, y: float, width: float, height: float, power: float = 4.0) -> Outline:
    """A superellipse (Lamé): power 2 is an oval, above it the corners fill."""
    angle = _turns(_CURVE)
    cosine, sine = np.cos(angle), np.sin(angle)
    across = np.sign(cosine) * np.abs(cosine) ** (2 / power)
    down = np.sign(sine) * np.abs(sine) ** (2 / power)
    return np.stack([x + width * across, y + height * down], axis=1)


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def polygon(*points: tuple[float, float]) -> Outline:
    return np.array(points, dtype=np.float64)


def regular(corners: int, radius: float, *, phase: float = 0.0, wobble: Iterable[float] = ()) -> Outline:
    """A polygon around the middle; `wobble` are factors to the radius of each corner."""
    angle = _turns(corners) + phase
    radii = radius * np.array([*wobble] or [1.0] * corners)
    return _polar(angle, radii)


def star(points: int, outer: float, inner: float, *, phase: float = 0.0) -> Outline:
    angle = _turns(points * 2) + phase
    return _polar(angle, np.where(np.arange(points * 2) % 2 == 0, outer, inner))


def flower(radius: float, swing: float, lobes: int, *, phase: float = 0.0, sharp: float = 1.0) -> Outline:
    """A circle whose radius swings `lobes` times; `sharp` under 1 gives scallops, above 1 points."""
    angle = _turns(_CURVE * 3)
    lobe = np.abs(np.cos((angle - phase) * lobes / 2)) ** sharp
    return _polar(angle, radius + swing * (2 * lobe - 1))


def ripple(radius: float, swing: float, lobes: int, *, phase: float = 0.0) -> Outline:
    """A circle whose radius follows a sine."""
    angle = _turns(_CURVE * 2)
    return _polar(angle, radius + swing * np.cos((angle - phase) * lobes))


def petal(angle: float, start: float, end: float, width: float, *, belly: float = 0.5) -> Outline:
    """From radius `start` to `end`, `width` at its widest, which is at the share `belly` of its length."""
    along = np.linspace(0.0, 1.0, 24)
    warped = np.where(along < belly, along / (2 * belly), 0.5 + (along - belly) / (2 * (1 - belly)))
    half = width / 2 * np.sin(np.pi * warped) ** 0.85
    radius = start + (end - start) * along
    points = np.concatenate([np.stack([half, -radius], axis=1), np.stack([-half, -radius], axis=1)[::-1]])
    return turned(points, angle)


def sector(angle: float, spread: float, inner: float, outer: float) -> Outline:
    """A piece of a ring, `spread` wide, around `angle`."""
    across = np.linspace(angle - spread / 2, angle + spread / 2, max(4, int(_CURVE * spread / math.tau)))
    rim = _polar(across, np.full(len(across), outer))
    if inner <= 0:
        return np.concatenate([rim, [(0.0, 0.0)]])
    return np.concatenate([rim, _polar(across[::-1], np.full(len(across), inner))])


def drop(x: float, y: float, radius: float, tail: float) -> Outline:
    """A round bottom around (x, y), and a tip `tail` above it."""
    along = np.linspace(0.0, np.pi, 28)
    # A circle below, and above it a curve that leaves the circle upright and ends in the tip.
    below = np.stack([x + radius * np.cos(along), y + radius * np.sin(along)], axis=1)
    up = np.linspace(0.0, 1.0, 20)[1:]
    half = radius * (1 - up) ** 1.25 * (1 + 0.25 * up)
    left = np.stack([x - half, y - tail * up], axis=1)
    right = np.stack([x + half, y - tail * up], axis=1)[::-1]
    return np.concatenate([below, left, right])


def band(y: float, thickness: float, swing: float, waves: float, *, phase: float = 0.0, even: bool = True) -> Outline:
    """A wavy stripe from edge to edge, its middle line at `y`; `even` mirrors left and right."""
    x = np.linspace(-1.05, 1.05, 90)
    bend = np.cos if even else np.sin
    line = y + swing * bend(x * math.pi * waves + phase)
    top, bottom = np.stack([x, line - thickness / 2], axis=1), np.stack([x, line + thickness / 2], axis=1)
    return np.concatenate([top, bottom[::-1]])


def below(heights: Iterable[float], *, bottom: float = 1.1) -> Outline:
    """All that lies under a line through `heights`, evenly spaced from the left edge to the right one."""
    line = [*heights]
    x = np.linspace(-1.05, 1.05, len(line))
    return np.concatenate([np.stack([x, np.array(line)], axis=1), [(1.05, bottom), (-1.05, bottom)]])


def stroke(points: Iterable[tuple[float, float]], width: float, *, end: float | None = None) -> list[Outline]:
    """A line of `width` (narrowing to `end`) with round joins and caps, as outlines to be painted together."""
    path = np.array([*points], dtype=np.float64)
    halves = np.linspace(width, width if end is None else end, len(path)) / 2
    parts = [circle(x, y, half) for (x, y), half in zip(path, halves, strict=True)]
    ends = zip(itertools.pairwise(path), itertools.pairwise(halves), strict=True)
    for (start, stop), (from_half, to_half) in ends:
        along = stop - start
        length = math.hypot(*along)
        if length:
            side = np.array([-along[1], along[0]]) / length
            parts.append(
                np.stack(
                    [start + side * from_half, stop + side * to_half, stop - side * to_half, start - side * from_half]
                )
            )
    return parts


def arc(x: float, y: float, radius: float, start: float, stop: float, count: int = 24) -> list[tuple[float, float]]:
    """Points of a circle from the angle `start` to `stop`, clockwise from the top."""
    angles = np.linspace(start, stop, count)
    return [(x + radius * math.sin(angle), y - radius * math.cos(angle)) for angle in angles]


def turned(outline: Outline, angle: float) -> Outline:
    """Clockwise around the middle."""
    cosine, sine = math.cos(angle), math.sin(angle)
    result: Outline = outline @ np.array([[cosine, sine], [-sine, cosine]])
    return result


def moved(outline: Outline, x: float, y: float, scale: float = 1.0) -> Outline:
    """Scaled around the middle, then moved."""
    result: Outline = outline * scale + np.array([x, y])
    return result


def _turns(count: int) -> Outline:
    return np.linspace(0.0, math.tau, count, endpoint=False)


def _polar(angle: Outline, radius: Outline) -> Outline:
    return np.stack([radius * np.sin(angle), -radius * np.cos(angle)], axis=1)
