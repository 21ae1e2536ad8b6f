import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evoke.kit.errors import Misconfigured
from evoke.platform.limits import (
    HOUR,
    MINUTE,
    Budget,
    Counter,
    FallbackCounter,
    Limiter,
    MemoryCounter,
    Rate,
    RedisCounter,
    open_counter,
)

START = 1_774_108_800.0  # a full hour
BUDGET = Budget("default", (Rate(3, MINUTE), Rate(5, HOUR)))


@dataclass
class Now:
    now: float = START

    def __call__(self) -> float:
        return self.now


class RedisServer:
    def __init__(self, program: str, port: int, folder: Path) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port
        self._command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        for _ in range(500):
            if self._answers():
                return
            time.sleep(0.02)
        raise TimeoutError("redis-server did not come up")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=5) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = RedisServer(program, port, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["memory", "redis", "redis with memory behind it"])
async def counter(request: pytest.FixtureRequest) -> AsyncIterator[Counter]:
    """Every counter there is: what holds for one holds for all."""
    made: Counter = MemoryCounter()
    if request.param != "memory":
        url = request.getfixturevalue("redis").url
        made = RedisCounter(url) if request.param == "redis" else open_counter(url)
    yield made
    await made.close()


async def test_a_counter_counts_each_key_alone(counter: Counter) -> None:
    assert [await counter.add("one", 60) for _ in range(3)] == [1, 2, 3]
    assert await counter.add("two", 60) == 1
    assert sorted(await asyncio.gather(*(counter.add("three", 60) for _ in range(10)))) == list(range(1, 11))


async def test_a_budget_holds_all_its_rates(counter: Counter) -> None:
    now = Now()
    limiter = Limiter(counter, now=now)

    async def hit() -> tuple[bool, int, int]:
        verdict = await limiter.hit(BUDGET, "user:1")
        assert verdict is not None
        assert verdict.reset - now() == verdict.retry_after
        return verdict.allowed, verdict.limit, verdict.remaining

    assert [await hit() for _ in range(4)] == [(True, 3, 2), (True, 3, 1), (True, 3, 0), (False, 3, 0)]
    now.now += MINUTE
    # The refused request did not count for the hour: two are left of five, and the hour is now the closer limit.
    assert [await hit() for _ in range(3)] == [(True, 5, 1), (True, 5, 0), (False, 5, 0)]
    now.now += HOUR
    assert await hit() == (True, 3, 2)


async def test_who_and_what_are_counted_apart(counter: Counter) -> None:
    limiter = Limiter(counter, now=Now())
    for budget, who in ((BUDGET, "user:1"), (BUDGET, "user:2"), (Budget("other", BUDGET.rates), "user:1")):
        verdict = await limiter.hit(budget, who)
        assert verdict is not None
        assert verdict.remaining == 2


async def test_the_window_ends_on_the_clock() -> None:
    now = Now(START + 59.25)
    verdict = await Limiter(MemoryCounter(), now=now).hit(Budget("one", (Rate(1, MINUTE),)), "somebody")
    assert verdict is not None
    assert (verdict.reset, verdict.retry_after) == (int(START) + 60, 1)


async def test_a_limiter_that_is_off_says_nothing() -> None:
    limiter = Limiter(MemoryCounter(), enabled=False)
    for _ in range(10):
        assert await limiter.hit(BUDGET, "somebody") is None


async def test_two_processes_share_what_redis_counts(redis: RedisServer) -> None:
    now = Now()
    processes = [Limiter(open_counter(redis.url), now=now) for _ in range(2)]
    allowed = []
    for limiter in (*processes, *processes):
        verdict = await limiter.hit(Budget("shared", (Rate(3, MINUTE),)), "somebody")
        allowed.append(verdict is not None and verdict.allowed)
    assert allowed == [True, True, True, False]
    for limiter in processes:
        await limiter.close()


async def test_no_address_is_kept_in_redis(redis: RedisServer) -> None:
    seen: list[str] = []

    class Recording(MemoryCounter):
        async def add(self, key: str, seconds: int) -> int:
            seen.append(key)
            return await super().add(key, seconds)

    await Limiter(Recording()).hit(BUDGET, "203.0.113.7|user1@example.org")
    assert len(seen) == 2
    assert not any("203.0.113.7" in key or "user1" in key for key in seen)


async def test_when_redis_goes_limits_go_on_and_when_it_comes_back_they_return(redis: RedisServer) -> None:
    now, memory = Now(), MemoryCounter()
    counter = FallbackCounter(RedisCounter(redis.url), memory, patience=5, pause=5, now=now)
    assert [await counter.add("key", 600), await counter.add("key", 600)] == [1, 2]
    redis.stop()
    assert [await counter.add("key", 600), await counter.add("key", 600)] == [1, 2]
    redis.start()
    assert await counter.add("key", 600) == 3, "Redis is asked again after the pause, not before"
    now.now += 5
    assert await counter.add("key", 600) == 1, "the Redis that came back is an empty one"
    assert len(memory) == 1
    await counter.close()


class Silent:
    """A Redis that takes the connection and never answers."""

    def __init__(self) -> None:
        self.asked = 0

    async def add(self, key: str, seconds: int) -> int:
        self.asked += 1
        return await asyncio.get_running_loop().create_future()

    async def close(self) -> None:
        raise ConnectionError("gone")


async def test_a_redis_that_hangs_is_not_waited_for_and_left_alone_for_a_while() -> None:
    now, silent = Now(), Silent()
    counter = FallbackCounter(silent, MemoryCounter(), patience=0.01, pause=5, now=now)
    assert [await counter.add("key", 60) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert silent.asked == 1
    now.now += 5
    assert await counter.add("key", 60) == 6
    assert silent.asked == 2
    await counter.close()


async def test_memory_is_bounded_and_forgets_what_is_over() -> None:
    now = Now()
    counter = MemoryCounter(capacity=10, now=now)
    for number in range(100):
        await counter.add(str(number), 60)
    assert len(counter) <= 10
    assert await counter.add("99", 60) == 2
    now.now += 60
    assert await counter.add("99", 60) == 1
    assert len(counter) == 1


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "memory://", "memcached://localhost"])
def test_an_address_that_is_not_redis_is_told(url: str) -> None:
    with pytest.raises(Misconfigured, match="redis://"):
        open_counter(url)


@pytest.mark.parametrize(
    "url", ["redis://localhost:1", "rediss://:secret@localhost:1/3", "unix:///nowhere/redis.sock", "redis://[::1]:1/0"]
)
async def test_addresses_of_redis_in_all_forms_are_taken_and_not_opened_at_once(url: str) -> None:
    counter = open_counter(url)
    assert await counter.add("key", 60) == 1
    await counter.close()
