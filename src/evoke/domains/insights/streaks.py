"""Days in a row: with entries, and with the same emotion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from evoke.domains.insights import chance
from evoke.domains.insights.moments import Moment

SHORTEST = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Run:
    """Days without a gap, the first and the last one included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class EmotionRun:
    emotion: str
    run: Run
    p_value: float


def runs(days: Collection[date]) -> list[Run]:
    """All of them, the earliest first."""
    found: list[Run] = []
    for day in sorted(set(days)):
        if found and day == found[-1].last + _DAY:
            found[-1] = Run(found[-1].first, day)
        else:
            found.append(Run(day, day))
    return found


def current(days: Collection[date], today: date) -> Run | None:
    """The run that goes on: its last day is today or yesterday, or tomorrow where a clock is ahead."""
    last = runs(days)[-1:]
    return last[0] if last and last[0].last >= today - _DAY else None


def of_emotions(moments: Sequence[Moment]) -> list[EmotionRun]:
    """The longest run of each emotion.

    By chance the days with the emotion are any of those with entries. That all days of one particular run have it has
    an exact probability then; times the number of runs of that length that there could be, it bounds the p-value.
    """
    written = {moment.day for moment in moments}
    stretches = runs(written)
    found = []
    for emotion in sorted({emotion for moment in moments for emotion in moment.emotions}):
        days = {moment.day for moment in moments if emotion in moment.emotions}
        longest = max(runs(days), key=lambda run: run.length)
        chances = sum(max(0, stretch.length - longest.length + 1) for stretch in stretches)
        p_value = min(1.0, chances * chance.all_marked(len(written), len(days), longest.length))
        found.append(EmotionRun(emotion, longest, max(chance.SMALLEST, p_value)))
    return found
