"""Questions about jobs. Each says whose jobs it may see: one owner's, or everybody's."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from evoke.domains.jobs import errors, estimates, models, schemas
from evoke.domains.jobs.models import Job
from evoke.kit import pages
from evoke.platform.postgres.engine import ReadSession

STATISTICS_WINDOW = timedelta(hours=1)
# The second condition is always true; with it the index of finished jobs answers.
_FAILED = (Job.state == "failed", Job.finished_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which jobs a list shows; None is any."""

    state: models.State | None = None
    kind: str | None = None
    subject_type: str | None = None
    subject_id: uuid.UUID | None = None


def visible_to(owner_id: uuid.UUID, *, everyone: bool = False) -> sa.ColumnElement[bool]:
    """The condition for the jobs that `owner_id` may see; `everyone` is for administrators."""
    return sa.true() if everyone else Job.owner_id == owner_id


async def get(session: ReadSession, job_id: uuid.UUID, *, owner_id: uuid.UUID, everyone: bool = False) -> schemas.Job:
    """Raises JobNotFound, also for a job of somebody else."""
    visible = visible_to(owner_id, everyone=everyone)
    job = (await session.scalars(sa.select(Job).where(Job.id == job_id, visible))).one_or_none()
    if job is None:
        raise errors.JobNotFound
    return (await present(session, [job]))[0]


async def list_for(
    session: ReadSession,
    *,
    owner_id: uuid.UUID,
    everyone: bool = False,
    filters: Filters | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> schemas.JobPage:
    """A page of jobs, the newest first. Raises Invalid for a cursor that is not one of this list."""
    filters = filters or Filters()
    query = sa.select(Job).where(visible_to(owner_id, everyone=everyone))
    for column, wanted in (
        (Job.state, filters.state),
        (Job.kind, filters.kind),
        (Job.subject_type, filters.subject_type),
        (Job.subject_id, filters.subject_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if cursor is not None:
        (last,) = pages.decode_cursor(cursor, uuid.UUID)
        query = query.where(Job.id < last)
    # Ids are UUIDv7: their order is that of creation.
    rows = list(await session.scalars(query.order_by(Job.id.desc()).limit(limit + 1)))
    following = pages.encode_cursor([str(rows[limit - 1].id)]) if len(rows) > limit else None
    return schemas.JobPage(jobs=await present(session, rows[:limit]), next_cursor=following)


async def present(session: ReadSession, jobs: Sequence[Job]) -> list[schemas.Job]:
    """Jobs as the API shows them, with estimates."""
    etas = await estimates.measure(session, jobs)
    return [schemas.Job.of(job, etas.get(job.id)) for job in jobs]


async def queues(session: ReadSession, known: Sequence[str] = ()) -> list[schemas.Queue]:
    """Every queue that has jobs, is paused, or is in `known`, by name. Counts are of all owners."""
    now = sa.func.now()
    waiting = (
        sa.select(
            Job.queue,
            sa.func.count().filter(Job.state == "queued").label("queued"),
            sa.func.count().filter(Job.state == "running").label("running"),
            sa.func.extract(
                "epoch", now - sa.func.min(Job.run_after).filter(Job.state == "queued", Job.run_after <= now)
            ).label("oldest"),
        )
        .where(Job.state.in_(("queued", "running")))
        .group_by(Job.queue)
    )
    failed = sa.select(Job.queue, sa.func.count().label("failed")).where(*_FAILED).group_by(Job.queue)
    open_ = {row.queue: row for row in await session.execute(waiting)}
    failures: dict[str, int] = {row.queue: row.failed for row in await session.execute(failed)}
    paused = set(await session.scalars(sa.select(models.PausedQueue.name)))
    found = []
    for name in sorted({*known, *open_, *failures, *paused}):
        row = open_.get(name)
        found.append(
            schemas.Queue(
                name=name,
                paused=name in paused,
                queued=row.queued if row else 0,
                running=row.running if row else 0,
                failed=failures.get(name, 0),
                oldest_age_seconds=float(row.oldest) if row and row.oldest is not None else None,
            )
        )
    return found


async def statistics(session: ReadSession) -> schemas.Statistics:
    """Counts by kind and state and the depth of each queue."""
    recent: sa.ColumnElement[datetime] = sa.func.now() - STATISTICS_WINDOW
    counted = (
        sa.select(Job.kind, Job.state, sa.func.count())
        .where(
            sa.or_(
                Job.state.in_(("queued", "running")),
                sa.and_(*_FAILED),
                sa.and_(Job.state.in_(("done", "cancelled")), Job.finished_at > recent),
            )
        )
        .group_by(Job.kind, Job.state)
        .order_by(Job.kind, Job.state)
    )
    counts = [schemas.KindCount(kind, state, count) for kind, state, count in await session.execute(counted)]
    depths = [schemas.QueueDepth(queue.name, queue.queued, queue.oldest_age_seconds) for queue in await queues(session)]
    return schemas.Statistics(jobs=counts, queues=depths)
