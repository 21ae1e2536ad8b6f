"""Gemini on its stand-in, with books in memory and pauses that nobody has to wait for."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from evoke.platform.generation.gemini.options import GeminiOptions
from evoke.platform.generation.gemini.provider import Gemini
from tests.factories.gemini import StandIn, gemini
from tests.factories.generators import MemoryMeter

__all__ = ["gemini"]

Open = Callable[..., Gemini]


@pytest.fixture
def meter() -> MemoryMeter:
    return MemoryMeter()


@pytest.fixture
async def open_gemini(gemini: StandIn, meter: MemoryMeter) -> AsyncIterator[Open]:
    """Makes a Gemini on the stand-in; what is given goes before the options of these tests."""
    opened: list[Gemini] = []

    def make(*, clock: Any = None, now: Any = None, **options: Any) -> Gemini:
        given = {"api_key": gemini.key, "base_url": gemini.base_url, "pause_seconds": 0.001, **options}
        times = {name: value for name, value in (("clock", clock), ("now", now)) if value is not None}
        opened.append(Gemini(GeminiOptions(**given), meter, **times))
        return opened[-1]

    yield make
    for each in opened:
        await each.close()
    assert meter.refuse_to_settle or not meter.open, "money is still set aside for calls that are over"
