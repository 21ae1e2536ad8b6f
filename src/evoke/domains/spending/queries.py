"""Statements of the books."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, Text, Uuid, bindparam, func, select, text

from evoke.domains.spending.models import DaySpending, OwnerSpending
from evoke.platform.postgres.engine import ReadSession, WriteSession

_SUMS = ("calls", "failures", "input_tokens", "output_tokens", "pictures", "micros", "reserved")
# The keys are those of one transaction at a time: who reserves sees what others before it have set aside.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('evoke generation budget', 0))")


def _addition(table: str, key: tuple[str, ...]) -> Any:
    columns = (*key, *_SUMS)
    sums = ", ".join(f"{name} = known.{name} + excluded.{name}" for name in _SUMS)
    statement = f"""
        INSERT INTO {table} AS known ({", ".join(columns)}) VALUES ({", ".join(f":{name}" for name in columns)})
        ON CONFLICT ({", ".join(key)}) DO UPDATE SET {sums}
    """  # noqa: S608 - names of columns
    types: dict[str, Any] = {"owner_id": Uuid(), "day": Date(), "model": Text(), "kind": Text()}
    return text(statement).bindparams(*(bindparam(name, type_=types[name]) for name in key))


_ADD_TO_OWNER = _addition("generation_spending", ("owner_id", "day", "model", "kind"))
_ADD_TO_DAY = _addition("generation_days", ("day", "model", "kind"))


async def lock_budgets(session: WriteSession) -> None:
    """Nobody else reserves until the transaction ends."""
    await session.execute(_LOCK)


async def committed_on(session: ReadSession, day: date) -> int:
    """Micros of everybody, spent or set aside."""
    owed = func.coalesce(func.sum(DaySpending.micros + DaySpending.reserved), 0)
    return int(await session.scalar(select(owed).where(DaySpending.day == day)) or 0)


async def committed_by(session: ReadSession, owner_id: uuid.UUID, day: date) -> int:
    """Micros of one person, spent or set aside."""
    owed = func.coalesce(func.sum(OwnerSpending.micros + OwnerSpending.reserved), 0)
    mine = (OwnerSpending.owner_id == owner_id, OwnerSpending.day == day)
    return int(await session.scalar(select(owed).where(*mine)) or 0)


async def add(session: WriteSession, owner_id: uuid.UUID, day: date, model: str, kind: str, **more: int) -> None:
    """Add `more` (names of sums) to the books of the person and of the day."""
    values = {"day": day, "model": model, "kind": kind, **dict.fromkeys(_SUMS, 0), **more}
    await session.execute(_ADD_TO_OWNER, {**values, "owner_id": owner_id})
    await session.execute(_ADD_TO_DAY, values)


async def list_of(session: ReadSession, owner_id: uuid.UUID, since: date) -> Sequence[Row[Any]]:
    """One person's rows from a day on, the newest first."""
    columns = [getattr(OwnerSpending, name) for name in ("day", "model", "kind", *_SUMS)]
    mine = (OwnerSpending.owner_id == owner_id, OwnerSpending.day >= since)
    order = (OwnerSpending.day.desc(), OwnerSpending.model, OwnerSpending.kind)
    return (await session.execute(select(*columns).where(*mine).order_by(*order))).all()


async def list_all(session: ReadSession, since: date) -> Sequence[Row[Any]]:
    """Everybody's together."""
    columns = [getattr(DaySpending, name) for name in ("day", "model", "kind", *_SUMS)]
    order = (DaySpending.day.desc(), DaySpending.model, DaySpending.kind)
    return (await session.execute(select(*columns).where(DaySpending.day >= since).order_by(*order))).all()


async def totals(session: ReadSession) -> Sequence[Row[Any]]:
    """Everything since the books were opened, by model and kind."""
    sums = [func.sum(getattr(DaySpending, name)).label(name) for name in _SUMS]
    grouped = select(DaySpending.model, DaySpending.kind, *sums).group_by(DaySpending.model, DaySpending.kind)
    return (await session.execute(grouped)).all()
