"""What a worker does beside its jobs: give signs of life, hear what is no longer wanted, keep schedules."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from evoke.domains.jobs import service
from evoke.domains.jobs.models import SYSTEM, Job
from evoke.domains.jobs.registry import Registry
from evoke.domains.jobs.schemas import Claim
from evoke.kit.time import utc_now
from evoke.platform.postgres.engine import Database, WriteSession
from evoke.platform.queue import pointers, schedules

LONGEST_REST_SECONDS = 30.0
MARGIN_SECONDS = 0.05  # rather a moment late than a moment early, and then late by a whole rest


@dataclass(frozen=True, slots=True)
class Verdict:
    """Pointers of attempts that should stop: because of a request, or because the job has gone on without them."""

    unwanted: Sequence[int]
    superseded: Sequence[int]


async def check(session: WriteSession, worker: uuid.UUID, claims: Sequence[Claim]) -> Verdict:
    """Renew the heartbeats of `claims`, and look which of them should stop."""
    await pointers.beat(session, worker, [claim.pointer for claim in claims])
    keys = [(claim.owner_id, claim.id) for claim in claims]
    current = sa.select(Job.queue_job_id, Job.cancel_requested).where(
        sa.tuple_(Job.owner_id, Job.id).in_(keys), Job.state == "running"
    )
    found = {row.queue_job_id: row.cancel_requested for row in await session.execute(current)}
    return Verdict(
        unwanted=[pointer for pointer, cancel in found.items() if cancel],
        superseded=[claim.pointer for claim in claims if claim.pointer not in found],
    )


async def enqueue_due(database: Database, registry: Registry) -> float:
    """Enqueue the scheduled jobs that are due, each once however many workers ask; answers the seconds to rest.

    The schedule moves on in the same transaction, so nothing is lost between the two. A job whose predecessor
    still waits or runs is left out.
    """
    crons = registry.schedules
    if not crons:
        return LONGEST_REST_SECONDS
    async with database.transaction() as session:
        await schedules.remember(session, crons)
        for kind in await schedules.due(session, crons):
            task = registry.find(kind)
            if task is not None and not await _is_open(session, kind):
                await service.enqueue(session, kind, owner_id=SYSTEM, args={}, priority=task.priority, queue=task.queue)
    now = utc_now()
    next_in = min(schedules.seconds_to_next(expression, now) for expression in crons.values())
    return min(next_in + MARGIN_SECONDS, LONGEST_REST_SECONDS)


async def _is_open(session: WriteSession, kind: str) -> bool:
    query = sa.select(Job.id).where(Job.owner_id == SYSTEM, Job.kind == kind, Job.state.in_(("queued", "running")))
    return (await session.execute(query.limit(1))).first() is not None
