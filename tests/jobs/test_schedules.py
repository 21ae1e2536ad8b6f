"""Schedules, by the database's clock."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from evoke.domains.jobs import JobContext, Registry, Task, supervision
from evoke.platform.postgres.engine import Database
from evoke.platform.queue import schedules
from evoke.worker import Worker
from tests.jobs import stage

HOURLY = {"test.hourly": "17 * * * *"}


async def nothing(context: JobContext) -> None: ...


def test_the_next_moment_is_in_utc() -> None:
    now = datetime(2026, 3, 21, 16, 4, 22, tzinfo=UTC)
    assert schedules.seconds_to_next("17 * * * *", now) == timedelta(minutes=12, seconds=38).total_seconds()
    elsewhere = now.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert (
        schedules.seconds_to_next("0 0 * * *", elsewhere) == timedelta(hours=7, minutes=55, seconds=38).total_seconds()
    )


def test_what_is_no_cron_expression() -> None:
    schedules.check("*/5 * * * *")
    for wrong in ("", "every day", "61 * * * *"):
        with pytest.raises(ValueError, match="cron"):
            schedules.check(wrong)


async def test_a_worker_refuses_a_schedule_that_is_none(database: Database) -> None:
    registry = Registry([Task(kind="test.never", handler=nothing, schedule="now and then")])
    with pytest.raises(ValueError, match="'now and then' is not a cron expression"):
        Worker(database, registry)


async def make_due(database: Database) -> None:
    await stage.ask(database, "UPDATE pgqueuer_schedules SET next_run = now() - interval '1 second'")


async def due(database: Database) -> list[str]:
    async with database.transaction() as session:
        return await schedules.due(session, HOURLY)


async def test_due_once_even_when_many_ask(database: Database) -> None:
    async with database.transaction() as session:
        await schedules.remember(session, HOURLY)
    assert await due(database) == []
    await make_due(database)
    answers = await asyncio.gather(*(due(database) for _ in range(8)))
    assert sorted(name for answer in answers for name in answer) == ["test.hourly"]
    following = await stage.ask(database, "SELECT next_run FROM pgqueuer_schedules")
    assert (following.minute, following.second, following.microsecond) == (17, 0, 0)
    assert following > datetime.now(UTC) - timedelta(seconds=1)


async def test_a_turn_that_was_rolled_back_is_still_due(database: Database) -> None:
    async with database.transaction() as session:
        await schedules.remember(session, HOURLY)
    await make_due(database)
    with pytest.raises(LookupError):
        async with database.transaction() as session:
            assert await schedules.due(session, HOURLY) == ["test.hourly"]
            raise LookupError
    assert await due(database) == ["test.hourly"]


async def test_remembering_again_does_not_put_a_turn_off(database: Database) -> None:
    for _ in range(2):
        async with database.transaction() as session:
            await schedules.remember(session, HOURLY)
        await make_due(database)
    assert await due(database) == ["test.hourly"]


async def test_a_turn_is_left_out_while_the_last_one_is_not_over(database: Database) -> None:
    registry = Registry(
        [Task(kind="test.hourly", handler=nothing, queue="maintenance", priority=3, schedule="17 * * * *")]
    )
    for _ in range(3):
        rest = await supervision.enqueue_due(database, registry)
        assert 0 < rest <= supervision.LONGEST_REST_SECONDS
        await make_due(database)
    assert await stage.ask(database, "SELECT count(*) FROM jobs") == 1
    (claim,) = (await stage.take(database, queues=["maintenance"])).claims
    assert (claim.kind, claim.queue, claim.priority) == ("test.hourly", "maintenance", 3)
    await supervision.enqueue_due(database, registry)
    await stage.ask(database, "UPDATE jobs SET state = 'done'")
    await make_due(database)
    await supervision.enqueue_due(database, registry)
    assert await stage.ask(database, "SELECT count(*) FROM jobs") == 2


async def test_no_schedules_no_questions(database: Database) -> None:
    assert await supervision.enqueue_due(database, Registry()) == supervision.LONGEST_REST_SECONDS
    async with database.transaction() as session:
        await schedules.remember(session, {})
        assert await schedules.due(session, {}) == []
