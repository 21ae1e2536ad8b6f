"""A worker gets its next jobs: pointers are taken and attempts counted in one transaction, before anything runs.

So a job that kills its worker has used an attempt up, and one whose worker dies in here has used none.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from evoke.domains.jobs import backoff, enqueuing, models, recording
from evoke.domains.jobs.models import Job
from evoke.domains.jobs.registry import Registry, Task
from evoke.domains.jobs.schemas import Claim
from evoke.platform.postgres.engine import WriteSession
from evoke.platform.queue import pointers, taking
from evoke.platform.queue.pointers import Pointer

WORKER_LOST = "WORKER_LOST"
UNREGISTERED_CRASHES = 3

# As text, since it runs for every job: building it from its parts costs more than running it.
_CLAIM = """
UPDATE jobs SET
    state = 'running', attempts = attempts + 1, dedupe = NULL, started_at = now(),
    progress_done = 0, progress_total = NULL, progress_unit = NULL, progress_message = NULL,
    error_code = NULL, error_message = NULL
WHERE owner_id = $1 AND id = $2 AND queue_job_id = $3 AND state = 'queued'
    AND NOT EXISTS (SELECT FROM job_queues WHERE name = jobs.queue)
RETURNING kind, queue, priority, attempts, max_attempts, args, subject_type, subject_id
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a worker got: jobs to run, and whether it may get more at once."""

    claims: Sequence[Claim]
    more: bool
    next_due: float | None


async def take(
    session: WriteSession,
    registry: Registry,
    worker: uuid.UUID,
    *,
    queues: Collection[str],
    limit: int,
    heartbeat_timeout: float,
    running: Collection[int],
    spent: Collection[int],
) -> Taken:
    """Claim up to `limit` jobs for `worker`, which runs those of the pointers `running`.

    The pointers `spent` are dropped on the way: what they stood for has ended. Jobs whose worker was silent for
    `heartbeat_timeout` seconds are put back, or fail when they have cost enough workers.
    """
    if spent:
        await pointers.drop(session, spent)
    paused = set(await session.scalars(sa.select(models.PausedQueue.name)))
    served = [queue for queue in queues if queue not in paused]
    taken = await taking.take(session, worker, queues=served, limit=limit, heartbeat_timeout=heartbeat_timeout)
    claims: list[Claim] = []
    useless: list[int] = []
    for pointer in taken:
        if pointer.id in running:
            continue  # our own, whose heartbeat was late; taking it has renewed that
        claim = await _claim(session, pointer)
        if claim is not None:
            claims.append(claim)
        else:
            useless.append(pointer.id)
            await _settle(session, registry, pointer)
    if useless:
        await pointers.drop(session, useless)
    more = len(taken) == limit
    next_due = None if more else await pointers.next_due(session, served)
    return Taken(claims, more, next_due)


async def _claim(session: WriteSession, pointer: Pointer) -> Claim | None:
    """Count an attempt and begin it; None when the job is not waiting under this pointer, or its queue is paused."""
    try:
        owner_id, job_id = enqueuing.decode_payload(pointer.payload)
    except ValueError:
        return None
    connection = await session.connection()
    row = (await connection.exec_driver_sql(_CLAIM, (owner_id, job_id, pointer.id))).one_or_none()
    if row is None:
        return None
    return Claim(owner_id=owner_id, id=job_id, pointer=pointer.id, **row._mapping)


async def _settle(session: WriteSession, registry: Registry, pointer: Pointer) -> None:
    """What to do about a pointer that could not be claimed, before it is dropped."""
    try:
        owner_id, job_id = enqueuing.decode_payload(pointer.payload)
    except ValueError:
        log.error("jobs.pointer_not_understood", pointer=pointer.id)
        return
    query = sa.select(Job).where(Job.owner_id == owner_id, Job.id == job_id, Job.queue_job_id == pointer.id)
    job = (await session.scalars(query.with_for_update())).one_or_none()
    if job is None:
        return  # erased, or waiting under a newer pointer
    if job.state == "queued":
        await _put_back(session, job, pointer)
    elif job.state == "running":
        await _lost(session, job, registry.find(job.kind))


async def _put_back(session: WriteSession, job: Job, pointer: Pointer) -> None:
    """The queue was paused after we had looked: the job waits on, under a new pointer."""
    renewed = pointers.NewPointer(job.queue, pointer.payload, job.priority, job.run_after)
    (job.queue_job_id,) = await pointers.put(session, [renewed])
    await session.flush()


async def _lost(session: WriteSession, job: Job, task: Task | None) -> None:
    """The worker of this job has died, perhaps of it.

    It waits a random while before it is tried again, so that jobs that died together do not run together again:
    one that kills its worker takes different neighbours with it each time, and is the only one to do so thrice.
    """
    claim = Claim.of(job)
    crashes = job.crashes + 1
    message = f"The worker died while running it, {crashes} {'time' if crashes == 1 else 'times'}."
    log.warning("jobs.worker_lost", job_id=str(job.id), kind=job.kind, crashes=crashes)
    if crashes >= (task.max_crashes if task else UNREGISTERED_CRASHES):
        job.crashes = crashes
        await session.flush()
        await recording.failed(session, claim, None, code=WORKER_LOST, message=message)
        return
    base, cap = (task.backoff_base, task.backoff_cap) if task else (2.0, 600.0)
    wait = backoff.delay(crashes, base=base, cap=cap)
    await recording.again(session, claim, after=wait, crashed=True, code=WORKER_LOST, message=message)
