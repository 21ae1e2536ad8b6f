"""Statements about visualizations. Each is bounded to one owner, but for how long they take."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, bindparam, delete, func, select, text, tuple_, update

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.models import Photo
from evoke.domains.visualizations.models import Visualization
from evoke.domains.visualizations.notices import State
from evoke.platform.postgres.engine import ReadSession, WriteSession

OPEN = ("pending", "processing")
SAMPLE = 20
"""Past drawings that say how long the next one takes."""

_NAMES = (
    "owner_id", "id", "entry_id", "kind", "style", "status", "progress", "message", "version", "job_id", "seed",
    "feelings", "photo_id", "replaced_photo_id", "generated_by", "words", "error_code", "error_message",
    "retry_allowed", "expected_seconds", "created_at", "started_at", "completed_at",
)  # fmt: skip
COLUMNS = [getattr(Visualization, name) for name in _NAMES]
_STATE = (
    Visualization.owner_id,
    Visualization.id,
    Visualization.version,
    Visualization.status,
    Visualization.progress,
    Visualization.message,
)
_SHOWN = select(*COLUMNS, func.coalesce(Photo.rendition, 0).label("rendition")).outerjoin(
    Photo, (Photo.owner_id == Visualization.owner_id) & (Photo.id == Visualization.photo_id)
)


async def find(session: ReadSession, actor: Actor, visualization_id: uuid.UUID) -> Row[Any] | None:
    """COLUMNS and `rendition`, that of its photo (0 while there is none)."""
    mine = (Visualization.visible_to(actor), Visualization.id == visualization_id)
    return (await session.execute(_SHOWN.where(*mine))).one_or_none()


async def page(session: ReadSession, actor: Actor, *, limit: int, offset: int) -> tuple[Sequence[Row[Any]], int]:
    """The same of a page, the newest first, and how many there are in all."""
    mine = Visualization.visible_to(actor)
    order = (Visualization.created_at.desc(), Visualization.id.desc())
    rows = (await session.execute(_SHOWN.where(mine).order_by(*order).limit(limit).offset(offset))).all()
    return rows, int(await session.scalar(select(func.count()).select_from(Visualization).where(mine)) or 0)


async def list_after(session: ReadSession, actor: Actor, after: uuid.UUID | None, limit: int) -> Sequence[Row[Any]]:
    """The same by id, for whoever takes all of them."""
    statement = _SHOWN.where(Visualization.visible_to(actor)).order_by(Visualization.id).limit(limit)
    return (await session.execute(statement if after is None else statement.where(Visualization.id > after))).all()


async def count_completed(session: ReadSession, owner_id: uuid.UUID) -> int:
    finished = (Visualization.owner_id == owner_id, Visualization.status == "completed")
    return int(await session.scalar(select(func.count()).select_from(Visualization).where(*finished)) or 0)


async def count_all(session: ReadSession, owner_id: uuid.UUID) -> int:
    mine = Visualization.owner_id == owner_id
    return int(await session.scalar(select(func.count()).select_from(Visualization).where(mine)) or 0)


async def median_seconds(session: ReadSession, kind: str, style: str, maker: str) -> float | None:
    """Of the last SAMPLE of all owners; None where nothing was measured."""
    last = (
        select(Visualization.took_seconds)
        .where(
            Visualization.kind == kind,
            Visualization.style == style,
            Visualization.generated_by == maker,
            Visualization.took_seconds.is_not(None),
        )
        .order_by(Visualization.completed_at.desc())
        .limit(SAMPLE)
        .subquery()
    )
    median = func.percentile_cont(0.5).within_group(last.c.took_seconds)
    found = await session.scalar(select(median))
    return None if found is None else float(found)


_LOCK = text("SELECT CAST(pg_advisory_xact_lock(:number) AS text)").bindparams(bindparam("number", type_=BigInteger()))


async def lock_owner(session: WriteSession, owner_id: uuid.UUID) -> None:
    """One at a time asks for visualizations of this owner: how many are in flight is then certain."""
    number = int.from_bytes(owner_id.bytes[:8], signed=True) ^ 0x65766B76
    await session.execute(_LOCK, {"number": number})


async def in_flight(session: ReadSession, owner_id: uuid.UUID) -> int:
    mine = (Visualization.owner_id == owner_id, Visualization.status.in_(OPEN))
    return int(await session.scalar(select(func.count()).select_from(Visualization).where(*mine)) or 0)


async def find_of_entry(session: WriteSession, owner_id: uuid.UUID, entry_id: uuid.UUID) -> Visualization | None:
    """The visualization of an entry, locked."""
    mine = (Visualization.owner_id == owner_id, Visualization.entry_id == entry_id)
    return (await session.scalars(select(Visualization).where(*mine).with_for_update())).one_or_none()


async def find_locked(session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID) -> Visualization | None:
    mine = (Visualization.owner_id == owner_id, Visualization.id == visualization_id)
    locked = select(Visualization).where(*mine).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locked)).one_or_none()


async def advance(
    session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID, **values: Any
) -> State | None:
    """Change one that is not finished; None when there is none. It never goes backwards by itself."""
    changed = (
        update(Visualization)
        .where(Visualization.owner_id == owner_id, Visualization.id == visualization_id, Visualization.status.in_(OPEN))
        .values(version=Visualization.version + 1, **values)
        .returning(*_STATE)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(changed)).one_or_none()
    return None if row is None else State(*row)


async def states(session: ReadSession, keys: Collection[tuple[uuid.UUID, uuid.UUID]]) -> list[State]:
    """How these (owner and id) stand."""
    wanted = tuple_(Visualization.owner_id, Visualization.id).in_(list(keys))
    return [State(*row) for row in await session.execute(select(*_STATE).where(wanted))]


async def delete_by_photos(
    session: WriteSession, owner_id: uuid.UUID, photo_ids: Collection[uuid.UUID]
) -> Sequence[Row[Any]]:
    """`id, entry_id` of the finished ones that had one of these pictures and are gone now."""
    mine = Visualization.owner_id == owner_id
    await session.execute(
        update(Visualization)
        .where(mine, Visualization.replaced_photo_id.in_(photo_ids))
        .values(replaced_photo_id=None)
        .execution_options(synchronize_session=False)
    )
    gone = (
        delete(Visualization)
        .where(mine, Visualization.photo_id.in_(photo_ids))
        .returning(Visualization.id, Visualization.entry_id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(gone)).all()


async def delete_all(session: WriteSession, owner_id: uuid.UUID) -> Sequence[Row[Any]]:
    """`id, status, photo_id, replaced_photo_id` of all that are gone."""
    gone = (
        delete(Visualization)
        .where(Visualization.owner_id == owner_id)
        .returning(Visualization.id, Visualization.status, Visualization.photo_id, Visualization.replaced_photo_id)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(gone)).all()


async def used_elsewhere(session: ReadSession, owner_id: uuid.UUID, photo_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these pictures are those of some visualization: the same seed twice is the same file."""
    used = select(Visualization.photo_id).where(
        Visualization.owner_id == owner_id, Visualization.photo_id.in_(photo_ids)
    )
    return {photo_id for photo_id in await session.scalars(used) if photo_id is not None}


async def list_stale(session: ReadSession, before: datetime, limit: int) -> Sequence[Row[Any]]:
    """`owner_id, id, job_id` of those that should have been finished long before."""
    stale = select(Visualization.owner_id, Visualization.id, Visualization.job_id).where(
        Visualization.status.in_(OPEN), Visualization.created_at < before
    )
    return (await session.execute(stale.order_by(Visualization.owner_id, Visualization.id).limit(limit))).all()
