"""Generators for tests: instant, the same for the same question, and as obedient or as ill as a test wants them."""

import asyncio
import io
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

from evoke.kit.ids import new_id
from evoke.platform.generation.errors import RETRY_AFTER_SECONDS, PictureServiceDown, TextModelDown
from evoke.platform.generation.ports import (
    EMOTIONS,
    FEELING_SIDE,
    STORY_SIDE,
    Conversation,
    EntryAnalysis,
    EntryBrief,
    EntryDrawing,
    Factor,
    FeelingDrawing,
    Maker,
    Option,
    Outcome,
    Payer,
    Picture,
    Questions,
    Reservation,
    Scenario,
    StoryAnalysis,
    StoryBrief,
    StoryDrawing,
    Summary,
    Usage,
)

QUESTIONS = 3
"""How many a FakeAnalyst asks."""
COLORS = ("#FFE4A0", "#A8E6CF", "#D4C4E8")


@dataclass(frozen=True)
class Called:
    """One call: the method's name, the brief or drawing, and on whose account."""

    method: str
    brief: Any
    payer: Payer


class Controls:
    """What is common to both: a record of the calls, failures in store, and a door that can be shut."""

    def __init__(self, made_by: Maker = "local") -> None:
        self.made_by: Maker = made_by
        self.calls: list[Called] = []
        self.inside = 0
        self._failures: deque[Exception] = deque()
        self._door = asyncio.Event()
        self._door.set()
        self._news = asyncio.Event()

    def fail(self, error: Exception, *, times: int = 1) -> None:
        """The next `times` calls raise `error`."""
        self._failures.extend([error] * times)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Calls that come while the block runs wait for its end."""
        self._door.clear()
        try:
            yield
        finally:
            self._door.set()

    async def until(self, inside: int) -> None:
        """Return once `inside` calls are going on at the same time."""
        while self.inside < inside:
            self._news.clear()
            await self._news.wait()

    async def take(self, method: str, brief: Any, payer: Payer) -> None:
        self.calls.append(Called(method, brief, payer))
        self.inside += 1
        self._news.set()
        try:
            await self._door.wait()
            if self._failures:
                raise self._failures.popleft()
        finally:
            self.inside -= 1


class FakeAnalyst(Controls):
    async def ask(self, conversation: Conversation, payer: Payer) -> Questions:
        await self.take("ask", conversation, payer)
        asked = len(conversation.turns)
        if asked >= QUESTIONS:
            return Questions((), "That is enough to see it.", self.made_by)
        options = tuple(
            Option(f"It was mostly {emotion}.", (emotion,)) for emotion in EMOTIONS[3 * asked : 3 * asked + 3]
        )
        return Questions((Scenario(f"What was strongest, {asked + 1}?", options),), "Something happened.", self.made_by)

    async def summarize(
        self, conversation: Conversation, emotions: tuple[str, ...], intensity: float, payer: Payer
    ) -> Summary:
        await self.take("summarize", conversation, payer)
        chosen = " ".join(turn.chosen for turn in conversation.turns)
        return Summary(
            situation=f"{conversation.situation} {chosen}".strip(),
            text=f"You felt {', '.join(emotions)}.",
            insights=("It mattered to you.",),
            made_by=self.made_by,
        )

    async def analyze_entry(self, brief: EntryBrief, payer: Payer) -> EntryAnalysis:
        await self.take("analyze_entry", brief, payer)
        return EntryAnalysis(
            summary=f"An entry about {', '.join(brief.emotions)}.",
            insights=("It mattered to you.",),
            palette=COLORS,
            shapes=("overlapping circles", "a level line"),
            labels=("Daily Work", "Time With Others", "Quiet Evenings"),
            made_by=self.made_by,
        )

    async def analyze_story(self, brief: StoryBrief, payer: Payer) -> StoryAnalysis:
        await self.take("analyze_story", brief, payer)
        names = ("High Demands", "Little Control", "Missing Rest", "Fear Of Failure")
        factors = tuple(Factor(name, f"{name} wears people down.") for name in names)
        return StoryAnalysis("Work Pressure", factors, brief.language, self.made_by)


class FakeArtist(Controls):
    async def draw_feeling(self, drawing: FeelingDrawing, payer: Payer) -> Picture:
        await self.take("draw_feeling", drawing, payer)
        return self._picture(drawing.seed, FEELING_SIDE)

    async def draw_story(self, drawing: StoryDrawing, payer: Payer) -> Picture:
        await self.take("draw_story", drawing, payer)
        return self._picture(drawing.seed, STORY_SIDE)

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:
        await self.take("draw_entry", drawing, payer)
        return self._picture(drawing.seed, STORY_SIDE)

    def _picture(self, seed: int, side: int) -> Picture:
        return Picture(png(seed, side), side, side, f"three bands, {seed}", self.made_by)


def png(seed: int, side: int) -> bytes:
    """Three bands of COLORS, the first as high as `seed` says: real, and made within a millisecond or two."""
    image = Image.new("RGB", (side, side), COLORS[0])
    edge = side // 4 + seed % (side // 4)
    image.paste(COLORS[1], (0, edge, side, 3 * side // 4))
    image.paste(COLORS[2], (0, 3 * side // 4, side, side))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@dataclass
class Settled:
    reservation: Reservation
    usage: Usage
    micros: int
    outcome: Outcome


@dataclass
class MemoryMeter:
    """Books in memory. `budget` in micros, None for no end; `open` has what is not settled yet."""

    budget: int | None = None
    open: dict[uuid.UUID, Reservation] = field(default_factory=dict)
    settled: list[Settled] = field(default_factory=list)
    refuse_to_settle: bool = False
    door: asyncio.Event | None = None
    """Where it is given, `reserve` waits for it after the money was set aside."""

    @property
    def spent(self) -> int:
        """What was paid, or may have been."""
        return sum(self._owed(each) for each in self.settled)

    async def reserve(self, payer: Payer, model: str, kind: Literal["text", "picture"], micros: int) -> Reservation:
        await asyncio.sleep(0)
        if self.budget is not None and self.spent + sum(r.reserved_micros for r in self.open.values()) + micros > (
            self.budget
        ):
            down = TextModelDown if kind == "text" else PictureServiceDown
            raise down(reason="budget", retry_after_seconds=RETRY_AFTER_SECONDS)
        reservation = Reservation(new_id(), payer, model, kind, micros)
        self.open[reservation.id] = reservation
        if self.door is not None:
            await self.door.wait()
        return reservation

    async def settle(self, reservation: Reservation, usage: Usage, micros: int, outcome: Outcome) -> None:
        await asyncio.sleep(0)
        if self.refuse_to_settle:
            raise RuntimeError("the books are shut")
        del self.open[reservation.id]
        self.settled.append(Settled(reservation, usage, micros, outcome))

    @property
    def outcomes(self) -> list[Outcome]:
        return [each.outcome for each in self.settled]

    @staticmethod
    def _owed(each: Settled) -> int:
        return {"paid": each.micros, "unpaid": 0, "unknown": each.reservation.reserved_micros}[each.outcome]
