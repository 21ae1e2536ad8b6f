"""The floor under the figures of the journal: the same server process answers `/bare/…` by asyncpg and orjson alone.

No framework, no account, no encryption, no checks: what is read is put into the table or is taken from it. Everything
else goes to Evoke's own application, so both run under one server with one set of settings.
"""

import asyncio
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson

from evoke.api import server
from evoke.kit.ids import new_id
from evoke.platform.processes import end_with_supervisor
from evoke.settings import load

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/bare/"
POOL = 20
"""As many connections as Evoke opens by default."""
TABLE = """
    CREATE TABLE bare_entries (
        owner_id uuid NOT NULL, id uuid NOT NULL, situation text NOT NULL, notes text, emotions text[] NOT NULL,
        intensity float NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
        PRIMARY KEY (owner_id, id)
    );
    CREATE INDEX ON bare_entries (owner_id, created_at, id)
"""
_LIST = """
    SELECT id, situation, notes, emotions, intensity, created_at, updated_at,
        (SELECT count(*) FROM bare_entries WHERE owner_id = $1) AS total
    FROM bare_entries WHERE owner_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2
"""
_INSERT = "INSERT INTO bare_entries VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"
_JSON = [(b"content-type", b"application/json")]


class Bare:
    def __init__(self, app: "ASGIApp") -> None:
        self._app = app
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        owner_id = uuid.UUID(scope["path"].removeprefix(PREFIX))
        async with self._opening:
            if self._pool is None:
                settings = load()
                assert settings.database_url is not None
                url = settings.database_url.get_secret_value()
                self._pool = await asyncpg.create_pool(url, min_size=POOL, max_size=POOL)
        answer = await (self._list(owner_id) if scope["method"] == "GET" else self._create(owner_id, receive))
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*_JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    async def _list(self, owner_id: uuid.UUID) -> bytes:
        assert self._pool is not None
        rows = await self._pool.fetch(_LIST, owner_id, 50)
        answer = {"data": {"entries": [dict(row) for row in rows], "total": rows[0]["total"] if rows else 0}}
        return orjson.dumps(answer, default=str, option=orjson.OPT_UTC_Z)

    async def _create(self, owner_id: uuid.UUID, receive: "Receive") -> bytes:
        assert self._pool is not None
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        entry: dict[str, Any] = orjson.loads(body)
        id_, now = new_id(), datetime.now(UTC)
        texts = entry["situation"], entry.get("notes")
        await self._pool.execute(_INSERT, owner_id, id_, *texts, entry["emotions"], entry["intensity"], now)
        return orjson.dumps({"data": {"entry": {**entry, "id": id_, "created_at": now}}}, option=orjson.OPT_UTC_Z)


def application() -> Bare:
    return Bare(server.application())


if __name__ == "__main__":
    end_with_supervisor()
    server.serve(load(), application="benchmarks.bare:application")
