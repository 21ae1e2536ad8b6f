"""Asking for the picture of an entry: a row and a job in one transaction."""

import secrets
import uuid

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.journal.service import entries
from evoke.domains.visualizations import errors, notices, queries, schemas
from evoke.domains.visualizations.models import Visualization
from evoke.domains.visualizations.service import estimating
from evoke.domains.visualizations.tools import Tools
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import WriteSession

DRAW = "visualizations.draw"
WAITING = "Waiting for its turn"
MEND_SECONDS = 300
"""When to try again what a person has to set up first."""


async def ask(session: WriteSession, tools: Tools, actor: Actor, form: schemas.NewVisualization) -> schemas.Accepted:
    """A new visualization in the place of a failed or finished one; the picture of that goes once this one is there.

    Raises EntryNotFound, InProgress, TooManyInFlight, DrawingUnavailable.
    """
    if not tools.options.is_configured:
        raise errors.DrawingUnavailable(
            "Pictures cannot be drawn here: Gemini has no key. Set GEMINI_API_KEY.",
            service="nanobanana_api",
            retry_after_seconds=MEND_SECONDS,
            reason="configuration",
        )
    entry = await entries.find_for_change(session, actor, form.entry_id)
    before = await queries.find_of_entry(session, actor.user_id, form.entry_id)
    if before is not None and before.status in queries.OPEN:
        raise errors.InProgress(visualization_id=str(before.id))
    await _find_room(session, tools, actor)
    replaced = None
    if before is not None:
        replaced = before.photo_id or before.replaced_photo_id
        await session.delete(before)
        await session.flush()
    row = Visualization(
        owner_id=actor.user_id,
        id=new_id(),
        entry_id=form.entry_id,
        kind="entry",
        style=form.style,
        status="pending",
        progress=0,
        message=WAITING,
        version=1,
        seed=secrets.randbelow(schemas.MAX_SEED),
        feelings=list(entry.emotions),
        replaced_photo_id=replaced,
        retry_allowed=False,
        expected_seconds=await estimating.seconds(session, tools, "entry", form.style),
        created_at=tools.clock(),
    )
    session.add(row)
    await session.flush()
    return await _enqueue(session, row)


async def retry(session: WriteSession, tools: Tools, actor: Actor, visualization_id: uuid.UUID) -> schemas.Accepted:
    """Draw one that failed again, from where it failed. Raises VisualizationNotFound, NotRetryable, TooManyInFlight."""
    row = await queries.find_locked(session, actor.user_id, visualization_id)
    if row is None:
        raise errors.VisualizationNotFound
    if row.status != "failed" or not row.retry_allowed:
        raise errors.NotRetryable(status=row.status)
    await _find_room(session, tools, actor)
    await _wait_again(session, row)
    return await _enqueue(session, row)


async def wait_again(session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID) -> None:
    """When its job was put back into the queue. One that is finished, or gone, stays as it is."""
    row = await queries.find_locked(session, owner_id, visualization_id)
    if row is not None and row.status == "failed":
        await _wait_again(session, row)


async def _wait_again(session: WriteSession, row: Visualization) -> None:
    row.status, row.progress, row.message = "pending", 0, WAITING
    row.version += 1
    row.error_code = row.error_message = row.started_at = None
    row.retry_allowed = False
    await session.flush()
    await notices.tell(session, notices.State(row.owner_id, row.id, row.version, "pending", 0, WAITING))


async def _find_room(session: WriteSession, tools: Tools, actor: Actor) -> None:
    await queries.lock_owner(session, actor.user_id)
    most = tools.options.max_in_flight
    if await queries.in_flight(session, actor.user_id) >= most:
        wait = await estimating.seconds(session, tools, "entry", "abstract")
        raise errors.TooManyInFlight(limit=most, retry_after_seconds=wait)


async def _enqueue(session: WriteSession, row: Visualization) -> schemas.Accepted:
    job = await jobs.enqueue(
        session,
        DRAW,
        owner_id=row.owner_id,
        args={"visualization_id": str(row.id)},
        subject=("visualization", row.id),
        priority=jobs.INTERACTIVE,
    )
    row.job_id = job.id
    await session.flush()
    if row.entry_id is not None:
        await entries.link_visualization(session, row.owner_id, row.entry_id, row.id, ready=False)
    return schemas.Accepted(
        visualization_id=row.id,
        status="processing",
        estimated_time_seconds=row.expected_seconds,
        polling_url=f"/api/v1/visualizations/{row.id}",
    )
