"""Every call has its entry in the books: money is set aside before it, and the entry is settled whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog

from evoke.platform.generation.ports import Meter, Outcome, Payer, Reservation, Usage

log = structlog.get_logger(__name__)


@dataclass
class Bill:
    """What is known of one call; until something is, it may have been paid for."""

    outcome: Outcome = "unknown"
    usage: Usage = field(default_factory=Usage)
    micros: int = 0


class Ledger:
    """Keeps the entries of a process. Cancelled callers leave no entry open; `drain` waits for what is on its way."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def entry(
        self, payer: Payer, model: str, kind: Literal["text", "picture"], micros: int
    ) -> AsyncIterator[Bill]:
        """Reserve `micros`, run the block, settle by the Bill. Raises what `Meter.reserve` does, before the block."""
        reserving = asyncio.ensure_future(self._meter.reserve(payer, model, kind, micros))
        try:
            reservation = await asyncio.shield(reserving)
        except asyncio.CancelledError:
            self._start(self._release(reserving))
            raise
        bill = Bill()
        try:
            yield bill
        finally:
            await asyncio.shield(self._start(self._settle(reservation, bill)))

    async def drain(self) -> None:
        """Until every entry is settled."""
        while self._closing:
            await asyncio.wait(self._closing)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def _release(self, reserving: "asyncio.Future[Reservation]") -> None:
        """The caller left while money was being set aside: nothing was sent, so nothing is owed."""
        try:
            reservation = await reserving
        except Exception as error:
            log.info("generation.not_reserved", reason=type(error).__name__)
            return
        await self._settle(reservation, Bill(outcome="unpaid"))

    async def _settle(self, reservation: Reservation, bill: Bill) -> None:
        try:
            await self._meter.settle(reservation, bill.usage, bill.micros, bill.outcome)
        except Exception as error:
            # The reservation stands, so the books say too much rather than too little; the answer is not lost for it.
            log.error("generation.not_settled", reservation=str(reservation.id), exc_info=error)
