"""Notices through the database: said in the transaction that they are about, heard by every process that listens."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from evoke.platform.postgres.engine import WriteSession

PROBE_SECONDS = 30.0
RECONNECT_SECONDS = (0.1, 2.0)
MAX_BYTES = 7900
"""PostgreSQL takes less than 8000 bytes."""

log = structlog.get_logger(__name__)


async def tell(session: WriteSession, channel: str, text: str) -> None:
    """Say `text` to whoever listens on `channel`, once the transaction commits. Raises ValueError beyond MAX_BYTES."""
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(f"a notice of {len(text.encode())} bytes is too long")
    connection = await session.connection()
    await connection.exec_driver_sql("SELECT pg_notify($1, $2)", (channel, text))


class Listener:
    """Hears one channel on a connection of its own, and opens another one whenever that breaks.

    `on_notice(text)` must not block. What is said while nobody listens is lost: `on_connected()` is called after each
    connecting, so that whoever listens looks for what it missed. `connected` says whether notices can come now.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        channel: str,
        *,
        on_notice: Callable[[str], None],
        on_connected: Callable[[], None],
    ) -> None:
        self.connected = False
        self._engine = engine
        self._channel = channel
        self._on_notice = on_notice
        self._on_connected = on_connected

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
                        self.connected = False
                        # Not back into the pool: others must not inherit what it listens to.
                        await connection.invalidate()
            except Exception as error:
                log.info("postgres.listener_lost", channel=self._channel, error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _listen(self, connection: AsyncConnection) -> None:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        broken = asyncio.Event()
        driver.add_termination_listener(lambda _connection: broken.set())
        await driver.add_listener(self._channel, self._hear)
        self.connected = True
        self._on_connected()
        while not broken.is_set():
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    await broken.wait()
            except TimeoutError:
                # A network that fails silently closes nothing; asking is what finds out.
                await driver.execute("SELECT 1")

    def _hear(self, _connection: object, _pid: object, _channel: object, payload: object) -> None:
        self._on_notice(str(payload))
