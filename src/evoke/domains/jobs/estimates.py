"""The measurements that estimates stand on."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from evoke.domains.jobs import eta
from evoke.domains.jobs.models import Job, PausedQueue
from evoke.platform.postgres.engine import ReadSession

SAMPLE = 50
SAMPLE_AGE = timedelta(hours=24)

Rank = tuple[int, int]  # priority and pointer: the order in which a queue is worked


async def measure(session: ReadSession, jobs: Sequence[Job]) -> dict[uuid.UUID, int]:
    """Seconds that each of `jobs` will still take, for those where there is ground to say so."""
    unfinished = [job for job in jobs if job.state in ("queued", "running")]
    if not unfinished:
        return {}
    now = datetime.now(UTC)
    waiting = [job for job in unfinished if job.state == "queued"]
    ahead = await _ahead(session, waiting)
    kinds = {job.kind for job in unfinished}.union(*(found.by_kind for found in ahead.values()))
    means = await _mean_durations(session, kinds)
    etas: dict[uuid.UUID, int] = {}
    for job in unfinished:
        if job.state == "queued":
            waits = max((job.run_after - now).total_seconds(), 0)
            seconds = eta.until_reached(job.kind, ahead[job.id], means, waits) if job.id in ahead else None
        else:
            started = job.started_at or now
            seconds = eta.until_done(job.progress_done, job.progress_total, started, now, means.get(job.kind))
        if seconds is not None:
            etas[job.id] = round(seconds)
    return etas


async def _mean_durations(session: ReadSession, kinds: Iterable[str]) -> dict[str, float]:
    """Mean seconds from start to end of the last jobs of each kind that were done."""
    kind = sa.func.unnest(sa.bindparam("kinds", list(kinds), ARRAY(sa.Text))).table_valued("kind").render_derived()
    last = (
        sa.select((Job.finished_at - Job.started_at).label("took"))
        .where(Job.state == "done", Job.kind == kind.c.kind, Job.finished_at > sa.func.now() - SAMPLE_AGE)
        .order_by(Job.finished_at.desc())
        .limit(SAMPLE)
        .lateral()
    )
    query = (
        sa.select(kind.c.kind, sa.func.avg(sa.func.extract("epoch", last.c.took)))
        .select_from(kind.join(last, sa.true()))
        .group_by(kind.c.kind)
    )
    return {name: float(mean) for name, mean in await session.execute(query)}


async def _ahead(session: ReadSession, waiting: Sequence[Job]) -> dict[uuid.UUID, eta.Ahead]:
    """What stands before each of `waiting`, from one walk over each queue; none for queues that are paused."""
    found: dict[uuid.UUID, eta.Ahead] = {}
    by_queue: dict[str, list[Job]] = defaultdict(list)
    for job in waiting:
        by_queue[job.queue].append(job)
    paused = set(await session.scalars(sa.select(PausedQueue.name))) if by_queue else set()
    for queue, jobs in by_queue.items():
        if queue in paused:
            continue
        thresholds = sorted({job.queue_job_id for job in jobs})
        counts = await _counts(session, queue, thresholds)
        running = await session.scalar(sa.select(sa.func.count()).where(Job.queue == queue, Job.state == "running"))
        for job in jobs:
            bucket = thresholds.index(job.queue_job_id)
            before: Counter[str] = Counter()
            for kind, priority, pointers_passed, count in counts:
                if priority > job.priority or (priority == job.priority and pointers_passed <= bucket):
                    before[kind] += count
            found[job.id] = eta.Ahead(by_kind=before, running=running or 0)
    return found


async def _counts(session: ReadSession, queue: str, thresholds: list[int]) -> list[tuple[str, int, int, int]]:
    """Jobs of `queue` that may run, counted by kind, priority and how many thresholds their pointer has reached."""
    passed = sa.func.width_bucket(Job.queue_job_id, sa.bindparam("thresholds", thresholds, ARRAY(sa.BigInteger)))
    query = (
        sa.select(Job.kind, Job.priority, passed.label("passed"), sa.func.count())
        .where(Job.queue == queue, Job.state == "queued", Job.run_after <= sa.func.now())
        .group_by(Job.kind, Job.priority, sa.text("passed"))
    )
    return [(kind, priority, bucket, count) for kind, priority, bucket, count in await session.execute(query)]
