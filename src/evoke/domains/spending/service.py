"""Keeping the books: money is set aside before a call and settled after it, and who asks can see what was paid."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Row

from evoke.domains.spending import queries, schemas
from evoke.domains.spending.models import NOBODY
from evoke.kit.ids import new_id
from evoke.kit.time import Clock, utc_now
from evoke.platform.generation.errors import PictureServiceDown, TextModelDown
from evoke.platform.generation.ports import Outcome, Payer, Reservation, Usage
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

SPENT = "What generated words and pictures may cost a day is spent. It goes on at midnight UTC."


@dataclass(frozen=True)
class Booked(Reservation):
    """A reservation that knows the day it is booked on: a call over midnight is settled where it was reserved."""

    day: date


class Books:
    """`ports.Meter` on the database, each step in a short transaction of its own."""

    def __init__(self, database: Database, budgets: schemas.Budgets | None = None, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self.budgets = budgets or schemas.Budgets()

    async def reserve(self, payer: Payer, model: str, kind: Literal["text", "picture"], micros: int) -> Reservation:
        now = self._clock()
        owner_id, day = payer.owner_id or NOBODY, now.astimezone(UTC).date()
        async with self._database.transaction() as session:
            if self.budgets.everybody or self.budgets.each:
                await self._check(session, owner_id, day, kind, micros, now)
            await queries.add(session, owner_id, day, model, kind, calls=1, reserved=micros)
        return Booked(id=new_id(), payer=payer, model=model, kind=kind, reserved_micros=micros, day=day)

    async def settle(self, reservation: Reservation, usage: Usage, micros: int, outcome: Outcome) -> None:
        day = reservation.day if isinstance(reservation, Booked) else self._clock().astimezone(UTC).date()
        owed = {"paid": micros, "unpaid": 0, "unknown": reservation.reserved_micros}[outcome]
        async with self._database.transaction() as session:
            await queries.add(
                session,
                reservation.payer.owner_id or NOBODY,
                day,
                reservation.model,
                reservation.kind,
                failures=0 if outcome == "paid" else 1,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                pictures=usage.pictures,
                micros=owed,
                reserved=-reservation.reserved_micros,
            )

    async def _check(
        self,
        session: WriteSession,
        owner_id: uuid.UUID,
        day: date,
        kind: Literal["text", "picture"],
        micros: int,
        now: datetime,
    ) -> None:
        await queries.lock_budgets(session)
        everybody, each = self.budgets.everybody, self.budgets.each
        refused = bool(everybody) and await queries.committed_on(session, day) + micros > everybody
        refused = refused or (bool(each) and await queries.committed_by(session, owner_id, day) + micros > each)
        if refused:
            down = TextModelDown if kind == "text" else PictureServiceDown
            service = "gemini_api" if kind == "text" else "nanobanana_api"
            raise down(SPENT, service=service, reason="budget", retry_after_seconds=until_midnight(now))


def until_midnight(now: datetime) -> int:
    """Whole seconds until the next day begins in UTC."""
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return max(1, round((midnight - now).total_seconds()))


async def show(
    session: ReadSession, books: Books, owner_id: uuid.UUID | None, *, days: int, now: datetime
) -> schemas.SpendingAnswer:
    """One person's spending of the last `days`; everybody's when `owner_id` is None."""
    today = now.astimezone(UTC).date()
    since = today - timedelta(days=days - 1)
    rows: Sequence[Row[Any]]
    if owner_id is None:
        rows, budget = await queries.list_all(session, since), books.budgets.everybody
    else:
        rows, budget = await queries.list_of(session, owner_id, since), books.budgets.each
    return schemas.SpendingAnswer(
        spending=[
            schemas.Spending(
                day=row.day,
                model=row.model,
                kind=row.kind,
                calls=row.calls,
                failures=row.failures,
                input_tokens=row.input_tokens,
                output_tokens=row.output_tokens,
                pictures=row.pictures,
                cost_usd=_dollars(row.micros + row.reserved),
            )
            for row in rows
        ],
        total_cost_usd=_dollars(sum(row.micros + row.reserved for row in rows)),
        today_cost_usd=_dollars(sum(row.micros + row.reserved for row in rows if row.day == today)),
        daily_budget_usd=_dollars(budget) if budget else None,
    )


@dataclass(frozen=True)
class Total:
    """All calls ever made to a model, for metrics. `micros` is what they cost."""

    model: str
    kind: str
    answered: int
    failed: int
    micros: int


async def totals(session: ReadSession) -> list[Total]:
    return [
        Total(row.model, row.kind, int(row.calls - row.failures), int(row.failures), int(row.micros))
        for row in await queries.totals(session)
    ]


def _dollars(micros: int) -> float:
    return round(micros / schemas.MICROS, 6)
