"""What clients ask and get about their journal as a whole."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evoke.domains.insights.patterns import Kind
from evoke.domains.insights.trends import Direction
from evoke.domains.journal.emotions import Emotion
from evoke.domains.journal.fields import TimeZone

Granularity = Literal["day", "week", "month"]


def _example(value: Any) -> ConfigDict:
    return ConfigDict(from_attributes=True, json_schema_extra={"examples": [value]})


class SummaryQuery(BaseModel):
    period: Literal["7d", "30d", "90d", "all"] = "30d"
    time_zone: TimeZone | None = Field(None, description="Yours, where it is left out.")


class TimelineQuery(BaseModel):
    period: Literal["7d", "30d", "90d"] = "30d"
    granularity: Granularity = "day"
    time_zone: TimeZone | None = Field(None, description="Yours, where it is left out.")


class EmotionShare(BaseModel):
    emotion: Emotion
    count: int
    percentage: float = Field(description="Of all times that any emotion was named.")

    model_config = _example({"emotion": "joy", "count": 9, "percentage": 42.9})


class PatternDetails(BaseModel):
    """What stands behind one of `patterns`, in their order."""

    kind: Kind
    text: str
    emotions: list[Emotion]
    times: int
    of: int
    expected: float | None = Field(description="What chance would have.")
    p_value: float | None
    where: str | None = Field(description="A weekday or a part of the day.")
    first_day: date | None
    last_day: date | None

    model_config = _example(
        {
            "kind": "weekday",
            "text": "Frustration comes on Mondays more than at other times: 9 of 12 entries with it, "
            "where about 2 would be chance.",
            "emotions": ["frustration"],
            "times": 9,
            "of": 12,
            "expected": 1.8,
            "p_value": 0.00001,
            "where": "monday",
            "first_day": None,
            "last_day": None,
        }
    )


class Summary(BaseModel):
    period: str
    time_zone: str
    total_entries: int
    total_visualizations: int
    most_common_emotions: list[EmotionShare]
    average_intensity: float = Field(description="0 where there are no entries.")
    intensity_trend: Direction
    intensity_change: float = Field(description="Of intensity over the period, by the slope of Theil and Sen.")
    patterns: list[str]
    pattern_details: list[PatternDetails]

    model_config = _example(
        {
            "period": "30d",
            "time_zone": "Europe/Lisbon",
            "total_entries": 21,
            "total_visualizations": 4,
            "most_common_emotions": [{"emotion": "joy", "count": 9, "percentage": 42.9}],
            "average_intensity": 0.61,
            "intensity_trend": "stable",
            "intensity_change": 0.02,
            "patterns": [],
            "pattern_details": [],
        }
    )


class Bucket(BaseModel):
    """The entries of one day, week (from Monday) or month."""

    date: str = Field(description="Its first day, YYYY-MM-DD.")
    emotions: dict[Emotion, int]
    avg_intensity: float

    model_config = _example({"date": "2026-03-21", "emotions": {"joy": 2, "surprise": 1}, "avg_intensity": 0.65})


class Timeline(BaseModel):
    """The oldest first; what has no entry is left out."""

    timeline: list[Bucket]
