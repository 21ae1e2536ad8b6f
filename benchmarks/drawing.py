"""What the local artist takes of one core, beside what encoding the finished picture alone takes.

CPU time, not the clock: a picture is drawn in one thread, and what else the machine does is not its doing.
"""

import io
import statistics
import time
from collections.abc import Callable, Sequence

from PIL import Image

from benchmarks.figures import Figure, Wanted
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.ports import FEELINGS, FeelingDrawing, Picture, StoryDrawing

ROUNDS = 33
WANTED_FEELING = Wanted("≤", 150)
WANTED_STORY = Wanted("≤", 300)
_ALL = (*FEELINGS["good"], *FEELINGS["bad"])


def run() -> list[Figure]:
    artist = LocalArtist()
    artist.story(_story(0))  # reads the font, which a process does once
    feeling = _rounds(lambda seed: artist.feeling(_feeling(seed)))
    story = _rounds(lambda seed: artist.story(_story(seed)))
    return [
        *_figures("local picture of feelings, 512 × 512, CPU", feeling, WANTED_FEELING),
        *_figures("local map of a story, 1024 × 1024, CPU", story, WANTED_STORY),
    ]


def _rounds(draw: Callable[[int], Picture]) -> list[tuple[float, float]]:
    """(ours, floor) in milliseconds."""
    found: list[tuple[float, float]] = []
    for seed in range(ROUNDS):
        started = time.process_time()
        picture = draw(seed)
        drawn = time.process_time()
        image = Image.open(io.BytesIO(picture.png))
        image.load()
        decoded = time.process_time()
        image.save(io.BytesIO(), "PNG")
        found.append(((drawn - started) * 1000, (time.process_time() - decoded) * 1000))
    return found


def _figures(name: str, rounds: Sequence[tuple[float, float]], wanted: Wanted) -> list[Figure]:
    ours, floors = zip(*rounds, strict=True)
    floor = statistics.median(floors)
    # Bounds are on milliseconds; the ratio to encoding is for information.
    return [
        Figure(f"{name}, median", "ms", statistics.median(ours), floor, wanted=wanted),
        Figure(f"{name}, the slowest of {len(rounds)}", "ms", max(ours), floor, wanted=wanted),
    ]


def _feeling(seed: int) -> FeelingDrawing:
    return FeelingDrawing("not_sure", (_ALL[seed % len(_ALL)], _ALL[seed * 7 % len(_ALL)]), seed)


def _story(seed: int) -> StoryDrawing:
    # Other labels each time: shaped lines are remembered.
    corners = ((f"High Expectations {seed}",), (f"Social Comparison {seed}",), ("Lack Of Control", f"Lost {seed}"), ())
    return StoryDrawing(f"Fear Of Failure {seed}", corners, "en", "bad", (_ALL[seed % len(_ALL)],), seed)
