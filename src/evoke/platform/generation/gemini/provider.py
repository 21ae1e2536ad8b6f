"""Gemini as a whole: its two services on their keys, and how they are doing."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from evoke.kit.time import Clock, utc_now
from evoke.platform.generation.errors import PictureServiceDown, TextModelDown
from evoke.platform.generation.gemini.analyst import GeminiAnalyst
from evoke.platform.generation.gemini.artist import GeminiArtist
from evoke.platform.generation.gemini.connection import Connection
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.gateway import Gateway, Service
from evoke.platform.generation.gemini.health import Health
from evoke.platform.generation.gemini.ledger import Ledger
from evoke.platform.generation.gemini.options import GeminiOptions
from evoke.platform.generation.ports import Meter


@dataclass
class _Checked:
    at: float
    health: Health


class Gemini:
    """`analyst` is None without a key for texts, `artist` without one for pictures. One for each process; close it."""

    def __init__(
        self,
        options: GeminiOptions,
        meter: Meter,
        *,
        clock: Clock = utc_now,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options = options
        self._ledger = Ledger(meter)
        self._clock = clock
        self._now = now
        self._connections: dict[str, Connection] = {}
        self._gateways: dict[str, tuple[Gateway, Connection]] = {}
        self._checked: dict[str, _Checked] = {}
        self._checking: dict[str, asyncio.Lock] = {}
        self.analyst: GeminiAnalyst | None = None
        self.artist: GeminiArtist | None = None
        if options.api_key:
            self.analyst = GeminiAnalyst(*self._service(options.api_key, self._text()), clock)
        if options.key_for_pictures:
            self.artist = GeminiArtist(*self._service(options.key_for_pictures, self._pictures()), clock)

    def status(self) -> dict[str, Health]:
        """Each service that has a key, by name (`gemini_api`, `nanobanana_api`), without asking it."""
        return {name: gateway.status() for name, (gateway, _) in self._gateways.items()}

    async def check(self) -> dict[str, Health]:
        """The same, with a look at whether the service knows key and model, which costs nothing. Looks once in
        `check_every_seconds`, however often it is called; answers within `check_timeout_seconds`."""
        names = list(self._gateways)
        return dict(zip(names, await asyncio.gather(*map(self._check, names)), strict=True))

    async def close(self) -> None:
        """After the last call: settles what is open and ends the connections."""
        await self._ledger.drain()
        for connection in self._connections.values():
            await connection.close()

    def _text(self) -> Service:
        options = self._options
        return Service("gemini_api", "text", options.text_model, options.timeout_seconds, TextModelDown)

    def _pictures(self) -> Service:
        options = self._options
        return Service(
            "nanobanana_api", "picture", options.picture_model, options.picture_timeout_seconds, PictureServiceDown
        )

    def _service(self, key: str, service: Service) -> tuple[Gateway, Connection]:
        connection = self._connections.setdefault(
            key, Connection(key, self._options.base_url, connections=2 * self._options.max_in_flight + 2)
        )
        found = Gateway(service, self._options, self._ledger, self._clock), connection
        self._gateways[service.name] = found
        self._checking[service.name] = asyncio.Lock()
        return found

    async def _check(self, name: str) -> Health:
        gateway, connection = self._gateways[name]
        async with self._checking[name]:
            known = self._checked.get(name)
            if known is None or self._now() - known.at >= self._options.check_every_seconds:
                known = self._checked[name] = _Checked(self._now(), await self._look(gateway, connection))
        current = gateway.status()
        if known.health.state != "healthy" and current.state == "healthy":
            return known.health
        return replace(current, latency_ms=known.health.latency_ms)

    async def _look(self, gateway: Gateway, connection: Connection) -> Health:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._options.check_timeout_seconds):
                await (await connection.sdk()).find_model(gateway.service.model, self._clock())
        except TimeoutError:
            return Health("degraded", "timeout")
        except Fault as fault:
            if fault.kind in ("configuration", "refused"):
                gateway.alarm(fault)
            return Health("degraded", fault.kind)
        return Health("healthy", latency_ms=round((time.perf_counter() - started) * 1000))
