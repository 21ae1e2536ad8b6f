"""Entries over HTTP, 16 connections, against a bare handler in the same server process (see bare.py)."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from benchmarks import bare
from benchmarks.figures import Figure, Wanted, compared
from benchmarks.installation import Installation, Person, running
from benchmarks.pressure import Pressed, press, request
from benchmarks.wire import Connection

ENTRIES = 1000
CONNECTIONS = 16
ROUNDS = 7
SECONDS = 2.0
LIMIT = 50
WANTED = Wanted("≥", 1 / 3)
WANTED_P99 = Wanted("≤", 3)
_ENTRY = {
    "situation": "My talk went better than I had feared, and two people asked me afterwards how I had prepared for it.",
    "emotions": ["joy", "surprise"],
    "intensity": 0.7,
    "notes": "I slept well the night before and went for a walk in the morning.",
}
_COPY = """
    INSERT INTO bare_entries
    SELECT $1, gen_random_uuid(), $2, $3, $4, $5, now() - number * interval '1 minute', now()
    FROM generate_series(1, $6) AS number
"""


def run() -> list[Figure]:
    with running(PYTHONPATH=str(Path(__file__).parents[1])) as installation:
        installation.environment["DATABASE_URL"] = installation.url
        server = installation.start("benchmarks.bare")
        installation.wait_until(installation.is_healthy, "the API answers", server)
        owner = installation.register(0)
        asyncio.run(_fill(installation, owner))
        path = f"{bare.PREFIX}{owner.user_id}"
        body = json.dumps(_ENTRY).encode()
        return [
            *_compare(
                installation.port,
                f"entries, a page of {LIMIT}",
                request("GET", f"/api/v1/entries?limit={LIMIT}", owner.headers),
                request("GET", path, owner.headers),
            ),
            *_compare(
                installation.port,
                "entries, create",
                request("POST", "/api/v1/entries", owner.headers, body),
                request("POST", path, owner.headers, body),
            ),
        ]


async def _fill(installation: Installation, owner: Person) -> None:
    """The same entries on both sides."""
    with Connection(installation.port, owner.headers) as connection:
        connection.post("/api/v1/entries/import", [_ENTRY] * ENTRIES).data()
    database = await asyncpg.connect(installation.url)
    try:
        await database.execute(bare.TABLE)
        texts = _ENTRY["situation"], _ENTRY["notes"], _ENTRY["emotions"], _ENTRY["intensity"]
        await database.execute(_COPY, owner.user_id, *texts, ENTRIES)
        await database.execute("ANALYZE")
    finally:
        await database.close()


def _compare(port: int, name: str, ours: bytes, floor: bytes) -> list[Figure]:
    def once(content: bytes) -> Pressed:
        return asyncio.run(press(port, content, connections=CONNECTIONS, seconds=SECONDS))

    for content in (ours, floor):
        once(content)
    pairs = [(once(floor), once(ours)) for _ in range(ROUNDS)]
    floors, mine = zip(*pairs, strict=True)
    name = f"{name}, {CONNECTIONS} connections"
    return [
        compared(name, "/s", _rates(mine), _rates(floors), WANTED),
        compared(f"{name}, p99", "ms", _p99s(mine), _p99s(floors), WANTED_P99),
    ]


def _rates(pressed: Sequence[Pressed]) -> list[float]:
    return [each.per_second for each in pressed]


def _p99s(pressed: Sequence[Pressed]) -> list[float]:
    return [each.p99_ms for each in pressed]
