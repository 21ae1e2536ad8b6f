"""Adding a photo.

Two steps, because a transaction must not wait for a disk: `keep` looks at what was received and moves it to its
content address; `record` writes the row and the job in the caller's transaction. A crash between the two leaves
a blob without a row, which the sweep removes.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, update

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.schemas import NewJob
from evoke.domains.photos import addresses, dates, errors, events, presenting, queries
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.kit import ids, texts
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.blobs.spool import Spool
from evoke.platform.crypto.errors import BlobCorrupt
from evoke.platform.metadata import sidecars
from evoke.platform.pictures import sniff
from evoke.platform.postgres.engine import Database, WriteSession
from evoke.platform.postgres.quickly import Record

PROCESS = "photos.process"
GONE = "The photo was deleted while it was being added. Send it again."


@dataclass(frozen=True)
class Drawn:
    """What is known of a picture that was drawn rather than taken. `taken_at` is aware: the moment that it is about.

    Reading the file changes nothing of this.
    """

    visualization_id: uuid.UUID
    taken_at: datetime
    time_zone: str | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None
    feelings: tuple[str, ...] = ()


CAPTION_SOURCE = "visualization"


@dataclass(frozen=True)
class Received:
    """What came with the file; times are aware."""

    file_name: str | None
    sidecar: bytes | None = None
    file_created_at: datetime | None = None
    file_modified_at: datetime | None = None
    favorite: bool = False
    hidden: bool = False
    bulk: bool = False
    drawn: Drawn | None = None


@dataclass(frozen=True)
class Kept:
    """An original at its address, not yet in the table; `photo_id` is what the photo is called if it is new."""

    received: Received
    kind: sniff.Kind
    size: int
    sha256: bytes
    sha1: bytes
    photo_id: uuid.UUID
    sidecar_kind: str | None


@dataclass(frozen=True)
class Recorded:
    """What became of one of them; `photo_id` is that of the photo that was there, for a duplicate."""

    photo_id: uuid.UUID
    duplicate: bool


async def keep(
    database: Database, library: Library, actor: Actor, spool: Spool, received: Received, *, certainly_new: bool = False
) -> Kept:
    """Raises UnsupportedMedia, InvalidSidecar, and what the blob store raises.

    Whether the bytes are there already is asked only for a sidecar, which is kept under the id of the photo;
    `certainly_new` saves even that, for who has asked before.
    """
    kind = sniff.sniff(spool.head)
    if kind is None:
        raise errors.UnsupportedMedia(size_bytes=spool.size)
    result = await spool.finish()
    sidecar_kind = _sidecar_kind(received.sidecar)
    known = None
    if received.sidecar is not None and not certainly_new:
        async with database.read() as session:
            known = await queries.find_by_sha256(session, actor, result.sha256)
    photo_id = known.id if known else ids.new_id()
    # Where the photo is known, too: its file may be lost or damaged, and the same bytes again mend that.
    await library.blobs.adopt(spool, addresses.original(actor.user_id, result.sha256))
    if received.sidecar is not None and (known is None or known.sidecar_kind is None):
        key = await library.key_for_writing(actor.user_id)
        await library.blobs.put_bytes(addresses.sidecar(actor.user_id, photo_id), received.sidecar, key)
    return Kept(
        received=received,
        kind=kind,
        size=result.size,
        sha256=result.sha256,
        sha1=result.sha1,
        photo_id=photo_id,
        sidecar_kind=sidecar_kind,
    )


async def add(database: Database, library: Library, actor: Actor, kept: Kept) -> tuple[Record | Row[Any], bool]:
    """`record` in a transaction of its own: by one statement where that will do, for an upload waits for each answer.

    It will not do for bytes that are there already, nor with a quota, which is looked at before the transaction ends.
    """
    if not library.options.quota_bytes:
        row = await _add_at_once(database, library, actor, kept)
        if row is not None:
            return row, False
    async with database.transaction() as session:
        return await record(session, library, actor, kept)


async def _add_at_once(database: Database, library: Library, actor: Actor, kept: Kept) -> Record | None:
    row = _values(library, actor, kept)
    coming = SimpleNamespace(**presenting.UNSET | row)
    others = database.bus.parts(events.PhotosAdded(actor.user_id, (coming,), kept.received.bulk))
    if others is None:
        return None
    job = jobs.part(_processing(actor, kept.photo_id, bulk=kept.received.bulk), "EXISTS (SELECT FROM added)")
    return await queries.insert_photo(database, row, [*others, job])


async def record(session: WriteSession, library: Library, actor: Actor, kept: Kept) -> tuple[Record | Row[Any], bool]:
    """The photo, and whether it was there before. Enqueues its processing in the same transaction."""
    added = await _record(session, library, actor, [kept])
    row = added.get(kept.sha256) or await queries.find_by_sha256(session, actor, kept.sha256)
    if row is None:
        raise errors.UnsupportedMedia(GONE)
    return row, kept.sha256 not in added


async def record_many(session: WriteSession, library: Library, actor: Actor, kept: Sequence[Kept]) -> list[Recorded]:
    """The photos, in the order given, in few statements however many they are. Raises QuotaExceeded: then for none."""
    added = await _record(session, library, actor, kept)
    there = {digest: row.id for digest, row in added.items()}
    if others := [each.sha256 for each in kept if each.sha256 not in there]:
        there |= {row.sha256: row.id for row in await queries.list_by_sha256(session, actor, others)}
        if not all(digest in there for digest in others):
            raise errors.UnsupportedMedia(GONE)
    return [Recorded(there[each.sha256], not _is_new(each, added)) for each in kept]


async def _record(session: WriteSession, library: Library, actor: Actor, kept: Sequence[Kept]) -> dict[bytes, Record]:
    """The rows of those that are new, by digest. Enqueues what is to be read, for the first time or again."""
    added = {
        row.sha256: row
        for row in await queries.insert_photos(session, [_values(library, actor, each) for each in kept])
    }
    new = {each.sha256: each for each in kept if _is_new(each, added)}
    later = await _find_to_read_again(session, actor, [each for each in kept if each.sha256 not in added])
    if later:
        await _mark_queued(session, actor, later)
    if new:
        _check_quota(library, next(iter(added.values())).used_bytes, sum(each.size for each in new.values()))
        for bulk in (False, True):
            if rows := tuple(added[digest] for digest, each in new.items() if each.received.bulk is bulk):
                await session.publish(events.PhotosAdded(actor.user_id, rows, bulk))
    jobs_ = [_processing(actor, each.photo_id, bulk=each.received.bulk) for each in new.values()]
    jobs_ += [_processing(actor, photo_id, bulk=each.received.bulk) for photo_id, each in later.items()]
    await jobs.enqueue_many(session, jobs_)
    return added


def _is_new(kept: Kept, added: Mapping[bytes, Record]) -> bool:
    """Of the same bytes twice among those that are recorded together, one is new."""
    row = added.get(kept.sha256)
    return row is not None and row.id == kept.photo_id


async def _find_to_read_again(session: WriteSession, actor: Actor, kept: Sequence[Kept]) -> dict[uuid.UUID, Kept]:
    """Which of these the library had already, but lacked something that has come now; by the id of the photo."""
    if not kept:
        return {}
    by_digest = {each.sha256: each for each in kept}
    rows = await queries.list_by_sha256(session, actor, list(by_digest))
    return {row.id: by_digest[row.sha256] for row in rows if _is_read_again(by_digest[row.sha256], row)}


def _is_read_again(kept: Kept, known: Row[Any]) -> bool:
    """Whether the photo got what it lacked: its first sidecar, or its file, for which alone it had failed."""
    if kept.sidecar_kind and known.sidecar_kind is None:
        return True
    codes = {problem["code"] for problem in known.problems}
    return known.processing_state == "failed" and bool(codes) and codes <= {BlobNotFound.code, BlobCorrupt.code}


async def _mark_queued(session: WriteSession, actor: Actor, later: Mapping[uuid.UUID, Kept]) -> None:
    for photo_id, each in later.items():
        kind = func.coalesce(Photo.sidecar_kind, each.sidecar_kind)
        await session.execute(
            update(Photo)
            .where(queries.visible_to(actor), Photo.id == photo_id)
            .values(sidecar_kind=kind, processing_state="queued")
        )


def _processing(actor: Actor, photo_id: uuid.UUID, *, bulk: bool) -> NewJob:
    return NewJob(
        kind=PROCESS,
        owner_id=actor.user_id,
        args={"photo_id": str(photo_id)},
        subject=("photo", photo_id),
        priority=jobs.BULK if bulk else jobs.INTERACTIVE,
    )


def _check_quota(library: Library, used_bytes: int, new_bytes: int) -> None:
    quota = library.options.quota_bytes
    if quota and used_bytes > quota:
        raise errors.QuotaExceeded(quota_bytes=quota, used_bytes=used_bytes - new_bytes)


def _sidecar_kind(sidecar: bytes | None) -> str | None:
    if sidecar is None:
        return None
    return sidecars.parse(sidecar).kind


def _values(library: Library, actor: Actor, kept: Kept) -> dict[str, Any]:
    now = library.clock()
    received = kept.received
    name = texts.file_name(received.file_name, fallback=f"photo.{kept.kind.extension}")
    drawn = received.drawn
    taken = _when(received, name, now)
    return {
        "owner_id": actor.user_id,
        "id": kept.photo_id,
        "type": kept.kind.type,
        "file_name": name,
        "mime_type": kept.kind.mime_type,
        "size_bytes": kept.size,
        "sha256": kept.sha256,
        "sha1": kept.sha1,
        "taken_at": taken[0],
        "taken_at_local": taken[1],
        "time_zone": taken[2],
        "taken_at_source": taken[3],
        "file_created_at": received.file_created_at,
        "file_modified_at": received.file_modified_at,
        "created_at": now,
        "updated_at": now,
        "favorite": received.favorite,
        "edited": [*(["favorite"] if received.favorite else []), *(["taken_at", "tags"] if drawn else [])],
        "tags": list(drawn.tags) if drawn else [],
        "caption": drawn.caption if drawn else None,
        "caption_source": CAPTION_SOURCE if drawn and drawn.caption else None,
        "feelings": list(drawn.feelings) if drawn else [],
        "visualization_id": drawn.visualization_id if drawn else None,
        "hidden": received.hidden,
        "sidecar_kind": kept.sidecar_kind,
        "processing_state": "queued",
        "steps": {"metadata": "queued", "place": "queued", "renditions": "queued"},
    }


def _when(received: Received, name: str, now: datetime) -> tuple[datetime, datetime, str | None, str]:
    """taken_at, taken_at_local, time_zone, taken_at_source, as far as they are known before the file is read."""
    if received.drawn is not None:
        zone = received.drawn.time_zone
        moment = received.drawn.taken_at.astimezone(UTC)
        local = moment.astimezone(ZoneInfo(zone)) if zone else moment
        return moment, local.replace(tzinfo=None), zone, "user"
    taken = dates.resolve(file_name=name, file_dates=[received.file_created_at, received.file_modified_at], now=now)
    if taken is None:
        return now, now.astimezone(UTC).replace(tzinfo=None), None, "file"
    return taken.taken_at, taken.taken_at_local, taken.time_zone, taken.source
