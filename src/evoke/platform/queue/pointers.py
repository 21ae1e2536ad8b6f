"""Pointers: rows of pgqueuer, each of which points at work that is recorded elsewhere.

A pointer is put, taken and dropped; apart from that nobody changes one. Work that waits anew (a retry, another
priority) gets a new pointer, and the record says which one counts. So no transaction ever waits for a pointer
that another one holds, and the number of a pointer is a fence: it stands for exactly one attempt.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from evoke.platform.postgres.engine import WriteSession

NEXT = "nextval('pgqueuer_id_seq')"
"""The id of the next pointer, given before it is put, so that a statement can also write it elsewhere."""
PUT = """
INSERT INTO pgqueuer (id, priority, entrypoint, payload, execute_after, status)
SELECT pointer, priority, queue, payload, coalesce(due_at, now()), 'queued' FROM given
"""
"""Puts the pointers `given`, a CTE: what NewPointer has, and `pointer`, which is NEXT."""
PARAMETERS: dict[str, sa.types.TypeEngine[Any]] = {
    "priorities": ARRAY(sa.Integer()),
    "queues": ARRAY(sa.Text()),
    "payloads": ARRAY(sa.LargeBinary()),
    "due": ARRAY(sa.DateTime(timezone=True)),
}
"""What `values` gives: the columns priority, queue, payload and due_at."""
# The numbers rise in the order given, for rows of unnest come in that.
_PUT = sa.text(f"""
WITH given AS MATERIALIZED (
    SELECT {NEXT} AS pointer, priority, queue, payload, due_at
    FROM unnest(:priorities, :queues, :payloads, :due) AS given (priority, queue, payload, due_at)
),
put AS ({PUT})
SELECT pointer FROM given
""").bindparams(*(sa.bindparam(name, type_=type_) for name, type_ in PARAMETERS.items()))  # noqa: S608 - our own texts
_DROP = "DELETE FROM pgqueuer WHERE id = ANY($1::bigint[])"
_BEAT = """
UPDATE pgqueuer SET heartbeat = now()
WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 AND status = 'picked'
"""
_NEXT_DUE = """
SELECT extract(epoch FROM min(due_at) - now())::float8
FROM unnest($1::text[]) AS served (queue)
CROSS JOIN LATERAL (
    SELECT execute_after AS due_at FROM pgqueuer
    WHERE entrypoint = served.queue AND status = 'queued' AND execute_after > now() AND execute_after < 'infinity'
    ORDER BY execute_after LIMIT 1
) AS soonest
"""


@dataclass(frozen=True, slots=True)
class NewPointer:
    """A pointer to put: higher `priority` first, not before `due_at` (None: at once). `payload` is the caller's."""

    queue: str
    payload: bytes
    priority: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer that this worker has taken."""

    id: int
    queue: str
    payload: bytes


async def put(session: WriteSession, pointers: Sequence[NewPointer]) -> list[int]:
    """Add pointers and answer their ids in the order given. Workers hear of them when the transaction commits."""
    return [row.pointer for row in await session.prebuilt(_PUT, values(pointers))]


def values(pointers: Sequence[NewPointer]) -> dict[str, list[Any]]:
    """The values of PARAMETERS."""
    return {
        "priorities": [pointer.priority for pointer in pointers],
        "queues": [pointer.queue for pointer in pointers],
        "payloads": [pointer.payload for pointer in pointers],
        "due": [pointer.due_at for pointer in pointers],
    }


async def drop(session: WriteSession, ids: Iterable[int]) -> None:
    """Remove pointers; those that are gone already are no error."""
    connection = await session.connection()
    await connection.exec_driver_sql(_DROP, (list(ids),))


async def beat(session: WriteSession, worker: uuid.UUID, ids: Iterable[int]) -> None:
    """Say that `worker` still works on what these pointers stand for."""
    connection = await session.connection()
    await connection.exec_driver_sql(_BEAT, (list(ids), worker))


async def next_due(session: WriteSession, queues: Iterable[str]) -> float | None:
    """Seconds until the next pointer of these queues comes due; None when none waits for its time."""
    connection = await session.connection()
    result = await connection.exec_driver_sql(_NEXT_DUE, (list(queues),))
    seconds = result.scalar_one()
    return None if seconds is None else float(seconds)
