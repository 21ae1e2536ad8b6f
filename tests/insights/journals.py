"""Invented journals: by chance alone, or with something planted in them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from evoke.domains.insights.moments import Moment
from evoke.domains.journal.emotions import IDS

START = datetime.fromisoformat("2026-01-05T12:00:00")
"""A Monday."""
TODAY = date(2026, 6, 1)


def at(day: int, hour: int = 12) -> datetime:
    """So many days after START's."""
    return START.replace(hour=hour) + timedelta(days=day)


def entry(day: int, *emotions: str, hour: int = 12, intensity: float = 0.5) -> Moment:
    return Moment(at(day, hour), emotions or ("joy",), intensity)


def by_chance(seed: int, count: int = 120, emotions: Sequence[str] = IDS) -> list[Moment]:
    """Entries of one to five emotions at any time of some months; some days have several. No emotion has to do with
    another, a weekday or an hour; some are frequent, some rare."""
    chance = np.random.default_rng(seed)
    weights = chance.dirichlet(np.full(len(emotions), 2.0))
    found = []
    for _ in range(count):
        size = int(chance.integers(1, min(5, len(emotions)) + 1))
        chosen = chance.choice(len(emotions), size=size, replace=False, p=weights)
        moment = START + timedelta(minutes=int(chance.integers(0, 120 * 24 * 60)))
        found.append(Moment(moment, tuple(emotions[index] for index in chosen), float(chance.random())))
    return found
