"""What Evoke adds to a call of Gemini: its books, prompt, checks and pictures, beside the same request sent bare.

The stand-in answers at once, so what is left is ours. The books are on the embedded database, as in the product.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from benchmarks.figures import Figure, Wanted
from benchmarks.installation import Installation, running
from evoke.cli.dev.gemini.stand_in import StandIn
from evoke.domains.spending.service import Books
from evoke.platform.generation.gemini.options import GeminiOptions
from evoke.platform.generation.gemini.provider import Gemini
from evoke.platform.generation.ports import FeelingDrawing, Payer, StoryBrief, StoryDrawing
from evoke.platform.postgres.engine import Database

KEY = "stand-in-key"
ROUNDS = 40
WARM_UP = 5
WANTED = Wanted("≤", 50)
_STORY = StoryBrief(
    "The project moved to somebody else, and nobody had asked me before they decided.", "bad", ("down",)
)
_FEELING = FeelingDrawing("good", ("cozy", "chill"), seed=1)
_MAP = StoryDrawing(
    "Pressure At Work", (("Unclear Goals",), ("Little Rest",), ("Old Habits",), ()), "en", "bad", ("down",), 1
)

Ask = Callable[[Gemini], Awaitable[Any]]
CALLS: dict[str, Ask] = {
    "analysis of a story": lambda gemini: gemini.analyst.analyze_story(_STORY, Payer()),  # type: ignore[union-attr]
    "picture of feelings": lambda gemini: gemini.artist.draw_feeling(_FEELING, Payer()),  # type: ignore[union-attr]
    "picture of a story": lambda gemini: gemini.artist.draw_story(_MAP, Payer()),  # type: ignore[union-attr]
}


def run() -> list[Figure]:
    with running() as installation:
        return asyncio.run(_measure(installation))


async def _measure(installation: Installation) -> list[Figure]:
    stand_in = installation.start("evoke", "dev", "gemini", "--port", str(installation.port))
    base = f"http://127.0.0.1:{installation.port}"
    await asyncio.to_thread(installation.wait_until, lambda: _answers(base), "the stand-in answers", stand_in)
    database = Database.connect(installation.url)
    gemini = Gemini(GeminiOptions(api_key=KEY, base_url=base), Books(database))
    try:
        async with httpx2.AsyncClient(base_url=base, headers={"x-goog-api-key": KEY}) as client:
            return [await _compare(name, ask, gemini, client) for name, ask in CALLS.items()]
    finally:
        await gemini.close()
        await database.close()


def _answers(base: str) -> bool:
    try:
        return httpx2.get(f"{base}/_stand-in/faults").status_code == 200
    except httpx2.TransportError:
        return False


async def _compare(name: str, ask: Ask, gemini: Gemini, client: httpx2.AsyncClient) -> Figure:
    path, body = await _recorded(ask)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        (await client.post(path, json=body)).raise_for_status()
        sent = time.perf_counter()
        await ask(gemini)
        bare.append((sent - started) * 1000)
        ours.append((time.perf_counter() - sent) * 1000)
    added = statistics.median(one - other for one, other in zip(ours[WARM_UP:], bare[WARM_UP:], strict=True))
    return Figure(f"added to a call of Gemini, {name}", "ms", added, wanted=WANTED)


async def _recorded(ask: Ask) -> tuple[str, Any]:
    """Path and body of the request that is made."""
    stand_in = StandIn(key=KEY)
    await stand_in.open()
    gemini = Gemini(GeminiOptions(api_key=KEY, base_url=stand_in.base_url), _NoBooks())
    try:
        await ask(gemini)
        call = stand_in.calls[-1]
        return call.path, call.body
    finally:
        await gemini.close()
        await stand_in.close()


class _NoBooks:
    async def reserve(self, *_: Any) -> Any:
        return None

    async def settle(self, *_: Any) -> None:
        return None
