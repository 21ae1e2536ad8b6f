"""What visualizations do when something happens to entries, photos and jobs."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import events as job_events
from evoke.domains.journal import events as journal_events
from evoke.domains.journal.models import JournalEntry
from evoke.domains.photos import events as photo_events
from evoke.domains.photos.service import feelings
from evoke.domains.visualizations import queries
from evoke.domains.visualizations.service import asking, drawing, erasing, removing
from evoke.domains.visualizations.tools import Tools
from evoke.platform.events import Bus
from evoke.platform.postgres.engine import WriteSession

CANCELLED = "CANCELLED"


def subscribe(bus: Bus, tools: Tools) -> None:
    bus.subscribe(journal_events.EntryChanged, _follow_entry(tools))
    bus.subscribe(journal_events.EntryDeleted, _entry_deleted)
    bus.subscribe(journal_events.JournalErased, _erased)
    bus.subscribe(photo_events.PhotosPurged, _photos_purged)
    bus.subscribe(job_events.JobFailed, _job_failed)
    bus.subscribe(job_events.JobCancelled, _job_cancelled)
    bus.subscribe(job_events.JobRetried, _job_retried)


def _follow_entry(tools: Tools) -> Callable[[WriteSession, journal_events.EntryChanged], Awaitable[None]]:
    """The picture of an entry is tied to the emotions that the entry has now."""

    async def follow(session: WriteSession, event: journal_events.EntryChanged) -> None:
        row = await queries.find_of_entry(session, event.owner_id, event.entry_id)
        if row is None:
            return
        mine = (JournalEntry.owner_id == event.owner_id, JournalEntry.id == event.entry_id)
        felt = await session.scalar(select(JournalEntry.emotions).where(*mine))
        row.feelings = list(felt or ())
        await session.flush()
        if row.photo_id is not None:
            actor = Actor(user_id=event.owner_id, role="user")
            await feelings.tie(session, tools.library, actor, row.photo_id, row.feelings)

    return follow


async def _entry_deleted(session: WriteSession, event: journal_events.EntryDeleted) -> None:
    await removing.delete_of_entry(session, event.owner_id, event.entry_id)


async def _erased(session: WriteSession, event: journal_events.JournalErased) -> None:
    await erasing.erase(session, event.owner_id)


async def _photos_purged(session: WriteSession, event: photo_events.PhotosPurged) -> None:
    await removing.delete_without_photo(session, event.owner_id, event.photo_ids)


async def _job_failed(session: WriteSession, event: job_events.JobFailed) -> None:
    """A job that ends as a dead letter: its visualization says why."""
    if event.kind != asking.DRAW or event.subject_id is None:
        return
    ours = event.code in drawing.CODES
    message = event.message if ours else "Something went wrong while it was drawn. Try again."
    code = event.code if ours else drawing.FAILED
    await drawing.give_up(session, event.owner_id, event.subject_id, code=code, message=message)


async def _job_cancelled(session: WriteSession, event: job_events.JobCancelled) -> None:
    if event.kind == asking.DRAW and event.subject_id is not None:
        await drawing.give_up(
            session, event.owner_id, event.subject_id, code=CANCELLED, message="It was cancelled. Try again."
        )


async def _job_retried(session: WriteSession, event: job_events.JobRetried) -> None:
    if event.kind == asking.DRAW and event.subject_id is not None:
        await asking.wait_again(session, event.owner_id, event.subject_id)
