"""Visualizations that go, and their pictures with them.

Rows are locked in one order everywhere: job, entry, visualization, photo. A job whose visualization is gone notices
that at its next sign of progress, and gives up what it has begun.
"""

import uuid
from collections.abc import Iterable

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.errors import JobFinished, JobNotFound
from evoke.domains.journal.errors import EntryNotFound
from evoke.domains.journal.service import entries
from evoke.domains.photos.service import discarding
from evoke.domains.visualizations import errors, events, notices, queries
from evoke.domains.visualizations.models import Visualization
from evoke.platform.postgres.engine import WriteSession


async def delete(session: WriteSession, actor: Actor, visualization_id: uuid.UUID) -> None:
    """For good, whatever its state. Raises VisualizationNotFound."""
    row = await queries.find(session, actor, visualization_id)
    if row is None:
        raise errors.VisualizationNotFound
    if row.job_id is not None and row.status in queries.OPEN:
        await _cancel(session, actor.user_id, row.job_id)
    if row.entry_id is not None:
        await _unlink(session, actor, row.entry_id)
    found = await queries.find_locked(session, actor.user_id, visualization_id)
    if found is None:
        raise errors.VisualizationNotFound
    await _remove(session, found)


async def delete_of_entry(session: WriteSession, owner_id: uuid.UUID, entry_id: uuid.UUID) -> None:
    """When the entry is gone."""
    found = await queries.find_of_entry(session, owner_id, entry_id)
    if found is not None:
        await _remove(session, found)


async def delete_without_photo(session: WriteSession, owner_id: uuid.UUID, photo_ids: Iterable[uuid.UUID]) -> None:
    """When pictures were deleted for good: a visualization is its picture, and its entry may have another one."""
    actor = Actor(user_id=owner_id, role="user")
    for row in await queries.delete_by_photos(session, owner_id, list(photo_ids)):
        if row.entry_id is not None:
            await _unlink(session, actor, row.entry_id)
        await _say_deleted(session, owner_id, row.id)


async def _remove(session: WriteSession, row: Visualization) -> None:
    photo_ids = {photo_id for photo_id in (row.photo_id, row.replaced_photo_id) if photo_id is not None}
    await session.delete(row)
    await session.flush()
    await discard_unused(session, row.owner_id, photo_ids)
    await _say_deleted(session, row.owner_id, row.id)


async def discard_unused(session: WriteSession, owner_id: uuid.UUID, photo_ids: set[uuid.UUID]) -> int:
    """Delete pictures for good, but those that another visualization has, too; how many went."""
    if not photo_ids:
        return 0
    used = await queries.used_elsewhere(session, owner_id, photo_ids)
    return await discarding.discard(session, owner_id, photo_ids - used)


async def _say_deleted(session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID) -> None:
    await notices.tell(session, notices.State.deleted(owner_id, visualization_id))
    await session.publish(events.VisualizationDeleted(owner_id, visualization_id))


async def _cancel(session: WriteSession, owner_id: uuid.UUID, job_id: uuid.UUID) -> None:
    try:
        await jobs.cancel(session, job_id, owner_id=owner_id)
    except (JobNotFound, JobFinished):
        return  # it ended in this very moment


async def _unlink(session: WriteSession, actor: Actor, entry_id: uuid.UUID) -> None:
    try:
        await entries.find_for_change(session, actor, entry_id)
    except EntryNotFound:
        return
    await entries.link_visualization(session, actor.user_id, entry_id, None)
