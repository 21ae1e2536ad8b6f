"""What the library does when something happens to its jobs."""

from collections.abc import Awaitable, Callable

from sqlalchemy import update

from evoke.domains.jobs import events as job_events
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.domains.photos.service import adding, processing
from evoke.platform.events import Bus
from evoke.platform.postgres.engine import WriteSession

Cancelled = Callable[[WriteSession, job_events.JobCancelled], Awaitable[None]]
Failed = Callable[[WriteSession, job_events.JobFailed], Awaitable[None]]


def subscribe(bus: Bus, library: Library) -> None:
    bus.subscribe(job_events.JobFailed, _mark_failed(library))
    bus.subscribe(job_events.JobCancelled, _mark_cancelled(library))
    bus.subscribe(job_events.JobRetried, _mark_queued)


def _mark_failed(library: Library) -> Failed:
    """A photo whose job is a dead letter says so itself."""

    async def mark(session: WriteSession, event: job_events.JobFailed) -> None:
        if event.kind == adding.PROCESS and event.subject_id is not None:
            await processing.give_up(
                session, library, event.owner_id, event.subject_id, code=event.code, message=event.message
            )

    return mark


def _mark_cancelled(library: Library) -> Cancelled:
    async def mark(session: WriteSession, event: job_events.JobCancelled) -> None:
        if event.kind == adding.PROCESS and event.subject_id is not None:
            await processing.give_up(
                session,
                library,
                event.owner_id,
                event.subject_id,
                code="CANCELLED",
                message="Processing was cancelled. Retry its job to finish.",
            )

    return mark


async def _mark_queued(session: WriteSession, event: job_events.JobRetried) -> None:
    if event.kind != adding.PROCESS or event.subject_id is None:
        return
    await session.execute(
        update(Photo)
        .where(Photo.owner_id == event.owner_id, Photo.id == event.subject_id)
        .values(processing_state="queued")
        .execution_options(synchronize_session=False)
    )
