"""Feelings in the library: those that a photo is tied to, and those of a day, by which its photos are found."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import bindparam, delete, text, update

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import events, queries
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import DayFeelings, Photo
from evoke.platform.postgres.engine import WriteSession

_SET_DAY = text("""
    INSERT INTO day_feelings AS known (owner_id, day, feelings) VALUES (:owner_id, :day, :feelings)
    ON CONFLICT (owner_id, day) DO UPDATE SET feelings = excluded.feelings WHERE known.feelings <> excluded.feelings
""").bindparams(*(bindparam(column.key, type_=column.type) for column in DayFeelings.__table__.c))
_CLEAR_DAY = delete(DayFeelings).where(
    DayFeelings.owner_id == bindparam("of_owner"), DayFeelings.day == bindparam("of_day")
)


async def set_day(session: WriteSession, owner_id: uuid.UUID, day: date, emotions: Collection[str]) -> None:
    """The emotions of a day by the owner's wall clock, in place of those that were known; empty for none."""
    connection = await session.connection()
    if emotions:
        await connection.execute(_SET_DAY, {"owner_id": owner_id, "day": day, "feelings": sorted(set(emotions))})
    else:
        await connection.execute(_CLEAR_DAY, {"of_owner": owner_id, "of_day": day})


async def forget_days(session: WriteSession, owner_id: uuid.UUID) -> None:
    """No day of this owner has emotions any more."""
    connection = await session.connection()
    await connection.execute(delete(DayFeelings).where(DayFeelings.owner_id == owner_id))


async def tie(
    session: WriteSession, library: Library, actor: Actor, photo_id: uuid.UUID, feelings: Sequence[str]
) -> None:
    """Say which emotions a photo is tied to, in place of those before. A photo that is gone is no error."""
    changed = await session.scalars(
        update(Photo)
        .where(queries.visible_to(actor), Photo.id == photo_id, Photo.feelings != list(feelings))
        .values(feelings=list(feelings), updated_at=library.clock())
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is not None:
        await session.publish(events.PhotosUpdated(actor.user_id, (photo_id,)))
