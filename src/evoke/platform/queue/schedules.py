"""Schedules: what is due by the clock, handed to exactly one worker.

Times are the database's, so that workers whose clocks differ agree; cron expressions are read in UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import croniter  # type: ignore[import-untyped]  # it ships no types
import sqlalchemy as sa
from pgqueuer.domain.models import CronExpressionEntrypoint
from pgqueuer.domain.types import CronEntrypoint, CronExpression

from evoke.platform.postgres.engine import WriteSession
from evoke.platform.queue import package


def check(expression: str) -> None:
    """Raise ValueError unless `expression` is a cron expression of five or six fields."""
    if not croniter.croniter.is_valid(expression):
        raise ValueError(f"{expression!r} is not a cron expression")


def seconds_to_next(expression: str, now: datetime) -> float:
    """Seconds from `now` to the next moment that `expression` names."""
    following = croniter.croniter(expression, start_time=now.astimezone(UTC)).get_next(datetime)
    return float((following - now).total_seconds())


async def remember(session: WriteSession, crons: Mapping[str, str]) -> None:
    """Make the schedules `{name: expression}` known; those that are known keep their next time."""
    if crons:
        await package.queries(session).insert_schedule(_waits(crons, await _now(session)))


async def due(session: WriteSession, crons: Mapping[str, str]) -> list[str]:
    """The names that are due. They are not due again before their next time, if the transaction commits."""
    if not crons:
        return []
    queries = package.queries(session)
    schedules = await queries.fetch_schedule(_waits(crons, await _now(session)))
    if schedules:
        await queries.set_schedule_queued({schedule.id for schedule in schedules})
    return [schedule.entrypoint for schedule in schedules]


async def _now(session: WriteSession) -> datetime:
    now: datetime = (await session.execute(sa.select(sa.func.now()))).scalar_one()
    return now


def _waits(crons: Mapping[str, str], now: datetime) -> dict[CronExpressionEntrypoint, timedelta]:
    return {
        CronExpressionEntrypoint(CronEntrypoint(name), CronExpression(expression)): timedelta(
            seconds=seconds_to_next(expression, now)
        )
        for name, expression in crons.items()
    }
