"""What statistics need of an entry: when by the wall clock, which emotions, how strong. No words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Part = Literal["morning", "afternoon", "evening", "night"]
_MORNING, _AFTERNOON, _EVENING, _NIGHT = 5, 12, 17, 22
"""The hours at which the parts of a day begin."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is wall clock, without a zone."""

    at: datetime
    emotions: tuple[str, ...]
    intensity: float

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def part(self) -> Part:
        if _MORNING <= self.at.hour < _AFTERNOON:
            return "morning"
        if _AFTERNOON <= self.at.hour < _EVENING:
            return "afternoon"
        return "evening" if _EVENING <= self.at.hour < _NIGHT else "night"

    @property
    def part_of_day(self) -> tuple[date, Part]:
        """The hours after midnight belong to the night that began the day before."""
        return (self.at - timedelta(hours=_MORNING)).date(), self.part
