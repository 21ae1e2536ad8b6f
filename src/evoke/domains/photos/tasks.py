"""The jobs of the library."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.registry import Task
from evoke.domains.photos import addresses, examining
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.domains.photos.service import adding, discarding, editing, processing, trashing

SWEEP_BATCH = 1000


def tasks(library: Library, tools: examining.Tools) -> list[Task]:
    return [
        Task(kind=adding.PROCESS, handler=partial(_process, library, tools), max_attempts=5, timeout=600),
        Task(kind=editing.LOCATE, handler=partial(_locate, tools), max_attempts=5, timeout=120),
        Task(kind=trashing.PURGE, handler=partial(_purge, library), max_attempts=5, timeout=6 * 3600),
        Task(kind=discarding.DISCARD, handler=partial(_discard, library), max_attempts=5, timeout=600),
        Task(kind="photos.expire_trash", handler=partial(_expire, library), timeout=6 * 3600, schedule="17 * * * *"),
        Task(kind="photos.sweep_blobs", handler=partial(_sweep, library), timeout=12 * 3600, schedule="41 3 * * *"),
    ]


async def _process(library: Library, tools: examining.Tools, context: JobContext, photo_id: uuid.UUID) -> None:
    """Metadata, place, renditions of one photo."""
    owner_id = context.job.owner_id
    async with context.database.transaction() as session:
        work = await processing.begin(session, owner_id, photo_id)
    if work is None:
        return
    if not work.row.rendition:  # a cancelled or failed attempt leaves nothing behind that nobody can see
        context.on_cleanup(lambda: library.blobs.delete(addresses.renditions_of(owner_id, photo_id)))
    examined = await processing.compute(
        library, tools, work, in_thread=context.in_thread, check=context.check_cancelled
    )
    async with context.database.transaction() as session:
        kept = await processing.write(session, library, work, examined)
        await context.finish_in(session)
    if not kept:  # deleted while it was processed: what was just made for it goes as well
        await library.blobs.delete(addresses.files_of(owner_id, work.photo_id, work.row.sha256)[1:])


async def _locate(tools: examining.Tools, context: JobContext, photo_id: uuid.UUID) -> None:
    """Names for a place that a person chose."""
    owner_id = context.job.owner_id
    async with context.database.read() as session:
        position = await processing.position_of(session, owner_id, photo_id)
    if position is None:
        return
    place = await context.in_thread(tools.places.find, position[0], position[1])
    async with context.database.transaction() as session:
        await processing.name_place(session, owner_id, photo_id, position, place)
        await context.finish_in(session)


async def _purge(
    library: Library, context: JobContext, trashed_before: datetime, owner_id: uuid.UUID | None = None
) -> None:
    """Delete what an owner's trash held at a moment, rows first, then files."""
    owner, done = owner_id or context.job.owner_id, 0
    while True:
        context.check_cancelled()
        async with context.database.transaction() as session:
            gone = await trashing.delete_batch(session, owner, trashed_before=trashed_before)
        if not gone:
            return
        await trashing.delete_files(context.database, library, owner, gone)
        done += len(gone)
        await context.progress(done, None, "photos")


async def _discard(library: Library, context: JobContext, gone: list[list[str]]) -> None:
    """The files of photos whose rows are gone."""
    await trashing.delete_files(context.database, library, context.job.owner_id, discarding.read_gone(gone))


async def _expire(library: Library, context: JobContext) -> None:
    """Empty every trash of what is older than it keeps."""
    before = library.clock() - timedelta(days=library.options.trash_days)
    async with context.database.read() as session:
        owners = await trashing.list_expired_owners(session, library)
    for number, owner in enumerate(owners):
        await _purge(library, context, before, owner)
        await context.progress(number + 1, len(owners), "libraries")


async def _sweep(library: Library, context: JobContext) -> None:
    """Remove blobs that no photo knows: what a crash left between a file and its row."""
    await library.blobs.sweep_temporary()
    done = 0
    for kind in (addresses.ORIGINALS, addresses.RENDITIONS, addresses.SIDECARS):
        batch: list[Any] = []
        async for info in library.blobs.iterate(kind):
            batch.append(info)
            if len(batch) == SWEEP_BATCH:
                done += await _remove_orphans(context, library, kind, batch)
                batch = []
        done += await _remove_orphans(context, library, kind, batch)
    await context.progress(done, done, "orphans removed")


async def _remove_orphans(context: JobContext, library: Library, kind: str, infos: Sequence[Any]) -> int:
    """Only blobs older than the grace: a younger one may belong to an upload that is about to write its row."""
    context.check_cancelled()
    before = library.clock() - timedelta(seconds=library.options.sweep_grace_seconds)
    old = {info.key: _named(kind, info.key) for info in infos if info.last_modified < before}
    orphans = [key for key, name in old.items() if name is None]
    named = {key: name for key, name in old.items() if name is not None}
    known = await _known(context, kind, named)
    orphans.extend(key for key, name in named.items() if name not in known)
    await library.blobs.delete(orphans)
    return len(orphans)


def _named(kind: str, key: str) -> tuple[uuid.UUID, uuid.UUID | bytes] | None:
    """The owner and the digest or photo that an address belongs to; None for what no address looks like."""
    parts = key.split("/")
    try:
        owner = uuid.UUID(parts[1])
        return owner, bytes.fromhex(parts[3]) if kind == addresses.ORIGINALS else uuid.UUID(parts[3])
    except (ValueError, IndexError):
        return None


async def _known(
    context: JobContext, kind: str, named: dict[str, tuple[uuid.UUID, uuid.UUID | bytes]]
) -> set[tuple[uuid.UUID, uuid.UUID | bytes]]:
    column: Any = Photo.sha256 if kind == addresses.ORIGINALS else Photo.id
    known: set[tuple[uuid.UUID, uuid.UUID | bytes]] = set()
    for owner in {owner for owner, _ in named.values()}:
        wanted = [name for holder, name in named.values() if holder == owner]
        async with context.database.read() as session:
            found = await session.scalars(select(column).where(Photo.owner_id == owner, column.in_(wanted)))
            known.update((owner, name) for name in found)
    return known
