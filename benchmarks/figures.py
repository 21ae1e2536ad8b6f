"""What a benchmark finds, and how it is printed."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

HEADINGS = ("figure", "ours", "floor", "ratio", "wanted", "ok")


@dataclass(frozen=True)
class Wanted:
    """A bound on the ratio to the floor, or on the figure itself where it has no floor."""

    sign: Literal["≥", "≤"]
    value: float

    def holds(self, value: float) -> bool:
        return value >= self.value if self.sign == "≥" else value <= self.value


@dataclass(frozen=True)
class Figure:
    """`ours`, and `floor` where there is one, in `unit`. Without `wanted` it is for information."""

    name: str
    unit: str
    ours: float
    floor: float | None = None
    ratio: float | None = None
    wanted: Wanted | None = None

    @property
    def ok(self) -> bool:
        return self.wanted is None or self.wanted.holds(self.ours if self.ratio is None else self.ratio)

    def cells(self) -> list[str]:
        return [
            self.name,
            f"{_number(self.ours)} {self.unit}",
            "" if self.floor is None else f"{_number(self.floor)} {self.unit}",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self._bound(),
            "" if self.wanted is None else "yes" if self.ok else "NO",
        ]

    def _bound(self) -> str:
        if self.wanted is None:
            return ""
        unit = f" {self.unit}" if self.ratio is None else ""
        return f"{self.wanted.sign} {_number(self.wanted.value)}{unit}"


def compared(
    name: str, unit: str, ours: Sequence[float], floors: Sequence[float], wanted: Wanted | None = None
) -> Figure:
    """The figure of rounds that took turns, `ours[i]` right beside `floors[i]`.

    The ratio is the median of the rounds' own ratios: what else the machine did in a round slowed both sides of it.
    """
    ratios = [mine / floor for mine, floor in zip(ours, floors, strict=True)]
    return Figure(name, unit, statistics.median(ours), statistics.median(floors), statistics.median(ratios), wanted)


def measured(action: Callable[[], object]) -> float:
    """Seconds that `action` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table."""
    rows = [list(HEADINGS), *(figure.cells() for figure in figures)]
    widths = [max(3, *(len(row[column]) for row in rows)) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
