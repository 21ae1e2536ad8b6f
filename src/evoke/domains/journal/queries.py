"""The statements of entries. Those of every day are built once: SQLAlchemy would take longer to build one than
PostgreSQL to run it.
"""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    TextualSelect,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import schemas
from evoke.domains.journal.models import IntakeSession, JournalEntry, JournalSettings
from evoke.domains.journal.presenting import COLUMNS
from evoke.domains.photos.models import DayFeelings
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

_TABLE = JournalEntry.__table__
_DAYS = postgresql.ARRAY(Date())
_OWNER = JournalEntry.owner_id == bindparam("owner_id")
_SAID = """coalesce(
    CAST(:time_zone AS text),
    (SELECT s.time_zone FROM journal_settings s WHERE s.owner_id = :owner_id),
    (
        SELECT e.time_zone FROM journal_entries e
        WHERE e.owner_id = :owner_id AND e.time_zone IS NOT NULL ORDER BY e.created_at DESC LIMIT 1
    ),
    :default_zone
)"""
"""The zone of an entry that says none: what its owner chose, where they last said they were, the installation's."""
_DAY_ROOM = timedelta(hours=38)
"""No wall clock is further from UTC than 14 hours, so a day on the wall lies within this of its midnight in UTC."""


# ---- Reading ---------------------------------------------------------------------------------------------------------

_FIND = select(*COLUMNS).where(_OWNER, JournalEntry.id == bindparam("id"))


async def find(session: ReadSession, actor: Actor, entry_id: uuid.UUID) -> Row[Any] | None:
    """COLUMNS of an entry that `actor` may see."""
    found = await session.rows(_FIND, {"owner_id": actor.user_id, "id": entry_id})
    return found[0] if found else None


def _order(sort: schemas.Sort) -> tuple[ColumnElement[Any], ...]:
    keys = (getattr(JournalEntry, sort.removeprefix("-")), JournalEntry.id)
    return tuple(key.desc() if sort.startswith("-") else key.asc() for key in keys)


def _page(sort: schemas.Sort, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    total = select(func.count()).select_from(JournalEntry).where(*where).scalar_subquery()
    ordered = select(*COLUMNS, total.label("total")).where(*where).order_by(*_order(sort))
    return ordered.limit(bindparam("limit")).offset(bindparam("offset"))


@cache
def _whole(sort: schemas.Sort) -> Select[Any]:
    return _page(sort, (_OWNER,))


def _filtered(query: schemas.EntryQuery) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_OWNER]
    if query.emotion is not None:
        where.append(JournalEntry.emotions.contains([query.emotion]))
    if query.source is not None:
        where.append(JournalEntry.source == query.source)
    if query.felt_after is not None:
        where.append(JournalEntry.felt_at >= query.felt_after)
    if query.felt_before is not None:
        where.append(JournalEntry.felt_at < query.felt_before)
    return where


async def page(session: ReadSession, actor: Actor, query: schemas.EntryQuery) -> tuple[Sequence[Row[Any]], int]:
    """COLUMNS of the entries of one page, and how many there are in all."""
    where = _filtered(query)
    values = {"owner_id": actor.user_id, "limit": query.limit, "offset": query.offset}
    rows = await session.rows(_page(query.sort, where), values)
    if rows:
        return rows, rows[0].total
    counted = await session.rows(select(func.count()).select_from(JournalEntry).where(*where), values)
    return rows, counted[0][0]


async def page_of_all(
    database: Database, actor: Actor, sort: schemas.Sort, limit: int, offset: int
) -> tuple[Sequence[Sequence[Any]], int] | None:
    """The same of all entries, by one quick question. None when nothing is there to say how many there are."""
    rows = await database.ask(_whole(sort), {"owner_id": actor.user_id, "limit": limit, "offset": offset})
    return (rows, rows[0].total) if rows else None


async def count(session: ReadSession, owner_id: uuid.UUID) -> int:
    counted = select(func.count()).select_from(JournalEntry).where(JournalEntry.owner_id == owner_id)
    return int(await session.scalar(counted) or 0)


_AFTER = (
    select(*COLUMNS)
    .where(
        _OWNER,
        func.row(JournalEntry.created_at, JournalEntry.id)
        > func.row(
            bindparam("created_at", type_=JournalEntry.created_at.type), bindparam("id", type_=JournalEntry.id.type)
        ),
    )
    .order_by(JournalEntry.created_at, JournalEntry.id)
    .limit(bindparam("limit"))
)


async def list_after(
    session: ReadSession, actor: Actor, after: tuple[datetime, uuid.UUID], limit: int
) -> Sequence[Row[Any]]:
    """COLUMNS of the entries that were made after this one, the oldest first."""
    values = {"owner_id": actor.user_id, "created_at": after[0], "id": after[1], "limit": limit}
    return await session.rows(_AFTER, values)


# ---- Writing ---------------------------------------------------------------------------------------------------------


def _typed(statement: str) -> Any:
    """Parameters that are called like a column have its type."""
    names = {part for part in _TABLE.c.keys() if f":{part}" in statement}  # noqa: SIM118 - a collection of columns
    return text(statement).bindparams(*(bindparam(name, type_=_TABLE.c[name].type) for name in names))


_WALL = f"wall AS (SELECT CAST(CAST(:felt_at AS timestamptz) AT TIME ZONE {_SAID} AS date) AS felt_on)"
_ADDED = """
    INSERT INTO journal_entries (
        owner_id, id, situation, notes, emotions, intensity, felt_at, time_zone, felt_on, source, created_at, updated_at
    ) SELECT
        :owner_id, :id, :situation, :notes, :emotions, :intensity, :felt_at, CAST(:time_zone AS text), felt_on,
        :source, :created_at, :updated_at
    FROM wall
"""
_INSERT = _typed(f"WITH {_WALL} {_ADDED} RETURNING felt_on").columns(felt_on=Date())


async def insert(session: WriteSession, values: dict[str, Any], default_zone: str) -> date:
    """The day on the wall that the new entry belongs to."""
    rows = await session.rows(_INSERT, {**values, "default_zone": default_zone})
    found: date = rows[0].felt_on
    return found


_INSERT_KNOWN = _typed(f"""
    WITH {_WALL}, known AS (
        SELECT day FROM day_feelings, wall
        WHERE owner_id = :owner_id AND day = felt_on AND feelings @> CAST(:emotions AS text[])
        FOR SHARE OF day_feelings SKIP LOCKED
    ) {_ADDED} WHERE EXISTS (SELECT FROM known) RETURNING felt_on
""")  # noqa: S608 - our own words


async def insert_known(database: Database, values: dict[str, Any], default_zone: str) -> bool:
    """Insert an entry, and commit, if the library knows of its emotions on its day already: whether that was so.

    What it knows cannot change meanwhile: its row is locked, together with others who add. Who changes the day at the
    moment is not waited for; the answer is no then.
    """
    return bool(await database.change(_INSERT_KNOWN, {**values, "default_zone": default_zone}))


@cache
def _insertion(names: tuple[str, ...]) -> TextualSelect:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own has no annotations
    columns = ", ".join(names)
    typed = ", ".join(f"{name} {_TABLE.c[name].type.compile(dialect)}" for name in names)
    chosen = _SAID.replace(":time_zone", "given.time_zone")
    statement = f"""
        INSERT INTO journal_entries (owner_id, {columns}, felt_on)
        SELECT :owner_id, {columns}, CAST(given.felt_at AT TIME ZONE {chosen} AS date)
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({typed})
        ON CONFLICT (owner_id, id) DO NOTHING RETURNING id, felt_on
    """  # noqa: S608 - names of columns
    return (
        text(statement)
        .bindparams(bindparam("owner_id", type_=_TABLE.c.owner_id.type))
        .columns(_TABLE.c.id, _TABLE.c.felt_on)
    )


async def insert_many(
    session: WriteSession, owner_id: uuid.UUID, names: tuple[str, ...], rows: str, default_zone: str
) -> Sequence[Row[Any]]:
    """`id, felt_on` of those that are new. `rows` is a JSON list of objects with these names."""
    return await session.rows(_insertion(names), {"owner_id": owner_id, "rows": rows, "default_zone": default_zone})


_FIND_FOR_CHANGE = (
    select(*COLUMNS, JournalEntry.felt_on).where(_OWNER, JournalEntry.id == bindparam("id")).with_for_update()
)


async def find_for_change(session: WriteSession, actor: Actor, entry_id: uuid.UUID) -> Row[Any] | None:
    """COLUMNS and `felt_on`; the entry is locked until the transaction ends."""
    found = await session.rows(_FIND_FOR_CHANGE, {"owner_id": actor.user_id, "id": entry_id})
    return found[0] if found else None


_UPDATE = _typed(f"""
    UPDATE journal_entries SET
        situation = :situation, notes = :notes, emotions = :emotions, intensity = :intensity, felt_at = :felt_at,
        time_zone = CAST(:time_zone AS text), updated_at = :updated_at,
        felt_on = CASE WHEN :moved THEN CAST(CAST(:felt_at AS timestamptz) AT TIME ZONE {_SAID} AS date)
            ELSE felt_on END
    WHERE owner_id = :owner_id AND id = :id
    RETURNING felt_on
""").columns(felt_on=Date())  # noqa: S608 - our own text


async def update_entry(session: WriteSession, values: dict[str, Any], *, moved: bool, default_zone: str) -> date:
    """The day on the wall that it belongs to now; `moved` says that this is to be found out anew."""
    rows = await session.rows(_UPDATE, {**values, "moved": moved, "default_zone": default_zone})
    found: date = rows[0].felt_on
    return found


async def delete_entry(session: WriteSession, actor: Actor, entry_id: uuid.UUID) -> date | None:
    """The day on the wall that it belonged to; None when there is no such entry."""
    gone = delete(JournalEntry).where(JournalEntry.visible_to(actor), JournalEntry.id == entry_id)
    rows = await session.rows(gone.returning(JournalEntry.felt_on))
    return rows[0].felt_on if rows else None


async def delete_conversations(session: WriteSession, owner_id: uuid.UUID) -> None:
    await session.execute(delete(IntakeSession).where(IntakeSession.owner_id == owner_id))


async def delete_entries(session: WriteSession, owner_id: uuid.UUID) -> None:
    """With what was set for them."""
    await session.execute(delete(JournalEntry).where(JournalEntry.owner_id == owner_id))
    await session.execute(delete(JournalSettings).where(JournalSettings.owner_id == owner_id))


async def set_visualization(
    session: WriteSession, owner_id: uuid.UUID, entry_id: uuid.UUID, visualization_id: uuid.UUID | None, *, ready: bool
) -> bool:
    """Whether there is such an entry. It counts as unchanged: a picture says nothing new."""
    changed = (
        update(JournalEntry)
        .where(JournalEntry.owner_id == owner_id, JournalEntry.id == entry_id)
        .values(visualization_id=visualization_id, visualization_ready=ready)
        .returning(JournalEntry.id)
    )
    return bool(await session.rows(changed))


# ---- The emotions of a day -------------------------------------------------------------------------------------------


_LOCK = text("SELECT CAST(pg_advisory_xact_lock(:number) AS text)").bindparams(bindparam("number", type_=BigInteger()))


async def lock_days(session: WriteSession, owner_id: uuid.UUID) -> None:
    """Of all who change what this owner's days are known for, one at a time goes on from here.

    Two owners who share a number wait for each other, no more.
    """
    digest = hashlib.blake2b(owner_id.bytes, digest_size=8, person=b"journal days").digest()
    await session.rows(_LOCK, {"number": int.from_bytes(digest, signed=True)})


_KNOWN = select(DayFeelings.feelings).where(
    DayFeelings.owner_id == bindparam("owner_id"), DayFeelings.day == bindparam("day")
)


async def known_emotions(session: ReadSession, owner_id: uuid.UUID, day: date) -> frozenset[str]:
    """What the library knows of this day; true to the end of the transaction after `lock_days`."""
    rows = await session.rows(_KNOWN, {"owner_id": owner_id, "day": day})
    return frozenset(rows[0].feelings) if rows else frozenset()


_SHUT = (
    select(DayFeelings.day)
    .where(DayFeelings.owner_id == bindparam("owner_id"), DayFeelings.day == func.any(bindparam("days", type_=_DAYS)))
    .order_by(DayFeelings.day)
    .with_for_update()
)


async def shut_days(session: WriteSession, owner_id: uuid.UUID, days: Collection[date]) -> None:
    """Wait for those who are adding entries to these days, and let nobody add more until the transaction ends."""
    await session.rows(_SHUT, {"owner_id": owner_id, "days": sorted(days)})


_OF_DAYS = text("""
    SELECT day, array_agg(DISTINCT emotion) AS emotions
    FROM unnest(CAST(:days AS date[])) AS day
    LEFT JOIN journal_entries ON owner_id = :owner_id AND felt_on = day
        AND felt_at BETWEEN CAST(:first AS timestamptz) AND CAST(:last AS timestamptz)
    LEFT JOIN unnest(emotions) AS emotion ON true
    GROUP BY day
""").bindparams(
    bindparam("owner_id", type_=_TABLE.c.owner_id.type),
    bindparam("days", type_=_DAYS),
    bindparam("first", type_=_TABLE.c.felt_at.type),
    bindparam("last", type_=_TABLE.c.felt_at.type),
)


async def emotions_of(session: ReadSession, owner_id: uuid.UUID, days: Collection[date]) -> dict[date, frozenset[str]]:
    """The emotions of all entries of each of these days on the wall."""
    if not days:
        return {}
    midnight = datetime.min.time()
    values = {
        "owner_id": owner_id,
        "days": sorted(days),
        "first": datetime.combine(min(days), midnight).replace(tzinfo=UTC) - _DAY_ROOM,
        "last": datetime.combine(max(days), midnight).replace(tzinfo=UTC) + _DAY_ROOM,
    }
    rows = await session.rows(_OF_DAYS, values)
    return {row.day: frozenset(filter(None, row.emotions)) for row in rows}
