"""The statements of conversations."""

import uuid
from typing import Any

from sqlalchemy import Row, insert, select, update

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal.models import IntakeSession
from evoke.platform.postgres.engine import ReadSession, WriteSession

_COLUMNS = (
    IntakeSession.id,
    IntakeSession.conversation,
    IntakeSession.state,
    IntakeSession.version,
    IntakeSession.entry_id,
    IntakeSession.created_at,
    IntakeSession.updated_at,
)


async def find(session: ReadSession, actor: Actor, session_id: uuid.UUID, *, locked: bool = False) -> Row[Any] | None:
    """A conversation that `actor` may see, its row; `locked` until the transaction ends."""
    statement = select(*_COLUMNS).where(IntakeSession.visible_to(actor), IntakeSession.id == session_id)
    found = await session.rows(statement.with_for_update() if locked else statement)
    return found[0] if found else None


async def add(session: WriteSession, values: dict[str, Any]) -> None:
    await session.execute(insert(IntakeSession).values(**values))


async def change(session: WriteSession, actor: Actor, session_id: uuid.UUID, values: dict[str, Any]) -> None:
    """Counts as one more version."""
    await session.execute(
        update(IntakeSession)
        .where(IntakeSession.visible_to(actor), IntakeSession.id == session_id)
        .values(**values, version=IntakeSession.version + 1)
        .execution_options(synchronize_session=False)
    )
