"""How long a job will still take, from what was measured; None wherever that would be a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """What stands before a job in its queue: waiting jobs by kind, and how many of the queue run now."""

    by_kind: Mapping[str, int]
    running: int


def until_done(done: int, total: int | None, started_at: datetime, now: datetime, mean: float | None) -> float | None:
    """Seconds that a running job still needs: at its own pace so far, else as long as its kind takes on average.

    A job that has taken longer than the average of its kind gives no ground.
    """
    elapsed = (now - started_at).total_seconds()
    if total is not None and 0 < done <= total and elapsed > 0:
        return (total - done) * elapsed / done
    if mean is None or elapsed > mean:
        return None
    return mean - elapsed


def until_reached(kind: str, ahead: Ahead, means: Mapping[str, float], waits: float) -> float | None:
    """Seconds until a waiting job is done: what stands ahead shared by as many as run now, and then itself.

    `means` has the mean duration in seconds of each kind that was measured, `waits` is how long the job must wait
    anyway (its time has not come). None when a kind was never measured, or nothing of the queue runs.
    """
    if ahead.running == 0 or kind not in means or any(other not in means for other in ahead.by_kind):
        return None
    work = sum(count * means[other] for other, count in ahead.by_kind.items())
    return max(work / ahead.running, waits) + means[kind]
