"""The SDK's client of one key: made at the first call, then kept."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from evoke.platform.generation.gemini.failures import Fault

if TYPE_CHECKING:
    from evoke.platform.generation.gemini.sdk import Sdk


class Connection:
    """One for each key and process. `sdk` may be called by many at once."""

    def __init__(self, key: str, base_url: str, connections: int) -> None:
        self._key = key
        self._base_url = base_url
        self._connections = connections
        self._making: asyncio.Task[Sdk] | None = None

    async def sdk(self) -> "Sdk":
        """Raises Fault when no client can be made of key and address."""
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(self._make))
        # Shielded: who leaves while the SDK loads does not take it away from those who stay.
        try:
            return await asyncio.shield(self._making)
        except ValueError as error:
            raise Fault("configuration", "unpaid", hint=type(error).__name__) from error

    async def close(self) -> None:
        if self._making is not None:
            making, self._making = self._making, None
            with suppress(ValueError):
                await (await making).close()

    def _make(self) -> "Sdk":
        # Loaded here and in a thread, for it takes most of a second and reads certificates.
        from evoke.platform.generation.gemini.sdk import Sdk

        return Sdk(self._key, self._base_url, self._connections)
