"""The whole journal as a file, a part at a time."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import portable, presenting, queries
from evoke.domains.journal.tools import Tools
from evoke.platform.postgres.engine import Database

PART = 500
"""Entries in memory at once."""
_BEGINNING = (datetime.min.replace(tzinfo=UTC), uuid.UUID(int=0))


async def export(database: Database, tools: Tools, actor: Actor, kind: portable.Format) -> AsyncIterator[bytes]:
    """The oldest entry first. Each part is read in a short transaction of its own: who receives the file may be slow,
    and an entry that is written meanwhile is in it.
    """
    key = await tools.keys.get(actor.user_id)
    write = portable.write_json if kind == "json" else portable.write_csv
    after, first = _BEGINNING, True
    while True:
        async with database.read() as session:
            rows = await queries.list_after(session, actor, after, PART)
        yield write([presenting.present(key, row) for row in rows], first=first)
        if len(rows) < PART:
            break
        after, first = (rows[-1].created_at, rows[-1].id), False
    if kind == "json":
        yield portable.JSON_END
