"""What one does with jobs: enqueue, cancel, try again, pause a queue. Whoever calls commits."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from evoke.domains.jobs import enqueuing, errors, events, models, queries, schemas
from evoke.domains.jobs.models import Job
from evoke.platform.compound import Filled
from evoke.platform.postgres.engine import WriteSession
from evoke.platform.postgres.quickly import Record
from evoke.platform.queue import notices, pointers

INTERACTIVE = 100
"""The priority of what a person waits for."""
BULK = 0
"""The priority of imports and of maintenance."""


async def enqueue(
    session: WriteSession,
    kind: str,
    *,
    owner_id: uuid.UUID,
    args: dict[str, Any],
    subject: tuple[str, uuid.UUID] | None = None,
    priority: int = BULK,
    dedupe: str | None = None,
    run_after: datetime | None = None,
    queue: str | None = None,
) -> Record:
    """Enqueue a job of `kind` ("photos.process") in the caller's transaction: it is there if and only if that commits.

    `args` are the handler's keyword arguments, as JSON. `subject` is what the job is about: its type and id.
    Higher `priority` runs first, not before `run_after`. `queue` is by default the domain in `kind`.

    With `dedupe`, an owner has at most one job of that key that waits untried: enqueuing another answers the one
    that is there, with the arguments it had, and moves it forward when the new one is more urgent and no later.
    """
    new = schemas.NewJob(
        kind=kind,
        owner_id=owner_id,
        args=args,
        subject=subject,
        priority=priority,
        queue=queue,
        dedupe=dedupe,
        run_after=run_after,
    )
    return (await enqueuing.enqueue(session, [new]))[0]


async def enqueue_many(session: WriteSession, jobs: Sequence[schemas.NewJob]) -> list[Record]:
    """Enqueue jobs as `enqueue` does, however many, in the time of one; their records come in the same order."""
    return await enqueuing.enqueue(session, jobs)


def part(job: schemas.NewJob, condition: str) -> Filled:
    """Enqueuing a job without `dedupe` as a part of a statement, where `condition` (SQL) holds."""
    return enqueuing.part(job, condition)


async def cancel(
    session: WriteSession, job_id: uuid.UUID, *, owner_id: uuid.UUID, everyone: bool = False
) -> schemas.Job:
    """Cancel a job: one that waits at once, one that runs as soon as its worker hears of it.

    Raises JobNotFound, and JobFinished when there is nothing left to cancel.
    """
    job = await _locked(session, job_id, owner_id=owner_id, everyone=everyone)
    if job.state in models.FINISHED:
        raise errors.JobFinished(state=job.state)
    if job.state == "queued":
        # Its pointer stays: the worker that takes it finds that it stands for nothing.
        await _change(session, job, state="cancelled", dedupe=None, cancel_requested=True, finished_at=sa.func.now())
        await session.publish(events.JobCancelled(job.id, job.owner_id, job.kind, job.subject_type, job.subject_id))
    elif not job.cancel_requested:
        await _change(session, job, cancel_requested=True)
        await notices.tell_cancelled(session, [job.queue_job_id])
    return (await queries.present(session, [job]))[0]


async def retry(
    session: WriteSession, job_id: uuid.UUID, *, owner_id: uuid.UUID, everyone: bool = False
) -> schemas.Job:
    """Put a job that failed or was cancelled back into its queue, with all its attempts before it.

    Raises JobNotFound and JobNotRetryable.
    """
    job = await _locked(session, job_id, owner_id=owner_id, everyone=everyone)
    if job.state not in ("failed", "cancelled"):
        raise errors.JobNotRetryable(state=job.state)
    payload = enqueuing.encode_payload(job.owner_id, job.id)
    (pointer,) = await pointers.put(session, [pointers.NewPointer(job.queue, payload, job.priority)])
    await _change(
        session,
        job,
        state="queued",
        queue_job_id=pointer,
        attempts=0,
        crashes=0,
        cancel_requested=False,
        progress_done=0,
        progress_total=None,
        progress_unit=None,
        progress_message=None,
        error_code=None,
        error_message=None,
        run_after=sa.func.now(),
        started_at=None,
        finished_at=None,
    )
    await session.publish(events.JobRetried(job.id, job.owner_id, job.kind, job.subject_type, job.subject_id))
    return (await queries.present(session, [job]))[0]


async def pause(session: WriteSession, name: str, *, paused_by: uuid.UUID) -> schemas.Queue:
    """Let nothing of the queue `name` start; what runs goes on to its end. May be called again."""
    await session.execute(
        insert(models.PausedQueue)
        .values(name=name, paused_at=sa.func.now(), paused_by=paused_by)
        .on_conflict_do_nothing()
    )
    return await _queue(session, name)


async def resume(session: WriteSession, name: str) -> schemas.Queue:
    """Let the queue `name` go on. One that is not paused stays as it is."""
    await session.execute(sa.delete(models.PausedQueue).where(models.PausedQueue.name == name))
    await notices.tell_work(session)
    return await _queue(session, name)


async def erase(session: WriteSession, owner_id: uuid.UUID) -> int:
    """Remove every job of an owner, and answer how many. What runs finds itself superseded and is rolled back."""
    erased = (
        await session.execute(
            sa.delete(Job)
            .where(Job.owner_id == owner_id)
            .returning(Job.queue_job_id, Job.state)
            .execution_options(synchronize_session=False)
        )
    ).all()
    running = [pointer for pointer, state in erased if state == "running"]
    if running:
        await notices.tell_cancelled(session, running)
    return len(erased)


async def prune(session: WriteSession, *, state: models.State, older_than: timedelta, limit: int) -> int:
    """Remove up to `limit` jobs that ended as `state` at least `older_than` ago, and answer how many."""
    old = (
        sa.select(Job.owner_id, Job.id)
        .where(Job.state == state, Job.finished_at < sa.func.now() - older_than)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    pruned = await session.execute(
        sa.delete(Job)
        .where(Job.owner_id == old.c.owner_id, Job.id == old.c.id)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return len(pruned.all())


async def _locked(session: WriteSession, job_id: uuid.UUID, *, owner_id: uuid.UUID, everyone: bool) -> Job:
    query = sa.select(Job).where(Job.id == job_id, queries.visible_to(owner_id, everyone=everyone)).with_for_update()
    job = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if job is None:
        raise errors.JobNotFound
    return job


async def _change(session: WriteSession, job: Job, **values: Any) -> None:
    """Write `values` and read the row again, so that the record shows what the database made of them."""
    for name, value in values.items():
        setattr(job, name, value)
    await session.flush()
    await session.refresh(job)


async def _queue(session: WriteSession, name: str) -> schemas.Queue:
    return next(queue for queue in await queries.queues(session, known=[name]) if queue.name == name)
