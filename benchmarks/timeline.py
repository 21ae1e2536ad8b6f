"""A page of the timeline over HTTP, against the bare SQL for the same rows and columns, made JSON."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson

from benchmarks.figures import Figure, Wanted
from benchmarks.library import PHOTOS, Library
from benchmarks.wire import Connection
from evoke.domains.photos.presenting import COLUMNS
from evoke.kit import pages

LIMIT = 200
ROUNDS = 200
WARM_UP = 20
WANTED = Wanted("≤", 3)
WANTED_AT_END = Wanted("≤", 1.1)
"""No slower, as far as two runs of the same page agree."""

_SHOWN = "owner_id = $1 AND trashed_at IS NULL AND NOT hidden AND NOT archived"
_PAGE = f"""
SELECT {", ".join(column.key for column in COLUMNS)} FROM photos
WHERE {_SHOWN} AND (taken_at, id) < ($2, $3) ORDER BY taken_at DESC, id DESC LIMIT {LIMIT}
"""
# The photos after which a page begins: the newest one, and the one with just a page behind it.
_BEFORE_FIRST = f"SELECT taken_at, id FROM photos WHERE {_SHOWN} ORDER BY taken_at DESC, id DESC LIMIT 1"
_BEFORE_LAST = f"SELECT taken_at, id FROM photos WHERE {_SHOWN} ORDER BY taken_at, id OFFSET {LIMIT} LIMIT 1"


def run(library: Library) -> list[Figure]:
    return asyncio.run(_measure(library))


async def _measure(library: Library) -> list[Figure]:
    installation = library.installation
    database = await asyncpg.connect(installation.url)
    client = Connection(installation.port, library.owner.headers)
    try:
        statement = await database.prepare(_PAGE)
        measurements: list[Callable[[], Awaitable[None]]] = []
        for question in (_BEFORE_FIRST, _BEFORE_LAST):
            key = await database.fetchrow(question, library.owner.user_id)
            measurements += [_ours(client, key), _bare(statement, library.owner.user_id, key)]
        first, first_floor, last, last_floor = await _medians(measurements)
    finally:
        client.close()
        await database.close()
    name = f"timeline, {LIMIT} of {PHOTOS:,} photos, p50"
    return [
        Figure(f"{name}, the newest", "ms", first, first_floor, first / first_floor, WANTED),
        Figure(f"{name}, the oldest", "ms", last, last_floor, last / last_floor, WANTED),
        Figure("timeline, the oldest page against the newest", "ms", last, first, last / first, WANTED_AT_END),
    ]


def _ours(client: Connection, key: Any) -> Callable[[], Awaitable[None]]:
    path = f"/api/v1/photos?limit={LIMIT}&cursor={pages.encode_cursor(key)}"
    if len(client.get(path).data()["photos"]) != LIMIT:
        raise RuntimeError("The page is not full.")

    async def get() -> None:
        client.get(path)

    return get


def _bare(statement: Any, owner: str, key: Any) -> Callable[[], Awaitable[None]]:
    async def fetch() -> None:
        rows = await statement.fetch(owner, *key)
        orjson.dumps([dict(row) for row in rows], default=_text, option=orjson.OPT_UTC_Z)

    return fetch


def _text(value: Any) -> str:
    """What JSON has no form for: digests, and UUIDs of asyncpg's own class."""
    return value.hex() if isinstance(value, bytes) else str(value)


async def _medians(measurements: list[Callable[[], Awaitable[None]]]) -> list[float]:
    """Milliseconds; they take turns."""
    times: list[list[float]] = [[] for _ in measurements]
    for _ in range(WARM_UP + ROUNDS):
        for taken, measure in zip(times, measurements, strict=True):
            started = time.perf_counter()
            await measure()
            taken.append((time.perf_counter() - started) * 1000)
    return [statistics.median(taken[WARM_UP:]) for taken in times]
