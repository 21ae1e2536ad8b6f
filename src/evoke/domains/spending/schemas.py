"""What the API says about spending, and the budgets."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MICROS = 1_000_000
"""Micros in a US dollar."""

_ROW = {
    "day": "2026-03-21",
    "model": "gemini-3-pro-image",
    "kind": "picture",
    "calls": 3,
    "failures": 1,
    "input_tokens": 512,
    "output_tokens": 2240,
    "pictures": 2,
    "cost_usd": 0.27,
}


def _example(value: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


@dataclass(frozen=True)
class Budgets:
    """Micros a day, 0 for no limit: for everybody together, and for each person (all who are not signed in are one)."""

    everybody: int = 0
    each: int = 0


class Spending(BaseModel):
    day: date = Field(description="In UTC.")
    model: str
    kind: Literal["text", "picture"]
    calls: int
    failures: int = Field(description="Calls without an answer; one whose outcome is unknown counts as paid for.")
    input_tokens: int
    output_tokens: int
    pictures: int
    cost_usd: float = Field(description="What was paid, and what is set aside for calls without an end.")

    model_config = _example(_ROW)


class SpendingAnswer(BaseModel):
    spending: list[Spending] = Field(description="The newest day first.")
    total_cost_usd: float
    today_cost_usd: float
    daily_budget_usd: float | None = Field(description="What a day may cost; null is no limit.")

    model_config = _example(
        {"spending": [_ROW], "total_cost_usd": 0.27, "today_cost_usd": 0.27, "daily_budget_usd": None}
    )
