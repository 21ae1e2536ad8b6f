"""The trash: in, out, and emptied. What leaves it leaves with its files."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, select

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.photos import addresses, events, queries, schemas
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.kit.errors import NotFound
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

PURGE = "photos.purge"
BATCH = 500


@dataclass(frozen=True)
class Gone:
    """A photo whose row was deleted."""

    id: uuid.UUID
    sha256: bytes


async def trash(session: WriteSession, library: Library, actor: Actor, photo_id: uuid.UUID) -> None:
    """Raises NotFound. Trashing what is in the trash changes nothing."""
    if await queries.find(session, actor, photo_id) is None:
        raise NotFound("There is no such photo.")
    changed = await queries.set_trashed(session, actor, [photo_id], trashed=True, now=library.clock())
    if changed:
        await session.publish(events.PhotosUpdated(actor.user_id, tuple(changed)))


async def restore(
    session: WriteSession, library: Library, actor: Actor, ids: Sequence[uuid.UUID]
) -> list[schemas.BulkResult]:
    """`not_found` also for what is not in the trash."""
    changed = await queries.set_trashed(session, actor, ids, trashed=False, now=library.clock())
    if changed:
        await session.publish(events.PhotosUpdated(actor.user_id, tuple(changed)))
    return [
        schemas.BulkResult(id=photo_id, status="restored" if photo_id in changed else "not_found")
        for photo_id in dict.fromkeys(ids)
    ]


async def empty(session: WriteSession, library: Library, actor: Actor) -> schemas.TrashAnswer:
    """Begin to delete everything that is in the trash now."""
    now = library.clock()
    in_trash = and_(queries.visible_to(actor), Photo.trashed_at <= now)
    count = int((await session.execute(select(func.count()).where(in_trash))).scalar_one())
    if not count:
        return schemas.TrashAnswer(count=0, job_id=None)
    job = await jobs.enqueue(
        session,
        PURGE,
        owner_id=actor.user_id,
        args={"trashed_before": now.isoformat()},
        subject=("user", actor.user_id),
        priority=jobs.INTERACTIVE,
    )
    return schemas.TrashAnswer(count=count, job_id=job.id)


async def list_expired_owners(session: ReadSession, library: Library) -> list[uuid.UUID]:
    """The owners with photos that were in the trash for longer than it keeps them."""
    before = library.clock() - timedelta(days=library.options.trash_days)
    return list(await session.scalars(select(Photo.owner_id).where(Photo.trashed_at < before).distinct()))


async def delete_batch(session: WriteSession, owner_id: uuid.UUID, *, trashed_before: datetime) -> list[Gone]:
    """Delete the rows of some photos of the trash. Their files go after the commit."""
    chosen = (
        select(Photo.id)
        .where(Photo.owner_id == owner_id, Photo.trashed_at <= trashed_before)
        .order_by(Photo.trashed_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    deleted = (
        await session.execute(
            delete(Photo)
            .where(Photo.owner_id == owner_id, Photo.id.in_(chosen))
            .returning(Photo.id, Photo.sha256, Photo.size_bytes)
            .execution_options(synchronize_session=False)
        )
    ).all()
    if deleted:
        await queries.add_usage(
            session, owner_id, photos=-len(deleted), size_bytes=-sum(row.size_bytes for row in deleted)
        )
        await session.publish(events.PhotosPurged(owner_id, tuple(row.id for row in deleted)))
    return [Gone(row.id, row.sha256) for row in deleted]


async def delete_files(database: Database, library: Library, owner_id: uuid.UUID, gone: Sequence[Gone]) -> None:
    """Delete the files of photos whose rows are gone, but not an original that was uploaded again meanwhile."""
    digests = [photo.sha256 for photo in gone]
    async with database.read() as session:
        again = set(
            await session.scalars(select(Photo.sha256).where(Photo.owner_id == owner_id, Photo.sha256.in_(digests)))
        )
    wanted: list[str] = []
    for photo in gone:
        files = addresses.files_of(owner_id, photo.id, photo.sha256)
        wanted.extend(files[1:] if photo.sha256 in again else files)
    await library.blobs.delete(wanted)
