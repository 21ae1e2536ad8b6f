"""Erasing a journal."""

import uuid

from evoke.domains.journal import events, queries
from evoke.domains.photos.service import feelings
from evoke.platform.postgres.engine import WriteSession


async def erase(session: WriteSession, owner_id: uuid.UUID) -> None:
    """Every entry, every conversation and what was set, for good; what was drawn goes with the event."""
    # In the order in which a conversation becomes an entry: it locks itself, then the day, then there is an entry.
    await queries.delete_conversations(session, owner_id)
    await queries.lock_days(session, owner_id)
    await feelings.forget_days(session, owner_id)
    await queries.delete_entries(session, owner_id)
    await session.publish(events.JournalErased(owner_id))
