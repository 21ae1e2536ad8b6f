"""A bound on calls in flight, so that a service that hangs holds a known number of connections and no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Full(Exception):
    """No place became free in time, or too many wait already."""


class Bulkhead:
    """`places` at once; `waiting` more stand in line, each for `patience_seconds` at most."""

    def __init__(self, places: int = 16, *, waiting: int = 64, patience_seconds: float = 10) -> None:
        self._semaphore = asyncio.Semaphore(places)
        self._places = places
        self._most_waiting = waiting
        self._patience = patience_seconds
        self._inside = 0
        self._waiting = 0

    @property
    def in_flight(self) -> int:
        return self._inside

    @property
    def waiting(self) -> int:
        return self._waiting

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places for the block. Raises Full."""
        await self._enter()
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._semaphore.release()

    async def _enter(self) -> None:
        if not self._semaphore.locked():
            await self._semaphore.acquire()  # without a pause: nobody is before us
            return
        if self._waiting >= self._most_waiting:
            raise Full(f"{self._inside} in flight and {self._waiting} waiting")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience) as timer:
                await self._semaphore.acquire()
        except TimeoutError:
            if not timer.expired():
                raise
            raise Full(f"no place became free within {self._patience:g} s") from None
        finally:
            self._waiting -= 1
