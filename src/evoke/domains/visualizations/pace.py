"""How far a drawing is and how long it will take, as honestly as that can be said of something that only waits."""

import math
from dataclasses import dataclass
from datetime import datetime

from evoke.platform.generation.ports import Maker

READING, FINDING_WORDS, DRAWING, STORING, DONE = 5, 10, 40, 90, 100
WORDS_END, DRAWING_END = 40, 85
DEFAULT_SECONDS: dict[Maker, float] = {"local": 2.0, "gemini": 35.0}
"""Before anything was measured; a picture of Gemini commonly takes 20 to 40 seconds."""
WORDS_SHARE = 0.2
"""Of the whole time, what the words take."""
_SURE = 0.8


@dataclass(frozen=True)
class Step:
    """A stretch of the way: percent at its beginning and end, expected seconds, and words for people."""

    start: int
    end: int
    seconds: float
    message: str

    def percent(self, elapsed: float) -> int:
        """Percent of the whole after `elapsed` seconds of this step; never its end, which is for who has got there."""
        reached = self.start + math.floor((self.end - self.start) * share(elapsed, self.seconds))
        return min(reached, self.end - 1)


def words_step(expected: float) -> Step:
    return Step(FINDING_WORDS, WORDS_END, expected * WORDS_SHARE, "Finding words")


def drawing_step(expected: float) -> Step:
    return Step(DRAWING, DRAWING_END, expected * (1 - WORDS_SHARE), "Drawing the picture")


def share(elapsed: float, expected: float) -> float:
    """0 to 1: even for the first four fifths of what was expected, then slower and slower."""
    so_far = elapsed / max(expected, 0.1)
    if so_far <= _SURE:
        return max(0.0, so_far)
    rest = 1 - _SURE
    return _SURE + rest * (1 - math.exp(-(so_far - _SURE) / rest))


def remaining_seconds(expected: int, started_at: datetime | None, now: datetime) -> int:
    """Whole seconds, at least one: what takes longer than expected is almost done as far as anybody knows."""
    if started_at is None:
        return max(1, expected)
    return max(1, math.ceil(expected - (now - started_at).total_seconds()))
