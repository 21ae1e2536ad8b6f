"""All guided conversations of somebody, for taking them out."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson
from sqlalchemy import select

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal.models import IntakeSession
from evoke.domains.journal.tools import Tools
from evoke.kit.time import rfc3339
from evoke.platform.crypto.texts import decrypt_text
from evoke.platform.postgres.engine import Database

PART = 100


async def export(database: Database, tools: Tools, actor: Actor) -> AsyncIterator[dict[str, Any]]:
    """The oldest first, each part in a short transaction of its own."""
    key = await tools.keys.get(actor.user_id)
    after = uuid.UUID(int=0)
    while True:
        async with database.read() as session:
            statement = select(IntakeSession).where(IntakeSession.visible_to(actor), IntakeSession.id > after)
            rows = (await session.scalars(statement.order_by(IntakeSession.id).limit(PART))).all()
        for row in rows:
            text = decrypt_text(key, row.conversation, context=f"intake_sessions.conversation/{row.id}".encode())
            yield {
                "id": str(row.id),
                "state": row.state,
                "entry_id": str(row.entry_id) if row.entry_id else None,
                "created_at": rfc3339(row.created_at),
                "updated_at": rfc3339(row.updated_at),
                "conversation": orjson.loads(text),
            }
        if len(rows) < PART:
            return
        after = rows[-1].id
