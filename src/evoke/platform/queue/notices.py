"""Notices between processes: there is work, stop working on this.

They use pgqueuer's channel and its form of messages, since its trigger is what tells of new rows. A notice may
be lost (a connection that broke, a pooler in between), so whoever listens also looks from time to time.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from evoke.kit.time import rfc3339, utc_now
from evoke.platform.postgres.engine import WriteSession

CHANNEL = "ch_pgqueuer"
PROBE_SECONDS = 30.0
RECONNECT_SECONDS = (0.1, 2.0)
IDS_A_NOTICE = 300  # PostgreSQL takes 8000 bytes at most

log = structlog.get_logger(__name__)


async def tell_cancelled(session: WriteSession, ids: Sequence[int]) -> None:
    """Tell the workers that what these pointers stand for is no longer wanted, once the transaction commits."""
    for start in range(0, len(ids), IDS_A_NOTICE):
        await _tell(session, {"type": "cancellation_event", "ids": list(ids[start : start + IDS_A_NOTICE])})


async def tell_work(session: WriteSession) -> None:
    """Tell the workers to look for work, once the transaction commits. For changes that pgqueuer's trigger
    does not announce; it does announce new pointers."""
    await _tell(session, {"type": "table_changed_event", "operation": "update", "table": "pgqueuer"})


async def _tell(session: WriteSession, notice: dict[str, Any]) -> None:
    text = orjson.dumps({**notice, "channel": CHANNEL, "sent_at": rfc3339(utc_now())}).decode()
    connection = await session.connection()
    await connection.exec_driver_sql("SELECT pg_notify($1, $2)", (CHANNEL, text))


class Listener:
    """Hears notices on a connection of its own, and opens another one whenever that breaks.

    `on_work()` is also called after each connecting: nobody knows what was said before. Callbacks must not block.
    """

    def __init__(
        self, engine: AsyncEngine, *, on_work: Callable[[], None], on_cancelled: Callable[[Sequence[int]], None]
    ) -> None:
        self._engine = engine
        self._on_work = on_work
        self._on_cancelled = on_cancelled

    async def run(self) -> None:
        """Listen until the task is cancelled."""
        pause, longest = RECONNECT_SECONDS
        while True:
            try:
                async with self._engine.connect() as connection:
                    try:
                        pause = RECONNECT_SECONDS[0]
                        await self._listen(connection)
                    finally:
                        # Not back into the pool: others must not inherit what it listens to.
                        await connection.invalidate()
            except Exception as error:
                log.info("queue.listener_lost", error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _listen(self, connection: AsyncConnection) -> None:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        broken = asyncio.Event()
        driver.add_termination_listener(lambda _connection: broken.set())
        await driver.add_listener(CHANNEL, self._hear)
        self._on_work()
        while not broken.is_set():
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    await broken.wait()
            except TimeoutError:
                # A network that fails silently closes nothing; asking is what finds out.
                await driver.execute("SELECT 1")

    def _hear(self, _connection: object, _pid: object, _channel: object, payload: object) -> None:
        try:
            notice = orjson.loads(str(payload))
            if notice["type"] == "cancellation_event":
                self._on_cancelled([int(id_) for id_ in notice["ids"]])
            elif notice["type"] == "table_changed_event" and notice["operation"] in ("insert", "update"):
                self._on_work()
        except (ValueError, KeyError, TypeError):
            log.warning("queue.notice_not_understood", payload=str(payload)[:200])
