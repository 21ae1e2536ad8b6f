"""Patterns that are there: found by tests, corrected for how many were tried, put into sentences.

Each of the four kinds may be wrong once in eighty journals (Holm, ALPHA shared by the kinds): of a hundred journals
without any pattern, five at most show one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from evoke.domains.insights import chance, pairs, peaks, streaks
from evoke.domains.insights.moments import Moment
from evoke.domains.journal.emotions import CATALOG

ALPHA = 0.05
MOST = 12
_FAMILIES = 4
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_PARTS = {
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
}
_NAMES = {each.id: each.name for each in CATALOG}
Kind = Literal["together", "weekday", "time_of_day", "streak", "writing_streak"]
Tried = TypeVar("Tried", pairs.Pair, peaks.Peak, streaks.EmotionRun)


@dataclass(frozen=True)
class Pattern:
    """`times` of `of` are as `text` says; chance would have `expected`. Days in a row were counted, not tested: they
    have no p-value where they are of writing."""

    kind: Kind
    text: str
    emotions: tuple[str, ...]
    times: int
    of: int
    expected: float | None = None
    p_value: float | None = None
    where: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def find(moments: Sequence[Moment], today: date) -> list[Pattern]:
    """What can be said of these entries, the surest first; nothing, where nothing is more than chance."""
    found = [
        *map(_together, _significant(pairs.compare(moments), lambda each: each.together >= pairs.FEWEST)),
        *map(_peak, _significant(peaks.by_weekday(moments), lambda each: each.times >= peaks.FEWEST)),
        *map(_peak, _significant(peaks.by_time_of_day(moments), lambda each: each.times >= peaks.FEWEST)),
        *map(_streak, _significant(streaks.of_emotions(moments), lambda each: each.run.length >= streaks.SHORTEST)),
    ]
    found.sort(key=lambda each: each.p_value or 0.0)
    return [*found[:MOST], *_writing(moments, today)]


def _significant(tried: Sequence[Tried], enough: Callable[[Tried], bool]) -> Iterable[Tried]:
    fallen = chance.holm([each.p_value for each in tried], ALPHA / _FAMILIES)
    return [each for each, is_one in zip(tried, fallen, strict=True) if is_one and enough(each)]


def _together(pair: pairs.Pair) -> Pattern:
    one, other = (_NAMES[emotion] for emotion in pair.emotions)
    text = (
        f"{one} and {other.lower()} come together in {pair.together} of {pair.entries} entries; "
        f"by chance it would be {_about(pair.expected)}."
    )
    return Pattern("together", text, pair.emotions, pair.together, pair.entries, pair.expected, pair.p_value)


def _peak(peak: peaks.Peak) -> Pattern:
    if isinstance(peak.where, int):
        place, where = f"on {_DAYS[peak.where]}", _DAYS[peak.where].lower().removesuffix("s")
    else:
        place, where = _PARTS[peak.where], peak.where
    text = (
        f"{_NAMES[peak.emotion]} comes {place} more than at other times: {peak.times} of {peak.of} entries with it, "
        f"where {_about(peak.expected)} would be chance."
    )
    return Pattern(peak.kind, text, (peak.emotion,), peak.times, peak.of, peak.expected, peak.p_value, where)


def _streak(found: streaks.EmotionRun) -> Pattern:
    run = found.run
    text = f"{_NAMES[found.emotion]} was there on {run.length} days in a row, {_span(run)}."
    return Pattern(
        "streak", text, (found.emotion,), run.length, run.length, None, found.p_value,
        first_day=run.first, last_day=run.last,
    )  # fmt: skip


def _writing(moments: Sequence[Moment], today: date) -> list[Pattern]:
    days = {moment.day for moment in moments}
    run = streaks.current(days, today)
    if run is None or run.length < streaks.SHORTEST:
        return []
    text = f"You have written on {run.length} days in a row."
    more: dict[str, Any] = {"first_day": run.first, "last_day": run.last}
    return [Pattern("writing_streak", text, (), run.length, run.length, **more)]


def _span(run: streaks.Run) -> str:
    return f"from {run.first.isoformat()} to {run.last.isoformat()}"


def _about(expected: float) -> str:
    return "less than 1" if expected < 0.95 else f"about {expected:.0f}"
