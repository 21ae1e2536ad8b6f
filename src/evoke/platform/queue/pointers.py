"""Pointers: rows of pgqueuer, each of which points at work that is recorded elsewhere.

A pointer is put, taken and dropped; apart from that nobody changes one. Work that waits anew (a retry, another
priority) gets a new pointer, and the record says which one counts. So no transaction ever waits for a pointer
that another one holds, and the number of a pointer is a fence: it stands for exactly one attempt.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from evoke.platform.postgres.engine import WriteSession

# RETURNING does not promise an order, so the payload (unique for each record) says which id is whose.
_PUT = sa.text("""
INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, status)
SELECT priority, queue, payload, coalesce(due_at, now()), 'queued'
FROM unnest(:priorities, :queues, :payloads, :due)
    WITH ORDINALITY AS given (priority, queue, payload, due_at, position)
ORDER BY position
RETURNING id, payload
""").bindparams(
    sa.bindparam("priorities", type_=ARRAY(sa.Integer())),
    sa.bindparam("queues", type_=ARRAY(sa.Text())),
    sa.bindparam("payloads", type_=ARRAY(sa.LargeBinary())),
    sa.bindparam("due", type_=ARRAY(sa.DateTime(timezone=True))),
)
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
    """A pointer to put: higher `priority` first, not before `due_at` (None: at once). `payload` is the caller's,
    and unique among those that are put together."""

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
    added = await session.prebuilt(
        _PUT,
        {
            "priorities": [pointer.priority for pointer in pointers],
            "queues": [pointer.queue for pointer in pointers],
            "payloads": [pointer.payload for pointer in pointers],
            "due": [pointer.due_at for pointer in pointers],
        },
    )
    ids = {bytes(payload): int(id_) for id_, payload in added}
    return [ids[pointer.payload] for pointer in pointers]


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
