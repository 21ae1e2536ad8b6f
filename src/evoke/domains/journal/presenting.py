"""An entry as the API shows it.

As plain values, straight from the row: a page is fifty of them, and checking each again would take longer than its
query.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, type_coerce
from sqlalchemy.types import NULLTYPE

from evoke.domains.journal.models import JournalEntry
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.texts import decrypt_text, encrypt_text

COLUMNS: tuple[ColumnElement[Any], ...] = tuple(
    # As the driver gives them: SQLAlchemy would go through each list again, and find nothing to do.
    type_coerce(getattr(JournalEntry, name).expression, NULLTYPE).label(name)
    for name in (
        "id",
        "situation",
        "notes",
        "emotions",
        "intensity",
        "felt_at",
        "time_zone",
        "source",
        "visualization_id",
        "visualization_ready",
        "created_at",
        "updated_at",
    )
)
"""What `present` reads, in its order."""


def seal(key: OwnerKey, entry_id: object, column: str, text: str) -> bytes:
    """`text` for this column of this entry and no other."""
    return encrypt_text(key, text, context=f"journal_entries.{column}/{entry_id}".encode())


def present(key: OwnerKey, row: Sequence[Any]) -> dict[str, Any]:
    """COLUMNS of a row, and perhaps more, as the fields of `schemas.Entry`. Raises TextCorrupt."""
    (
        id_,
        situation,
        notes,
        emotions,
        intensity,
        felt_at,
        time_zone,
        source,
        visualization_id,
        visualization_ready,
        created_at,
        updated_at,
        *_,
    ) = row
    named = str(id_)
    return {
        "id": named,
        "situation": decrypt_text(key, situation, context=f"journal_entries.situation/{named}".encode()),
        "emotions": emotions,
        "intensity": intensity,
        "notes": None if notes is None else decrypt_text(key, notes, context=f"journal_entries.notes/{named}".encode()),
        "created_at": created_at,
        "updated_at": updated_at,
        "has_visualization": visualization_ready,
        "visualization_id": visualization_id,
        "source": source,
        "felt_at": felt_at,
        "time_zone": time_zone,
    }
