"""Processing: read the original, examine it, keep the renditions, write what was found.

A transaction to read, none while computing, another to write. Safe to run twice: the renditions are overwritten,
the row ends the same.
"""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, select, update

from evoke.domains.photos import addresses, events, examining, queries
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.kit import texts
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.crypto.errors import BlobCorrupt
from evoke.platform.places.finder import Place
from evoke.platform.postgres.engine import ReadSession, WriteSession

IN_MEMORY_BYTES = 96 * 1024**2
"""Files up to this size are read at once; larger ones through a seekable, decrypting file."""

InThread = Callable[..., Awaitable[Any]]

# Built once and run on the connection, below the mapper: for every photo anew that takes longer than PostgreSQL does.
_PHOTOS = cast(Table, Photo.__table__)
_MINE = (_PHOTOS.c.owner_id == bindparam("of_owner"), _PHOTOS.c.id == bindparam("of_photo"))
_BEGIN = (
    update(_PHOTOS)
    .where(*_MINE)
    .values(processing_state="running")
    .returning(
        *(_PHOTOS.c.id, _PHOTOS.c.type, _PHOTOS.c.mime_type, _PHOTOS.c.file_name, _PHOTOS.c.size_bytes),
        *(_PHOTOS.c.sha256, _PHOTOS.c.sidecar_kind, _PHOTOS.c.file_created_at, _PHOTOS.c.file_modified_at),
        _PHOTOS.c.rendition,
        _PHOTOS.c.rendition,
    )
)
_NOW = select(_PHOTOS.c.edited, _PHOTOS.c.rendition).where(*_MINE).with_for_update()
_WRITE = update(_PHOTOS).where(*_MINE)


@dataclass(frozen=True)
class Work:
    """A photo to process, as it stood when processing began."""

    owner_id: uuid.UUID
    row: Row[Any]

    @property
    def photo_id(self) -> uuid.UUID:
        return uuid.UUID(str(self.row.id))


async def begin(session: WriteSession, owner_id: uuid.UUID, photo_id: uuid.UUID) -> Work | None:
    """Mark the photo as running and read it. None when it is gone: then there is nothing to do."""
    connection = await session.connection()
    row = (await connection.execute(_BEGIN, {"of_owner": owner_id, "of_photo": photo_id})).one_or_none()
    return Work(owner_id, row) if row else None


async def compute(
    library: Library, tools: examining.Tools, work: Work, *, in_thread: InThread, check: Callable[[], None]
) -> examining.Examined:
    """Examine the original and store its renditions. A damaged or missing original is a problem of the photo."""
    owner_id, row = work.owner_id, work.row
    key = await library.keys.get(owner_id)
    try:
        source = await _source(library, work, key)
        sidecar = (
            await library.blobs.get_bytes(addresses.sidecar(owner_id, work.photo_id), key) if row.sidecar_kind else None
        )
    except (BlobNotFound, BlobCorrupt) as error:
        return _unreadable(error.code, error.message)
    original = examining.Original(
        source=source,
        type=row.type,
        mime_type=row.mime_type,
        file_name=row.file_name,
        file_dates=[row.file_created_at, row.file_modified_at],
        sidecar=sidecar,
        now=library.clock(),
    )
    try:
        examined: examining.Examined = await in_thread(examining.examine, original, tools, check=check)
    except BlobCorrupt as error:
        return _unreadable(error.code, error.message)
    check()
    if examined.rendered is not None:
        writing = await library.key_for_writing(owner_id)
        thumbnail = addresses.rendition(owner_id, work.photo_id, "thumbnail")
        preview = addresses.rendition(owner_id, work.photo_id, "preview")
        await library.blobs.put_bytes(thumbnail, examined.rendered.thumbnail, writing)
        await library.blobs.put_bytes(preview, examined.rendered.preview, writing)
    return examined


async def _source(library: Library, work: Work, key: Any) -> Any:
    reader = await library.blobs.open(addresses.original(work.owner_id, work.row.sha256), key)
    if work.row.type == "image" and work.row.size_bytes <= IN_MEMORY_BYTES:
        return await reader.read_range()
    return reader.as_file()


def _unreadable(code: str, message: str) -> examining.Examined:
    examined = examining.Examined()
    examined.fail("metadata", code, message)
    examined.fail("renditions", code, message)
    return examined


async def write(session: WriteSession, library: Library, work: Work, examined: examining.Examined) -> bool:
    """Write what was found, except what a person has set meanwhile. False when the photo is gone."""
    owner_id, photo_id, now = work.owner_id, work.photo_id, library.clock()
    mine = {"of_owner": owner_id, "of_photo": photo_id}
    connection = await session.connection()
    known = (await connection.execute(_NOW, mine)).one_or_none()
    if known is None:
        return False
    values = _values(examined, set(known.edited), now)
    if examined.rendered is not None:
        values["rendition"] = known.rendition + 1
    await connection.execute(_WRITE, mine | values)
    if examined.tags:
        await queries.put_metadata(session, owner_id=owner_id, photo_id=photo_id, tags=examined.tags, read_at=now)
    await session.publish(events.PhotoProcessed(owner_id, photo_id))
    return True


def _values(examined: examining.Examined, edited: set[str], now: datetime) -> dict[str, Any]:
    found, rendered, taken = examined.facts, examined.rendered, examined.taken
    values: dict[str, Any] = {
        "processing_state": examined.state,
        "steps": examined.steps,
        "problems": examined.problems,
        "updated_at": now,
        "duration_seconds": examined.duration_seconds,
    }
    if examined.steps["metadata"] == "done" or examined.tags:
        values |= {
            "camera_make": found.camera.make,
            "camera_model": found.camera.model,
            "lens": found.camera.lens,
            "f_number": found.exposure.f_number,
            "exposure_time": found.exposure.exposure_time,
            "iso": found.exposure.iso,
            "focal_length_mm": found.exposure.focal_length_mm,
        }
        values |= _said(examined, edited)
    if rendered is not None:
        values |= {
            "width": rendered.width,
            "height": rendered.height,
            "thumbhash": rendered.thumbhash,
            "dominant_colors": rendered.dominant_colors,
            "preview_mime": rendered.preview_mime_type,
        }
    if taken is not None and "taken_at" not in edited:
        values |= {
            "taken_at": taken.taken_at,
            "taken_at_local": taken.taken_at_local,
            "time_zone": taken.time_zone,
            "taken_at_source": taken.source,
        }
    return values


def _said(examined: examining.Examined, edited: set[str]) -> dict[str, Any]:
    """What a person could have changed, where nobody has."""
    found, values = examined.facts, dict[str, Any]()
    if "rating" not in edited:
        values["rating"] = found.rating or 0
    if "description" not in edited:
        values["description"] = texts.storable(found.description or "")[:10_000]
    if "tags" not in edited:
        values["tags"] = list(dict.fromkeys(texts.storable(keyword)[:200] for keyword in found.keywords))
    if "favorite" not in edited and found.favorite is not None:
        values["favorite"] = found.favorite
    if "location" not in edited:
        position = found.position
        values |= {
            "latitude": position.latitude if position else None,
            "longitude": position.longitude if position else None,
            "altitude_m": position.altitude_m if position else None,
        }
        values |= _named(examined.place)
    return values


def _named(place: Place | None) -> dict[str, Any]:
    return {
        "city": place.city if place else None,
        "state": place.state if place else None,
        "country": place.country if place else None,
        "country_code": place.country_code if place else None,
    }


async def give_up(
    session: WriteSession, library: Library, owner_id: uuid.UUID, photo_id: uuid.UUID, *, code: str, message: str
) -> None:
    """Mark a photo whose job failed for good, so that it says why instead of waiting for ever."""
    problems = [{"step": "processing", "code": code, "message": message}]
    await session.execute(
        update(Photo)
        .where(Photo.owner_id == owner_id, Photo.id == photo_id, Photo.processing_state.in_(("queued", "running")))
        .values(
            processing_state="failed",
            steps=dict.fromkeys(examining.STEPS, "failed"),
            problems=problems,
            updated_at=library.clock(),
        )
        .execution_options(synchronize_session=False)
    )


async def position_of(session: ReadSession, owner_id: uuid.UUID, photo_id: uuid.UUID) -> Sequence[float] | None:
    row = (
        await session.execute(
            select(Photo.latitude, Photo.longitude).where(Photo.owner_id == owner_id, Photo.id == photo_id)
        )
    ).one_or_none()
    return None if row is None or row.latitude is None else (row.latitude, row.longitude)


async def name_place(
    session: WriteSession, owner_id: uuid.UUID, photo_id: uuid.UUID, position: Sequence[float], place: Place | None
) -> None:
    """Only while the photo is still where it was when the names were looked up."""
    here = (Photo.latitude == position[0], Photo.longitude == position[1])
    await session.execute(
        update(Photo)
        .where(Photo.owner_id == owner_id, Photo.id == photo_id, *here)
        .values(**_named(place))
        .execution_options(synchronize_session=False)
    )
    await session.publish(events.PhotosUpdated(owner_id, (photo_id,)))
