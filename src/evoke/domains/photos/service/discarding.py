"""Photos that go for good at once, without the trash: rows in the caller's transaction, files by a job after it."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete

from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.schemas import NewJob
from evoke.domains.photos import events, queries
from evoke.domains.photos.models import Photo
from evoke.domains.photos.service.trashing import Gone
from evoke.platform.postgres.engine import WriteSession

DISCARD = "photos.discard"
BATCH = 200


async def discard(session: WriteSession, owner_id: uuid.UUID, photo_ids: Iterable[uuid.UUID]) -> int:
    """How many there were. Ids of photos that are gone, or somebody else's, are passed over."""
    wanted = list(dict.fromkeys(photo_ids))
    if not wanted:
        return 0
    deleted = (
        await session.execute(
            delete(Photo)
            .where(Photo.owner_id == owner_id, Photo.id.in_(wanted))
            .returning(Photo.id, Photo.sha256, Photo.size_bytes)
            .execution_options(synchronize_session=False)
        )
    ).all()
    if not deleted:
        return 0
    await queries.add_usage(session, owner_id, photos=-len(deleted), size_bytes=-sum(row.size_bytes for row in deleted))
    await session.publish(events.PhotosPurged(owner_id, tuple(row.id for row in deleted)))
    named = [[str(row.id), row.sha256.hex()] for row in deleted]
    await jobs.enqueue_many(
        session,
        [
            NewJob(kind=DISCARD, owner_id=owner_id, args={"gone": named[at : at + BATCH]})
            for at in range(0, len(named), BATCH)
        ],
    )
    return len(deleted)


def read_gone(named: Sequence[Sequence[str]]) -> list[Gone]:
    """What `discard` wrote into its job."""
    return [Gone(uuid.UUID(photo_id), bytes.fromhex(sha256)) for photo_id, sha256 in named]
