"""Questions to the tables of the library. Each is bounded to one owner."""

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import schemas
from evoke.domains.photos.filters import PhotoFilter, conditions
from evoke.domains.photos.models import LibraryUsage, Photo, PhotoMetadata
from evoke.domains.photos.presenting import COLUMNS
from evoke.platform.compound import Filled, Part, together
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession
from evoke.platform.postgres.quickly import Record

_ROWS = select(*COLUMNS)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The photos that `actor` may see. Part of every fetch."""
    return Photo.owner_id == actor.user_id


async def find(session: ReadSession, actor: Actor, photo_id: uuid.UUID) -> Row[Any] | None:
    return (await session.execute(_ROWS.where(visible_to(actor), Photo.id == photo_id))).one_or_none()


_BY_SHA256 = _ROWS.where(Photo.owner_id == bindparam("owner_id"), Photo.sha256 == bindparam("sha256"))


async def find_by_sha256(session: ReadSession, actor: Actor, sha256: bytes) -> Row[Any] | None:
    found = await session.rows(_BY_SHA256, {"owner_id": actor.user_id, "sha256": sha256})
    return found[0] if found else None


async def find_for_change(session: WriteSession, actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Photo]:
    """The photos themselves, locked in one order so that two bulk changes cannot wait for each other."""
    found = await session.scalars(
        select(Photo).where(visible_to(actor), Photo.id.in_(ids)).order_by(Photo.id).with_for_update()
    )
    return {photo.id: photo for photo in found}


async def find_metadata(session: ReadSession, actor: Actor, photo_id: uuid.UUID) -> PhotoMetadata | None:
    return (
        await session.scalars(
            select(PhotoMetadata).where(PhotoMetadata.owner_id == actor.user_id, PhotoMetadata.photo_id == photo_id)
        )
    ).one_or_none()


async def list_checksums(
    session: ReadSession, actor: Actor, *, sha256: Sequence[bytes], sha1: Sequence[bytes]
) -> Sequence[Row[Any]]:
    """`id, sha256, sha1, trashed_at` of the photos with one of these digests."""
    known = select(Photo.id, Photo.sha256, Photo.sha1, Photo.trashed_at).where(
        visible_to(actor), or_(Photo.sha256.in_(sha256), Photo.sha1.in_(sha1))
    )
    return (await session.execute(known)).all()


def page(actor: Actor, given: PhotoFilter, *, order: schemas.Order, after: tuple[Any, ...] | None) -> Select[Any]:
    """Photos by (taken_at, id): an order that no photo shares, so a page begins exactly after the last."""
    key = tuple_(Photo.taken_at, Photo.id)
    where = [visible_to(actor), *conditions(given)]
    if after is not None:
        where.append(key < tuple_(*after) if order == "desc" else key > tuple_(*after))
    statement = _ROWS.where(*where)
    if order == "desc":
        return statement.order_by(Photo.taken_at.desc(), Photo.id.desc())
    return statement.order_by(Photo.taken_at, Photo.id)


async def list_buckets(
    session: ReadSession, actor: Actor, given: PhotoFilter, unit: schemas.Unit
) -> Sequence[Row[Any]]:
    """`start, count, cover_id` by wall clock, newest first; the cover is the newest photo of its bucket."""
    where = and_(visible_to(actor), *conditions(given))
    start = func.date_trunc(literal_column(f"'{unit}'"), Photo.taken_at_local)
    buckets = (
        select(start.label("start"), func.count().label("count"), func.max(Photo.taken_at).label("newest"))
        .where(where)
        .group_by(start)
        .cte("buckets")
    )
    cover = (
        select(Photo.id)
        .where(where, Photo.taken_at == buckets.c.newest, start == buckets.c.start)
        .order_by(Photo.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = select(buckets.c.start, buckets.c.count, cover.label("cover_id")).order_by(buckets.c.start.desc())
    return (await session.execute(statement)).all()


_ADDED = "SELECT added.*, used_bytes FROM added, used"


async def insert_photos(session: WriteSession, rows: Sequence[dict[str, Any]]) -> Sequence[Record]:
    """COLUMNS of those that were inserted; the owner has the bytes of the others already. All with the same columns.

    `used_bytes` of each is what the owner's originals weigh with them; that row is locked until the transaction ends,
    so quotas hold.

    One statement whatever their number, planned once: with SQLAlchemy's own it would be built anew each time, which
    takes longer than to run it.
    """
    if not rows:
        return []
    return await session.prebuilt(*together([_added(rows)], _ADDED))


async def insert_photo(database: Database, row: dict[str, Any], parts: Sequence[Filled]) -> Record | None:
    """The same for one, as a transaction of its own with other parts, for which the CTE `added` has what was inserted.

    None when the owner has the bytes already: then the parts, too, must have done nothing.
    """
    found = await database.change(*together([_added([row]), *parts], _ADDED))
    return found[0] if found else None


def _added(rows: Sequence[dict[str, Any]]) -> Filled:
    return Filled(_insertion(tuple(rows[0])), {"rows": orjson.dumps(rows, default=_as_json).decode()})


@lru_cache(maxsize=8)
def _insertion(names: tuple[str, ...]) -> Part:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own has no annotations
    columns = ", ".join(names)
    typed = ", ".join(f"{name} {Photo.__table__.c[name].type.compile(dialect)}" for name in names)
    given = f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({typed})"
    insertion = f"INSERT INTO photos ({columns}) SELECT {columns} FROM {given}"  # noqa: S608 - names of columns
    returned = ", ".join(column.key for column in COLUMNS)
    ctes = f"""
        added AS ({insertion} ON CONFLICT (owner_id, sha256) DO NOTHING RETURNING {returned}),
        used AS (
            INSERT INTO library_usage AS known (owner_id, photos, size_bytes)
            SELECT owner_id, count(*), sum(size_bytes) FROM added GROUP BY owner_id
            ON CONFLICT (owner_id) DO UPDATE SET
                photos = known.photos + excluded.photos, size_bytes = known.size_bytes + excluded.size_bytes
            RETURNING size_bytes AS used_bytes
        )"""  # noqa: S608 - names of columns
    return Part(ctes, {"rows": Text()})


def _as_json(value: object) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)


async def list_by_sha256(session: ReadSession, actor: Actor, sha256: Sequence[bytes]) -> Sequence[Row[Any]]:
    """`id, sha256, sidecar_kind, processing_state, problems` of those of these originals that are there."""
    asked = (Photo.id, Photo.sha256, Photo.sidecar_kind, Photo.processing_state, Photo.problems)
    return await session.rows(select(*asked).where(visible_to(actor), Photo.sha256.in_(sha256)))


_ADD_USAGE = text("""
    INSERT INTO library_usage AS known (owner_id, photos, size_bytes)
    VALUES (:owner_id, greatest(0, :photos), greatest(0, :size_bytes))
    ON CONFLICT (owner_id) DO UPDATE SET
        photos = greatest(0, known.photos + :photos), size_bytes = greatest(0, known.size_bytes + :size_bytes)
    RETURNING size_bytes
""").bindparams(*(bindparam(column.key, type_=column.type) for column in LibraryUsage.__table__.c))


async def add_usage(session: WriteSession, owner_id: uuid.UUID, *, photos: int, size_bytes: int) -> int:
    """The owner's bytes after the change; the row is locked until the transaction ends."""
    values = {"owner_id": owner_id, "photos": photos, "size_bytes": size_bytes}
    return int((await session.prebuilt(_ADD_USAGE, values))[0].size_bytes)


_PUT_METADATA = text(
    "INSERT INTO photo_metadata (owner_id, photo_id, tags, read_at) VALUES (:owner_id, :photo_id, :tags, :read_at) "
    "ON CONFLICT (owner_id, photo_id) DO UPDATE SET tags = excluded.tags, read_at = excluded.read_at"
).bindparams(*(bindparam(column.key, type_=column.type) for column in PhotoMetadata.__table__.c))


async def put_metadata(session: WriteSession, **values: Any) -> None:
    await session.execute(_PUT_METADATA, values)


async def set_trashed(
    session: WriteSession, actor: Actor, ids: Sequence[uuid.UUID], *, trashed: bool, now: Any
) -> list[uuid.UUID]:
    """Move into the trash or out of it; the ids that were in the other state. A live video goes with its picture."""
    mine = visible_to(actor)
    videos = select(Photo.live_video_id).where(mine, Photo.id.in_(ids), Photo.live_video_id.is_not(None))
    was = Photo.trashed_at.is_(None) if trashed else Photo.trashed_at.is_not(None)
    changed = await session.scalars(
        update(Photo)
        .where(mine, was, or_(Photo.id.in_(ids), Photo.id.in_(videos)))
        .values(trashed_at=now if trashed else None, updated_at=now)
        .returning(Photo.id)
        .execution_options(synchronize_session=False)
    )
    return list(changed)
