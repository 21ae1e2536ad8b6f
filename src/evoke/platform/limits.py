"""Rate limits: how many requests somebody may make in a stretch of time.

Windows are fixed and aligned to the clock (a limit a minute starts anew at each full minute), so that one step of a
counter says all there is to say, and several processes that share a Redis agree. Up to twice the limit can thus pass
around the edge of a window; the hour's limit bounds that.
"""

import asyncio
import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from limits.aio.storage import Storage
from limits.storage import storage_from_string

from evoke.kit.errors import Misconfigured

log = structlog.get_logger(__name__)

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True)
class Rate:
    amount: int
    seconds: int


@dataclass(frozen=True)
class Budget:
    """Rates that hold together. The first is the one that answers normally speak of."""

    name: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True)
class Verdict:
    """What the headers of an answer say. `reset` is in seconds since the epoch."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    def tightest(self, other: "Verdict | None") -> "Verdict":
        """Of two limits on one request, the one that ends it or comes first to do so."""
        if other is None:
            return self
        return min(self, other, key=lambda verdict: (verdict.allowed, verdict.remaining))


class Counter(Protocol):
    async def add(self, key: str, seconds: int) -> int:
        """Count one more under `key`, which is forgotten after `seconds`, and say how many that makes."""
        ...

    async def close(self) -> None: ...


class MemoryCounter:
    """Counts in this process. Holds `capacity` keys at most and drops the oldest first."""

    def __init__(self, *, capacity: int = 100_000, now: Callable[[], float] = time.time) -> None:
        self._capacity = capacity
        self._now = now
        self._counts: dict[str, tuple[int, float]] = {}
        self._next_sweep = 0.0

    async def add(self, key: str, seconds: int) -> int:
        now = self._now()
        if now >= self._next_sweep or len(self._counts) >= self._capacity:
            self._sweep(now)
        count, until = self._counts.get(key, (0, 0.0))
        if until <= now:
            count, until = 0, now + seconds
        self._counts[key] = (count + 1, until)
        return count + 1

    async def close(self) -> None:
        self._counts.clear()

    def __len__(self) -> int:
        return len(self._counts)

    def _sweep(self, now: float) -> None:
        self._next_sweep = now + MINUTE
        self._counts = {key: entry for key, entry in self._counts.items() if entry[1] > now}
        for key in list(self._counts)[: max(0, len(self._counts) - self._capacity * 9 // 10)]:
            del self._counts[key]


class RedisCounter:
    """Counts that several processes share. Raises what the client raises when Redis is not there."""

    def __init__(self, url: str) -> None:
        self._storage = _open_storage(url)

    async def add(self, key: str, seconds: int) -> int:
        return int(await self._storage.incr(key, seconds))

    async def close(self) -> None:
        client: Any = self._storage.bridge.storage  # type: ignore[attr-defined]  # the Redis storages have a bridge
        await client.aclose()


class FallbackCounter:
    """Counts in Redis while it answers, in memory for a while when it does not: a limit never fails a request."""

    def __init__(
        self,
        first: Counter,
        second: Counter,
        *,
        patience: float = 0.5,
        pause: float = 5.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._second = second
        self._patience = patience
        self._pause = pause
        self._now = now
        self._away_until: float | None = None

    async def add(self, key: str, seconds: int) -> int:
        if self._away_until is not None and self._now() < self._away_until:
            return await self._second.add(key, seconds)
        try:
            async with asyncio.timeout(self._patience):
                count = await self._first.add(key, seconds)
        except Exception as error:  # whatever the client of a foreign server may raise
            if self._away_until is None:
                log.warning("limits.redis_lost", reason=str(error) or type(error).__name__)
            self._away_until = self._now() + self._pause
            return await self._second.add(key, seconds)
        if self._away_until is not None:
            log.info("limits.redis_back")
            self._away_until = None
        return count

    async def close(self) -> None:
        await self._second.close()
        try:
            await self._first.close()
        except Exception as error:  # nothing depends on it any more
            log.warning("limits.redis_not_closed", reason=type(error).__name__)


def open_counter(redis_url: str | None = None) -> Counter:
    """A counter in Redis with memory behind it, or in memory alone. No connection is opened before the first count."""
    if not redis_url:
        return MemoryCounter()
    return FallbackCounter(RedisCounter(redis_url), MemoryCounter())


class Limiter:
    """Counts requests against budgets. Switched off, it lets everything pass and has no verdict."""

    def __init__(self, counter: Counter, *, enabled: bool = True, now: Callable[[], float] = time.time) -> None:
        self._counter = counter
        self._enabled = enabled
        self._now = now

    async def hit(self, budget: Budget, who: str) -> Verdict | None:
        """Count one request of `who`; None when limits are off.

        `who` may hold an address or an e-mail: only its hash reaches the counter. A request that one rate refuses is
        not counted by the rates after it, so waiting out a minute does not eat into the hour.
        """
        if not self._enabled:
            return None
        verdict: Verdict | None = None
        for rate in budget.rates:
            verdict = (await self._hit_rate(budget, rate, who)).tightest(verdict)
            if not verdict.allowed:
                break
        return verdict

    async def close(self) -> None:
        await self._counter.close()

    async def _hit_rate(self, budget: Budget, rate: Rate, who: str) -> Verdict:
        now = self._now()
        window = int(now // rate.seconds)
        reset = (window + 1) * rate.seconds
        digest = hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        count = await self._counter.add(f"{budget.name}/{rate.seconds}/{window}/{digest}", rate.seconds + 1)
        return Verdict(
            allowed=count <= rate.amount,
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset=reset,
            retry_after=max(1, math.ceil(reset - now)),
        )


def _open_storage(url: str) -> Storage:
    address = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    if not address.startswith(("redis://", "rediss://", "redis+")):
        raise Misconfigured("REDIS_URL begins with redis://, rediss:// or unix://, as in redis://localhost:6379/0.")
    storage = storage_from_string(
        f"async+{address}",
        implementation="redispy",
        key_prefix="evoke:limits",
        socket_timeout=1,
        socket_connect_timeout=1,
    )
    assert isinstance(storage, Storage)
    return storage
