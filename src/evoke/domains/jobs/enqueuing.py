"""Jobs enter the queue: the record and the pointer to it, in the transaction of whoever wants the work."""

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from evoke.domains.jobs.models import Job
from evoke.domains.jobs.schemas import NewJob
from evoke.kit.ids import new_id
from evoke.platform.compound import Filled, Part, together
from evoke.platform.postgres.engine import WriteSession
from evoke.platform.postgres.quickly import Record
from evoke.platform.queue import pointers

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "owner_id": ARRAY(sa.Uuid()),
    "id": ARRAY(sa.Uuid()),
    "kind": ARRAY(sa.Text()),
    "max_attempts": ARRAY(sa.Integer()),
    "args": ARRAY(sa.Text()),
    "subject_type": ARRAY(sa.Text()),
    "subject_id": ARRAY(sa.Uuid()),
    "dedupe": ARRAY(sa.Text()),
}
# One statement for records and pointers, whatever their number. A job that waits under the same key stays the one it
# was; when the new one is more urgent, and no later, it takes that place (`_point_at_moved`).
_MORE_URGENT = """
    excluded.priority >= waiting.priority AND excluded.run_after <= greatest(waiting.run_after, now())
    AND (excluded.priority > waiting.priority OR excluded.run_after < waiting.run_after)
"""
_GIVEN = f"""
SELECT {pointers.NEXT} AS pointer, *
FROM unnest({", ".join(f":{name}" for name in (*_COLUMNS, *pointers.PARAMETERS))})
    AS given ({", ".join(_COLUMNS)}, priority, queue, payload, due_at)
"""  # noqa: S608  # the names come from the tables above
_ENTER = f"""
INSERT INTO jobs AS waiting (
    owner_id, id, kind, queue, priority, max_attempts, args, subject_type, subject_id, dedupe, queue_job_id,
    run_after, created_at, state, attempts, crashes, cancel_requested, progress_done
)
SELECT
    owner_id, id, kind, queue, priority, max_attempts, args::jsonb, subject_type, subject_id, dedupe, pointer,
    coalesce(due_at, now()), now(), 'queued', 0, 0, false, 0
FROM given
ORDER BY owner_id, dedupe  -- two transactions that want the same keys lock them in the same order
ON CONFLICT (owner_id, dedupe) WHERE dedupe IS NOT NULL DO UPDATE SET
    priority = CASE WHEN {_MORE_URGENT} THEN excluded.priority ELSE waiting.priority END,
    run_after = CASE WHEN {_MORE_URGENT} THEN excluded.run_after ELSE waiting.run_after END,
    queue_job_id = CASE WHEN {_MORE_URGENT} THEN excluded.queue_job_id ELSE waiting.queue_job_id END
RETURNING waiting.*
"""  # noqa: S608  # the same text each time
_ENTERED = """
SELECT entered.*, CASE row_number() OVER () WHEN 1 THEN (SELECT array_agg(pointer) FROM given) END AS new_pointers
FROM entered
"""
_POINT = (
    sa.update(Job)
    .where(Job.owner_id == sa.bindparam("owner"), Job.id == sa.bindparam("job"))
    .values(queue_job_id=sa.bindparam("pointer"))
)


def encode_payload(owner_id: uuid.UUID, job_id: uuid.UUID) -> bytes:
    """What a pointer says: which record it stands for."""
    return orjson.dumps({"owner_id": str(owner_id), "job_id": str(job_id)})


def decode_payload(payload: bytes) -> tuple[uuid.UUID, uuid.UUID]:
    """Owner and job of `encode_payload`. Raises ValueError for anything else."""
    try:
        values = orjson.loads(payload)
        return uuid.UUID(values["owner_id"]), uuid.UUID(values["job_id"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a pointer to a job") from error


def queue_of(kind: str) -> str:
    """The queue of a kind that names none: its domain, the part before the dot."""
    return kind.partition(".")[0]


async def enqueue(session: WriteSession, jobs: Sequence[NewJob]) -> list[Record]:
    """Put jobs in, in one statement however many they are, and answer their records in the order given."""
    distinct, position_of = _without_repeats(jobs)
    if not distinct:
        return []
    ids = [new_id() for _ in distinct]
    fresh = set(ids)
    records = await session.prebuilt(*together([Filled(_part("true"), _values(distinct, ids))], _ENTERED))
    new_pointers = set(records[0].new_pointers)
    await _point_at_moved(session, [record for record in records if record.id not in fresh], new_pointers)
    # Pointers nobody else can see yet: dropping them waits for no one.
    if unused := new_pointers - {record.queue_job_id for record in records}:
        await pointers.drop(session, unused)
    by_id = {record.id: record for record in records}
    by_key = {(record.owner_id, record.dedupe): record for record in records if record.dedupe is not None}
    found = [by_id.get(id_) or by_key[job.owner_id, job.dedupe] for job, id_ in zip(distinct, ids, strict=True)]
    return [found[position] for position in position_of]


def part(job: NewJob, condition: str) -> Filled:
    """`enqueue` for one job without a key, as a part of a statement, where `condition` (SQL) holds."""
    if job.dedupe is not None:
        raise ValueError("a job with a key may meet one that waits: enqueue it")
    return Filled(_part(condition), _values([job], [new_id()]))


@lru_cache(maxsize=8)
def _part(condition: str) -> Part:
    ctes = f"given AS MATERIALIZED ({_GIVEN} WHERE {condition}), put AS ({pointers.PUT}), entered AS ({_ENTER})"
    return Part(ctes, _COLUMNS | pointers.PARAMETERS)


def _values(jobs: Sequence[NewJob], ids: Sequence[uuid.UUID]) -> dict[str, list[Any]]:
    queued = [
        pointers.NewPointer(
            job.queue or queue_of(job.kind), encode_payload(job.owner_id, id_), job.priority, job.run_after
        )
        for job, id_ in zip(jobs, ids, strict=True)
    ]
    return {
        "owner_id": [job.owner_id for job in jobs],
        "id": list(ids),
        "kind": [job.kind for job in jobs],
        "max_attempts": [job.max_attempts for job in jobs],
        "args": [orjson.dumps(job.args).decode() for job in jobs],
        "subject_type": [job.subject[0] if job.subject else None for job in jobs],
        "subject_id": [job.subject[1] if job.subject else None for job in jobs],
        "dedupe": [job.dedupe for job in jobs],
        **pointers.values(queued),
    }


async def _point_at_moved(session: WriteSession, waiting: Sequence[Record], new_pointers: set[int]) -> None:
    """Give jobs that waited already and move forward a pointer that names them, not a job that came to nothing."""
    moved = [job for job in waiting if job.queue_job_id in new_pointers]
    if not moved:
        return
    renewed = await pointers.put(
        session,
        [
            pointers.NewPointer(job.queue, encode_payload(job.owner_id, job.id), job.priority, job.run_after)
            for job in moved
        ],
    )
    for job, pointer in zip(moved, renewed, strict=True):
        await session.prebuilt(_POINT, {"owner": job.owner_id, "job": job.id, "pointer": pointer})


def _without_repeats(jobs: Sequence[NewJob]) -> tuple[list[NewJob], list[int]]:
    """Jobs with each dedupe key once (its most urgent one), and for each of `jobs` where it is among them.

    PostgreSQL refuses to touch a row twice in one ON CONFLICT statement.
    """
    distinct: list[NewJob] = []
    seen: dict[tuple[uuid.UUID, str], int] = {}
    position_of: list[int] = []
    for job in jobs:
        if job.dedupe is None:
            position_of.append(len(distinct))
            distinct.append(job)
            continue
        position = seen.setdefault((job.owner_id, job.dedupe), len(distinct))
        position_of.append(position)
        if position == len(distinct):
            distinct.append(job)
        elif job.priority > distinct[position].priority:
            distinct[position] = job
    return distinct, position_of
