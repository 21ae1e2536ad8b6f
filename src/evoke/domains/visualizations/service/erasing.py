"""Erasing all that was drawn for somebody."""

import uuid

from evoke.domains.visualizations import notices, queries
from evoke.domains.visualizations.service import removing
from evoke.platform.postgres.engine import WriteSession


async def erase(session: WriteSession, owner_id: uuid.UUID) -> None:
    """Every visualization with its picture, those of feelings and stories too. What is being drawn is given up."""
    gone = await queries.delete_all(session, owner_id)
    pictures = {photo_id for row in gone for photo_id in (row.photo_id, row.replaced_photo_id) if photo_id is not None}
    await removing.discard_unused(session, owner_id, pictures)
    for row in gone:
        if row.status not in queries.OPEN:
            continue  # nobody follows what is finished
        await notices.tell(session, notices.State.deleted(owner_id, row.id))
