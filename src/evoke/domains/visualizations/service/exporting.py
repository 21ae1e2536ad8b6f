"""Taking out all that was drawn."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.service import files
from evoke.domains.visualizations import queries
from evoke.domains.visualizations.tools import Tools
from evoke.domains.visualizations.words import unseal
from evoke.kit.time import rfc3339
from evoke.platform.postgres.engine import Database

PART = 100


@dataclass(frozen=True)
class Drawn:
    """One visualization as it is exported; `photo_id` is None where there is no picture."""

    values: dict[str, Any]
    photo_id: uuid.UUID | None


def picture_name(photo_id: uuid.UUID) -> str:
    """Where its file is in the archive."""
    return f"pictures/{photo_id}.png"


async def export(database: Database, tools: Tools, actor: Actor) -> AsyncIterator[Drawn]:
    """The oldest first, each part in a short transaction of its own."""
    key = await tools.keys.get(actor.user_id)
    after: uuid.UUID | None = None
    while True:
        async with database.read() as session:
            rows = await queries.list_after(session, actor, after, PART)
        for row in rows:
            words = unseal(key, row.id, row.words) if row.words is not None else None
            yield Drawn(_values(row, words), row.photo_id)
        if len(rows) < PART:
            return
        after = rows[-1].id


def _values(row: Any, words: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "entry_id": str(row.entry_id) if row.entry_id else None,
        "kind": row.kind,
        "style": row.style,
        "status": row.status,
        "created_at": rfc3339(row.created_at),
        "completed_at": rfc3339(row.completed_at) if row.completed_at else None,
        "generated_by": row.generated_by,
        "feelings": row.feelings,
        "summary": words.summary if words else None,
        "insights": list(words.insights) if words else [],
        "labels": list(words.labels) if words else [],
        "palette": list(words.palette) if words else [],
        "shapes": list(words.shapes) if words else [],
        "prompt": words.prompt if words else None,
        "language": words.language if words else None,
        "picture": picture_name(row.photo_id) if row.photo_id else None,
    }


async def read_picture(database: Database, tools: Tools, actor: Actor, photo_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The original, a piece at a time. Raises NotFound, FileMissing before the first."""
    described = await files.describe(database, photo_id=photo_id, variant="original", actor=actor, signed_for=None)
    blob = await files.open_blob(tools.library, described)
    return blob.stream()
