"""Gemini as the strict stand-in plays it, on a free port, in the test's own event loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from evoke.cli.dev.gemini.faults import Fault
from evoke.cli.dev.gemini.script import Call
from evoke.cli.dev.gemini.stand_in import StandIn

__all__ = ["Call", "Fault", "StandIn", "gemini", "running"]


@asynccontextmanager
async def running(**options: Any) -> AsyncIterator[StandIn]:
    """A stand-in that serves while the block runs; the options are those of StandIn."""
    stand_in = StandIn(**options)
    await stand_in.open()
    try:
        yield stand_in
    finally:
        await stand_in.close()


@pytest.fixture
async def gemini() -> AsyncIterator[StandIn]:
    """A stand-in for this test: `gemini.base_url` and `gemini.key` are what a client needs."""
    async with running() as stand_in:
        yield stand_in
