"""Adding a photo.

Two steps, because a transaction must not wait for a disk: `keep` looks at what was received and moves it to its
content address; `record` writes the row and the job in the caller's transaction. A crash between the two leaves
a blob without a row, which the sweep removes.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, update

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.photos import addresses, dates, errors, events, queries
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.kit import ids, texts
from evoke.platform.blobs.spool import Spool
from evoke.platform.metadata import sidecars
from evoke.platform.pictures import sniff
from evoke.platform.postgres.engine import Database, WriteSession

PROCESS = "photos.process"


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


@dataclass(frozen=True)
class Kept:
    """An original at its address, not yet in the table; `known` is the photo that has these bytes already."""

    received: Received
    kind: sniff.Kind
    size: int
    sha256: bytes
    sha1: bytes
    photo_id: uuid.UUID
    sidecar_kind: str | None
    known: Row[Any] | None


async def keep(database: Database, library: Library, actor: Actor, spool: Spool, received: Received) -> Kept:
    """Raises UnsupportedMedia, InvalidSidecar, and what the blob store raises."""
    result = await spool.finish()
    kind = sniff.sniff(spool.head)
    if kind is None:
        raise errors.UnsupportedMedia(size_bytes=result.size)
    sidecar_kind = _sidecar_kind(received.sidecar)
    async with database.read() as session:
        known = await queries.find_by_sha256(session, actor, result.sha256)
    photo_id = known.id if known else ids.new_id()
    if known is None:
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
        known=known,
    )


async def record(session: WriteSession, library: Library, actor: Actor, kept: Kept) -> tuple[Row[Any], bool]:
    """The photo, and whether it was there before. Enqueues its processing in the same transaction."""
    duplicate = kept.known is not None
    if not duplicate:
        duplicate = not await queries.insert_photo(session, _values(library, actor, kept))
    if not duplicate:
        await _count(session, library, actor, kept.size)
        await _enqueue(session, actor, kept.photo_id, bulk=kept.received.bulk)
        await session.publish(events.PhotoAdded(actor.user_id, kept.photo_id, kept.received.bulk))
    elif kept.known is not None and kept.sidecar_kind and kept.known.sidecar_kind is None:
        await _add_sidecar(session, actor, kept)
    row = await queries.find_by_sha256(session, actor, kept.sha256)
    if row is None:
        raise errors.UnsupportedMedia("The photo was deleted while it was being added. Send it again.")
    return row, duplicate


async def _add_sidecar(session: WriteSession, actor: Actor, kept: Kept) -> None:
    """A sidecar that arrives after its photo: read everything again."""
    await session.execute(
        update(Photo)
        .where(queries.visible_to(actor), Photo.id == kept.photo_id)
        .values(sidecar_kind=kept.sidecar_kind, processing_state="queued")
    )
    await _enqueue(session, actor, kept.photo_id, bulk=kept.received.bulk)


async def _enqueue(session: WriteSession, actor: Actor, photo_id: uuid.UUID, *, bulk: bool) -> None:
    await jobs.enqueue(
        session,
        PROCESS,
        owner_id=actor.user_id,
        args={"photo_id": str(photo_id)},
        subject=("photo", photo_id),
        priority=jobs.BULK if bulk else jobs.INTERACTIVE,
    )


async def _count(session: WriteSession, library: Library, actor: Actor, size: int) -> None:
    used = await queries.add_usage(session, actor.user_id, photos=1, size_bytes=size)
    quota = library.options.quota_bytes
    if quota and used > quota:
        raise errors.QuotaExceeded(quota_bytes=quota, used_bytes=used - size)


def _sidecar_kind(sidecar: bytes | None) -> str | None:
    if sidecar is None:
        return None
    return sidecars.parse(sidecar).kind


def _values(library: Library, actor: Actor, kept: Kept) -> dict[str, Any]:
    now = library.clock()
    received = kept.received
    name = texts.file_name(received.file_name, fallback=f"photo.{kept.kind.extension}")
    taken = dates.resolve(file_name=name, file_dates=[received.file_created_at, received.file_modified_at], now=now)
    return {
        "owner_id": actor.user_id,
        "id": kept.photo_id,
        "type": kept.kind.type,
        "file_name": name,
        "mime_type": kept.kind.mime_type,
        "size_bytes": kept.size,
        "sha256": kept.sha256,
        "sha1": kept.sha1,
        "taken_at": taken.taken_at if taken else now,
        "taken_at_local": taken.taken_at_local if taken else now.astimezone(UTC).replace(tzinfo=None),
        "time_zone": taken.time_zone if taken else None,
        "taken_at_source": taken.source if taken else "file",
        "file_created_at": received.file_created_at,
        "file_modified_at": received.file_modified_at,
        "created_at": now,
        "updated_at": now,
        "favorite": received.favorite,
        "edited": ["favorite"] if received.favorite else [],
        "hidden": received.hidden,
        "sidecar_kind": kept.sidecar_kind,
        "processing_state": "queued",
        "steps": {"metadata": "queued", "place": "queued", "renditions": "queued"},
    }
