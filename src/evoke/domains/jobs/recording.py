"""What becomes of an attempt, written down.

Every statement asks that the job is still running under the pointer of this attempt. A worker that was cut off
and comes back late therefore changes nothing: it is told False.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from evoke.domains.jobs import enqueuing, events
from evoke.domains.jobs.models import Job
from evoke.domains.jobs.schemas import Claim, Progress
from evoke.platform.postgres.engine import ReadSession, WriteSession
from evoke.platform.queue import pointers

LONGEST_TEXT = 1000

# As text, since it runs for every job: building it from its parts costs more than running it.
_DONE = """
UPDATE jobs SET
    state = 'done', finished_at = now(), progress_done = coalesce($4, progress_done),
    progress_total = coalesce($5, progress_total), progress_unit = coalesce($6, progress_unit),
    progress_message = coalesce($7, progress_message)
WHERE owner_id = $1 AND id = $2 AND queue_job_id = $3 AND state = 'running'
"""

log = structlog.get_logger(__name__)


def _is_current(claim: Claim) -> sa.ColumnElement[bool]:
    return sa.and_(
        Job.owner_id == claim.owner_id,
        Job.id == claim.id,
        Job.queue_job_id == claim.pointer,
        Job.state == "running",
    )


async def _write(session: WriteSession, claim: Claim, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    statement = sa.update(Job).where(_is_current(claim), *conditions).values(**values).returning(Job.id)
    written = await session.execute(statement.execution_options(synchronize_session=False))
    return written.first() is not None


def _progress(progress: Progress | None) -> dict[str, Any]:
    if progress is None:
        return {}
    return {
        "progress_done": progress.done,
        "progress_total": progress.total,
        "progress_unit": _storable(progress.unit),
        "progress_message": _storable(progress.message),
    }


def _storable(text: str | None) -> str | None:
    """`text` as PostgreSQL takes it. Messages quote file names, and those may hold anything."""
    return text and text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST_TEXT]


async def is_current(session: ReadSession, claim: Claim) -> bool:
    """Whether the job still runs under this attempt."""
    return (await session.execute(sa.select(Job.id).where(_is_current(claim)))).first() is not None


async def advanced(session: WriteSession, claim: Claim, progress: Progress) -> bool:
    return await _write(session, claim, **_progress(progress))


async def done(session: WriteSession, claim: Claim, progress: Progress | None, message: str | None) -> bool:
    connection = await session.connection()
    told = _progress(progress)
    if message is not None:
        told["progress_message"] = _storable(message)
    values = (told.get(f"progress_{name}") for name in ("done", "total", "unit", "message"))
    written = await connection.exec_driver_sql(_DONE, (claim.owner_id, claim.id, claim.pointer, *values))
    return written.rowcount == 1


async def failed(session: WriteSession, claim: Claim, progress: Progress | None, *, code: str, message: str) -> bool:
    """The end of a job that did not work: a dead letter with its reason."""
    written = await _write(
        session,
        claim,
        state="failed",
        error_code=code,
        error_message=_storable(message),
        finished_at=sa.func.now(),
        **_progress(progress),
    )
    if written:
        await _publish(
            session,
            events.JobFailed(
                claim.id, claim.owner_id, claim.kind, claim.subject_type, claim.subject_id, code=code, message=message
            ),
        )
    return written


async def cancelled(session: WriteSession, claim: Claim, progress: Progress | None) -> bool:
    written = await _write(
        session, claim, state="cancelled", cancel_requested=True, finished_at=sa.func.now(), **_progress(progress)
    )
    if written:
        await _publish(
            session,
            events.JobCancelled(claim.id, claim.owner_id, claim.kind, claim.subject_type, claim.subject_id),
        )
    return written


async def again(
    session: WriteSession,
    claim: Claim,
    *,
    after: timedelta,
    counted: bool = True,
    crashed: bool = False,
    code: str | None = None,
    message: str | None = None,
) -> bool:
    """Let the job wait for another attempt; one that somebody wants cancelled is cancelled instead.

    Without `counted` this attempt was none. `crashed` is for one whose worker died.
    """
    due_at = (await session.execute(sa.select(sa.func.now() + after))).scalar_one()
    payload = enqueuing.encode_payload(claim.owner_id, claim.id)
    (pointer,) = await pointers.put(session, [pointers.NewPointer(claim.queue, payload, claim.priority, due_at)])
    written = await _write(
        session,
        claim,
        sa.not_(Job.cancel_requested),
        state="queued",
        queue_job_id=pointer,
        run_after=due_at,
        attempts=Job.attempts - (0 if counted else 1),
        crashes=Job.crashes + (1 if crashed else 0),
        error_code=code,
        error_message=_storable(message),
    )
    if written:
        return True
    await pointers.drop(session, [pointer])
    return await cancelled(session, claim, None)


async def _publish(session: WriteSession, event: object) -> None:
    """Tell subscribers; one that fails must not keep the job from ending, or it would be run for ever."""
    try:
        async with session.begin_nested():
            await session.publish(event)
    except Exception:
        log.exception("jobs.subscriber_failed", job_event=type(event).__name__)
