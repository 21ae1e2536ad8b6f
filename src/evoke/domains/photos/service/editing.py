"""Changing what is said of a photo. What a person set stays when the file is read again."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.schemas import NewJob
from evoke.domains.photos import date_texts, dates, events, queries, schemas
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.kit.errors import Invalid, NotFound
from evoke.platform.postgres.engine import WriteSession

LOCATE = "photos.locate"


async def change(
    session: WriteSession, library: Library, actor: Actor, photo_id: uuid.UUID, changes: schemas.PhotoChanges
) -> None:
    """Raises NotFound, Invalid."""
    results = await change_many(session, library, actor, [photo_id], changes)
    if results[0].status == "not_found":
        raise NotFound("There is no such photo.")


async def change_many(
    session: WriteSession, library: Library, actor: Actor, ids: Sequence[uuid.UUID], changes: schemas.PhotoChanges
) -> list[schemas.BulkResult]:
    """What happened to each id, in the order they were given."""
    photos = await queries.find_for_change(session, actor, ids)
    now = library.clock()
    for photo in photos.values():
        _apply(photo, changes, now)
    await session.flush()
    if photos:
        await session.publish(events.PhotosUpdated(actor.user_id, tuple(photos)))
    if changes.location is not None:
        await jobs.enqueue_many(session, [_locating(actor, photo_id) for photo_id in photos])
    return [
        schemas.BulkResult(id=photo_id, status="updated" if photo_id in photos else "not_found")
        for photo_id in dict.fromkeys(ids)
    ]


def _locating(actor: Actor, photo_id: uuid.UUID) -> NewJob:
    return NewJob(
        kind=LOCATE,
        owner_id=actor.user_id,
        args={"photo_id": str(photo_id)},
        subject=("photo", photo_id),
        priority=jobs.INTERACTIVE,
    )


def _apply(photo: Photo, changes: schemas.PhotoChanges, now: datetime) -> None:
    given = changes.model_fields_set
    for name in ("favorite", "archived", "rating", "description", "tags"):
        if name in given:
            setattr(photo, name, getattr(changes, name))
    if "taken_at" in given or "time_zone" in given:
        _retime(photo, changes, now)
        given = given | {"taken_at"}
    if "location" in given:
        _move(photo, changes.location)
    photo.edited = sorted({*photo.edited, *(given - {"time_zone"})})
    photo.updated_at = now


def _retime(photo: Photo, changes: schemas.PhotoChanges, now: datetime) -> None:
    """With an offset `taken_at` is an instant; without one, and where only the zone changes, the wall clock rules."""
    name = changes.time_zone if "time_zone" in changes.model_fields_set else photo.time_zone
    zone = _zone(name)
    given = changes.taken_at if changes.taken_at is not None else photo.taken_at_local
    try:
        if given.tzinfo is None:
            local, instant = given, given.replace(tzinfo=zone).astimezone(UTC)
        else:
            local, instant = given.astimezone(zone).replace(tzinfo=None), given.astimezone(UTC)
    except OverflowError:
        instant, local = datetime.min.replace(tzinfo=UTC), given
    if not dates.is_plausible(instant, now=now):
        raise Invalid(
            "taken_at is before photography or in the future.", field="taken_at", reason="not a time a photo was taken"
        )
    photo.taken_at, photo.taken_at_local, photo.time_zone, photo.taken_at_source = instant, local, name, "user"


def _zone(name: str | None) -> tzinfo:
    zone = UTC if name is None else date_texts.zone(name)
    if zone is None:
        raise Invalid(
            "time_zone is neither an IANA name such as Europe/Lisbon nor an offset such as UTC+02:00.",
            field="time_zone",
            reason="unknown time zone",
        )
    return zone


def _move(photo: Photo, position: schemas.Position | None) -> None:
    """The names of the place are looked up by a job; until then there are none rather than wrong ones."""
    values: dict[str, Any] = position.model_dump() if position else {}
    photo.latitude, photo.longitude = values.get("latitude"), values.get("longitude")
    photo.altitude_m = values.get("altitude_m")
    photo.city = photo.state = photo.country = photo.country_code = None
