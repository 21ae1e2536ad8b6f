"""How an attempt can end, and what is written of it."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from evoke.domains.jobs import JobContext, Permanent, RetryLater, Task, events, recording
from evoke.domains.jobs.errors import Superseded
from evoke.kit.errors import Conflict, RateLimited, ServiceUnavailable
from evoke.platform.postgres.engine import Database, WriteSession
from tests.jobs import stage


def failing(error: BaseException, **changes: Any) -> Task:
    async def handler(context: JobContext) -> None:
        raise error

    return Task(kind="test.any", handler=handler, **changes)


@pytest.fixture
def told(database: Database) -> list[object]:
    """The events of jobs, as they are published."""
    heard: list[object] = []

    async def hear(_session: WriteSession, event: object) -> None:
        heard.append(event)

    for kind in (events.JobFailed, events.JobCancelled, events.JobRetried):
        database.bus.subscribe(kind, hear)
    return heard


async def test_a_handler_that_ends_is_done(database: Database) -> None:
    id_ = await stage.put(database, "test.any")

    async def handler(context: JobContext) -> None:
        await context.progress(2, 5, "steps", "the second")
        await context.progress(5, 5, "steps", "the last")

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_code) == ("done", 1, None)
    assert (job.progress_done, job.progress_total, job.progress_unit) == (5, 5, "steps")
    assert job.progress_message == "the last"
    assert job.started_at
    assert job.finished_at
    assert job.finished_at >= job.started_at


async def test_arguments_arrive_as_the_handler_names_them(database: Database) -> None:
    photo, seen = uuid.uuid4(), []
    await stage.put(database, "test.any", args={"photo_id": str(photo), "sizes": [1, 2]})

    async def handler(context: JobContext, photo_id: uuid.UUID, sizes: list[int], force: bool = False) -> None:
        seen.append((photo_id, sizes, force))

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    assert seen == [(photo, [1, 2], False)]


@pytest.mark.parametrize("args", [{}, {"number": "many"}, {"number": 1, "other": 2}])
async def test_arguments_that_do_not_fit_fail_at_once(database: Database, args: dict[str, Any]) -> None:
    id_ = await stage.put(database, "test.any", args=args)

    async def handler(context: JobContext, number: int) -> None: ...

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    job = await stage.look(database, id_)
    assert (job.state, job.error_code) == ("failed", "BAD_ARGUMENTS")


async def test_results_and_end_are_one_transaction(database: Database) -> None:
    await stage.ask(database, "CREATE TABLE results (value int)")
    good = await stage.put(database, "test.any")

    async def handler(context: JobContext) -> None:
        async with context.database.transaction() as session:
            await stage_result(session)
            await context.finish_in(session, "as it should be")

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    job = await stage.look(database, good)
    assert (job.state, job.progress_message) == ("done", "as it should be")

    bad = await stage.put(database, "test.any")

    async def handler_that_fails(context: JobContext) -> None:
        async with context.database.transaction() as session:
            await stage_result(session)
            await context.finish_in(session)
            raise ServiceUnavailable

    await stage.attempt(database, Task(kind="test.any", handler=handler_that_fails))
    assert (await stage.look(database, bad)).state == "queued"
    assert await stage.ask(database, "SELECT count(*) FROM results") == 1


async def stage_result(session: WriteSession) -> None:
    connection = await session.connection()
    await connection.exec_driver_sql("INSERT INTO results VALUES (1)")


async def test_an_error_after_the_end_changes_nothing(database: Database) -> None:
    id_, cleaned = await stage.put(database, "test.any"), []

    async def handler(context: JobContext) -> None:
        context.on_cleanup(lambda: cleaned.append(1))
        async with context.database.transaction() as session:
            await context.finish_in(session)
        raise ValueError

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    assert (await stage.look(database, id_)).state == "done"
    assert cleaned == []


async def test_finishing_without_committing_is_a_failure(database: Database) -> None:
    id_ = await stage.put(database, "test.any")

    async def handler(context: JobContext) -> None:
        async with context.database.write() as session:
            await context.finish_in(session)

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    job = await stage.look(database, id_)
    assert (job.state, job.error_code) == ("queued", "INTERNAL_ERROR")


async def test_messages_quote_whatever_a_file_is_called(database: Database) -> None:
    name = "a\0b\ud800c" + "x" * 5000

    async def handler(context: JobContext, fails: bool) -> None:
        await context.progress(1, 1, name, name)
        if fails:
            raise Permanent("UNREADABLE", name)
        async with context.database.transaction() as session:
            await context.finish_in(session, name)

    for fails in (True, False):
        id_ = await stage.put(database, "test.any", args={"fails": fails})
        await stage.attempt(database, Task(kind="test.any", handler=handler))
        job = await stage.look(database, id_)
        assert job.state == ("failed" if fails else "done")
        for text in (job.progress_message, job.progress_unit, job.error_message if fails else job.progress_message):
            assert text == "a\ufffdb?c" + "x" * 995


async def test_another_commit_does_not_pass_for_the_one_that_was_rolled_back(database: Database) -> None:
    id_ = await stage.put(database, "test.any")

    async def handler(context: JobContext) -> None:
        async with context.database.write() as session:
            await context.finish_in(session)
            await session.rollback()
            await session.execute(sa.text("SELECT 1"))
            await session.commit()

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    assert (await stage.look(database, id_)).state == "queued"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (Permanent("NO_PICTURE", "There is no picture in it."), "NO_PICTURE", "There is no picture in it."),
        (Conflict("It is taken."), "CONFLICT", "It is taken."),
    ],
)
async def test_what_cannot_be_mended_fails_at_once(
    database: Database, told: list[object], error: Exception, code: str, message: str
) -> None:
    photo = uuid.uuid4()
    id_ = await stage.put(database, "test.any", subject=("photo", photo))
    await stage.attempt(database, failing(error))
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_code, job.error_message) == ("failed", 1, code, message)
    assert job.finished_at is not None
    assert told == [events.JobFailed(id_, stage.OWNER, "test.any", "photo", photo, code, message)]


@pytest.mark.parametrize(
    ("error", "code", "longest"),
    [
        (ServiceUnavailable("The model is loading.", retry_after_seconds=7), "SERVICE_UNAVAILABLE", 9),
        (RateLimited(retry_after_seconds=7), "RATE_LIMIT_EXCEEDED", 9),
        (ValueError("/secret/path"), "INTERNAL_ERROR", 2),
        (asyncio.CancelledError(), "INTERNAL_ERROR", 2),
    ],
)
async def test_what_may_pass_is_tried_again(
    database: Database, told: list[object], error: BaseException, code: str, longest: int
) -> None:
    id_ = await stage.put(database, "test.any")
    before = datetime.now(UTC)
    await stage.attempt(database, failing(error, backoff_base=2.0))
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_code, job.finished_at) == ("queued", 1, code, None)
    assert "secret" not in (job.error_message or "")
    least = timedelta(seconds=7 if longest == 9 else 0)
    assert least <= job.run_after - before <= timedelta(seconds=longest) + (datetime.now(UTC) - before)
    assert told == []
    due = await stage.ask(database, f"SELECT execute_after FROM pgqueuer WHERE id = {job.queue_job_id}")
    assert due == job.run_after


async def test_the_last_attempt_makes_a_dead_letter(database: Database, told: list[object]) -> None:
    id_ = await stage.put(database, "test.any")
    task = failing(ServiceUnavailable("The disk is asleep."), max_attempts=3, backoff_base=0.0)
    for attempt in (1, 2):
        await stage.attempt(database, task)
        job = await stage.look(database, id_)
        assert (job.state, job.attempts) == ("queued", attempt)
    await stage.attempt(database, task)
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_message) == ("failed", 3, "The disk is asleep.")
    assert [type(event) for event in told] == [events.JobFailed]


async def test_waiting_is_no_failed_attempt(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    before = datetime.now(UTC)
    await stage.attempt(database, failing(RetryLater(30, "The model is not there yet."), max_attempts=1))
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_message) == ("queued", 0, "The model is not there yet.")
    assert job.run_after - before >= timedelta(seconds=30)


async def test_a_kind_that_nobody_knows(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.else", handler=failing(ValueError()).handler)):
        job = await stage.until(lambda: waiting_again(database, id_))
    assert job.error_code == "UNKNOWN_TASK"


async def waiting_again(database: Database, id_: uuid.UUID) -> Any:
    job = await stage.look(database, id_)
    return job if job.error_code else None


async def test_an_attempt_that_takes_too_long(database: Database) -> None:
    id_, cleaned = await stage.put(database, "test.any"), []

    async def handler(context: JobContext) -> None:
        context.on_cleanup(lambda: cleaned.append(context.cancelled.is_set()))
        await asyncio.sleep(60)

    await stage.attempt(database, Task(kind="test.any", handler=handler, timeout=0.05))
    job = await stage.look(database, id_)
    assert (job.state, job.error_code, job.error_message) == ("queued", "TIMEOUT", "It took longer than 0.05 seconds.")
    assert cleaned == [True]


async def test_cleaning_up_goes_backwards_and_past_errors(database: Database) -> None:
    id_, order = await stage.put(database, "test.any"), []

    async def handler(context: JobContext) -> None:
        async def last() -> None:
            order.append("last")

        def middle() -> None:
            order.append("middle")
            raise OSError

        context.on_cleanup(lambda: order.append("first"))
        context.on_cleanup(middle)
        context.on_cleanup(last)
        # The job is still this attempt's own while it cleans up: no other attempt may be at it.
        context.on_cleanup(still_running)
        raise ValueError

    async def still_running() -> None:
        order.append((await stage.look(database, id_)).state)

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    assert order == ["running", "last", "middle", "first"]
    assert (await stage.look(database, id_)).state == "queued"


async def test_an_attempt_that_was_overtaken_changes_nothing(database: Database) -> None:
    id_, cleaned = await stage.put(database, "test.any"), []
    refused: list[str] = []

    async def handler(context: JobContext) -> None:
        context.on_cleanup(lambda: cleaned.append(1))
        async with database.transaction() as session:
            assert await recording.again(session, context.job, after=timedelta(0))
        (claim,) = (await stage.take(database)).claims
        assert (claim.id, claim.attempts) == (id_, 2)
        for step in (context.progress(1), finish(context)):
            with pytest.raises(Superseded):
                await step
            refused.append(context.job.kind)
        raise ValueError

    await stage.attempt(database, Task(kind="test.any", handler=handler))
    assert len(refused) == 2
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.progress_done) == ("running", 2, 0)
    assert cleaned == [], "the other attempt may be using it"


async def finish(context: JobContext) -> None:
    async with context.database.transaction() as session:
        await context.finish_in(session)


async def test_a_subscriber_that_fails_does_not_keep_the_job_from_ending(database: Database) -> None:
    async def fail(_session: WriteSession, _event: object) -> None:
        raise LookupError

    database.bus.subscribe(events.JobFailed, fail)
    id_ = await stage.put(database, "test.any")
    await stage.attempt(database, failing(Permanent("BROKEN", "It is broken.")))
    assert (await stage.look(database, id_)).state == "failed"
