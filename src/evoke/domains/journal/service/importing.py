"""Entries from a file: what an export gave, or a table somebody made by hand.

Rows that are not sound are named and stop no others. An entry whose id is there already is passed over, so the same
file may come twice.
"""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import events, portable, queries, schemas
from evoke.domains.journal.fields import Emotions, Intensity, Moment, Notes, Situation, TimeZone, check_moment
from evoke.domains.journal.presenting import seal
from evoke.domains.journal.service import days
from evoke.domains.journal.tools import Tools
from evoke.kit import ids
from evoke.kit.errors import Invalid
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.postgres.engine import WriteSession

MAX_BYTES = 5 * 1024**2
MAX_PROBLEMS = 100
BATCH = 1000
_NAMES = (
    "id", "situation", "notes", "emotions", "intensity", "felt_at", "time_zone", "source", "created_at", "updated_at",
)  # fmt: skip


class Row(BaseModel):
    """One row; times that are left out follow from each other."""

    id: uuid.UUID | None = None
    situation: Situation
    emotions: Emotions
    intensity: Intensity
    notes: Notes = None
    felt_at: Moment | None = None
    time_zone: TimeZone | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None


@dataclass
class Prepared:
    """Rows that can be written, as JSON lists of at most BATCH, and what is wrong with the others."""

    batches: list[str] = field(default_factory=list)
    sound: int = 0
    failed: int = 0
    problems: list[schemas.RowProblem] = field(default_factory=list)


async def prepare(tools: Tools, actor: Actor, body: bytes, kind: portable.Format) -> Prepared:
    """Read, check and encrypt, in a thread: ten thousand rows take a second. Raises NotReadable, TooManyRows."""
    key = await tools.keys.get(actor.user_id)
    return await asyncio.to_thread(_prepare, key, body, kind, tools.clock())


async def record(session: WriteSession, tools: Tools, actor: Actor, prepared: Prepared) -> schemas.Imported:
    """Write them, all in the caller's transaction."""
    await queries.lock_days(session, actor.user_id)
    touched, added = set(), 0
    for batch in prepared.batches:
        rows = await queries.insert_many(session, actor.user_id, _NAMES, batch, tools.options.time_zone)
        added += len(rows)
        for row in rows:
            touched.add(row.felt_on)
            await session.publish(events.EntryAdded(actor.user_id, row.id))
    await days.change(session, actor.user_id, touched)
    return schemas.Imported(
        imported=added, skipped=prepared.sound - added, failed=prepared.failed, errors=prepared.problems
    )


def _prepare(key: OwnerKey, body: bytes, kind: portable.Format, now: datetime) -> Prepared:
    prepared = Prepared()
    values: list[dict[str, Any]] = []
    for number, given in enumerate(portable.read(body, kind), start=1):
        try:
            values.append(_values(key, Row.model_validate(given), now))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in problem["loc"][:1]) or "row"
            _note(prepared, number, place, problem["msg"])
        except Invalid as error:
            _note(prepared, number, error.details["field"], error.details["reason"])
    prepared.sound = len(values)
    prepared.batches = [orjson.dumps(values[start : start + BATCH]).decode() for start in range(0, len(values), BATCH)]
    return prepared


def _note(prepared: Prepared, row: int, field_name: str, reason: str) -> None:
    prepared.failed += 1
    if len(prepared.problems) < MAX_PROBLEMS:
        prepared.problems.append(schemas.RowProblem(row=row, field=field_name, reason=reason))


def _values(key: OwnerKey, row: Row, now: datetime) -> dict[str, Any]:
    """What is written, as JSON has it: `bytea` as \\x and hexadecimal digits."""
    entry_id = row.id or ids.new_id()
    created_at = check_moment("created_at", row.created_at or row.felt_at or now, now=now)
    return {
        "id": str(entry_id),
        "situation": _hex(seal(key, entry_id, "situation", row.situation)),
        "notes": None if row.notes is None else _hex(seal(key, entry_id, "notes", row.notes)),
        "emotions": row.emotions,
        "intensity": row.intensity,
        "felt_at": check_moment("felt_at", row.felt_at or created_at, now=now),
        "time_zone": row.time_zone,
        "source": "import",
        "created_at": created_at,
        "updated_at": check_moment("updated_at", row.updated_at or created_at, now=now),
    }


def _hex(sealed: bytes) -> str:
    return "\\x" + sealed.hex()
