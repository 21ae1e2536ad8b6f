"""A worker at work: cancelling what runs, progress, threads, pausing, a database that goes away."""

import asyncio
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from evoke.domains.jobs import JobContext, NewJob, Task, errors, service
from evoke.domains.jobs.models import Job
from evoke.platform.postgres import migrate
from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.postgres.engine import Database
from tests.jobs import stage
from tests.jobs.stage import OWNER, QUICK


async def cancel(database: Database, id_: uuid.UUID) -> str:
    async with database.transaction() as session:
        return (await service.cancel(session, id_, owner_id=OWNER)).state


async def test_jobs_run_as_they_come(database: Database) -> None:
    seen: list[int] = []

    async def handler(context: JobContext, number: int) -> None:
        seen.append(number)

    # Nothing but the notice can wake this worker in time.
    async with stage.working(database, Task(kind="test.any", handler=handler), options=replace(QUICK, poll=3600.0)):
        for number in range(20):
            id_ = await stage.put(database, "test.any", args={"number": number})
            await stage.until_state(database, id_, "done")
    assert seen == list(range(20))
    assert await stage.ask(database, "SELECT count(*) FROM pgqueuer") == 0


async def test_no_more_at_once_than_it_has_room_for(database: Database) -> None:
    now, most = 0, 0

    async def handler(context: JobContext) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    ids = await stage.put_many(database, [NewJob(kind="test.any", owner_id=OWNER, args={}) for _ in range(20)])
    async with stage.working(database, Task(kind="test.any", handler=handler), options=replace(QUICK, concurrency=3)):
        for id_ in ids:
            await stage.until_state(database, id_, "done")
    assert most == 3


async def test_a_running_job_is_cancelled_and_cleans_up(database: Database) -> None:
    begun, cleaned = asyncio.Event(), []

    async def handler(context: JobContext) -> None:
        context.on_cleanup(lambda: cleaned.append(context.job.id))
        await context.progress(3, 10, "files")
        begun.set()
        await asyncio.sleep(3600)

    id_ = await stage.put(database, "test.any")
    # Nothing but the notice can tell this worker in time.
    options = replace(QUICK, poll=3600.0, heartbeat_timeout=3600.0)
    async with stage.working(database, Task(kind="test.any", handler=handler), options=options):
        await begun.wait()
        assert await cancel(database, id_) == "running"
        job = await stage.until_state(database, id_, "cancelled")
    assert cleaned == [id_]
    assert (job.progress_done, job.error_code, job.attempts) == (3, None, 1)


async def test_a_cancel_that_nobody_was_told_of(database: Database) -> None:
    """The notice is lost: the request stands in the record, and the worker looks."""
    begun = asyncio.Event()

    async def handler(context: JobContext) -> None:
        begun.set()
        await asyncio.sleep(3600)

    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler)):
        await begun.wait()
        async with database.transaction() as session:
            await session.execute(sa.update(Job).values(cancel_requested=True))
        await stage.until_state(database, id_, "cancelled")


async def test_cancelling_reaches_a_thread_and_waits_for_its_end(database: Database) -> None:
    begun, left = threading.Event(), threading.Event()

    async def handler(context: JobContext) -> None:
        def compute() -> None:
            begun.set()
            while True:
                try:
                    context.check_cancelled()
                except errors.Interrupted:
                    time.sleep(0.3)
                    left.set()
                    raise
                time.sleep(0.005)

        context.on_cleanup(lambda: order.append(left.is_set()))
        await context.in_thread(compute)

    order: list[bool] = []
    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler)):
        await asyncio.to_thread(begun.wait)
        await cancel(database, id_)
        await stage.until_state(database, id_, "cancelled")
    assert order == [True], "the thread had ended before anything was cleaned up"


async def test_a_job_that_vanishes_is_stopped(database: Database) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext) -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler)):
        await begun.wait()
        await stage.ask(database, "DELETE FROM jobs")
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            await stopped.wait()


async def test_threads_leave_the_loop_free(database: Database) -> None:
    worker_lag: list[float] = []

    async def handler(context: JobContext) -> None:
        assert await context.in_thread(pow, 2, 10) == 1024
        with pytest.raises(ZeroDivisionError):
            await context.in_thread(lambda: 1 // 0)
        await asyncio.gather(*(context.in_thread(note, context.job.kind) for _ in range(6)))

    def note(_kind: str) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1

    now, most, lock = 0, 0, threading.Lock()
    id_ = await stage.put(database, "test.any")
    task = Task(kind="test.any", handler=handler)
    async with stage.working(database, task, options=replace(QUICK, threads=2)) as worker:
        await stage.until_state(database, id_, "done")
        worker_lag.append(worker.loop_lag_seconds)
    assert most == 2


async def test_a_loop_that_is_held_up_shows(database: Database) -> None:
    async def handler(context: JobContext) -> None:
        time.sleep(0.7)  # in the loop: the very thing that the watch is for

    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler)) as worker:
        seen = await stage.until(lambda: longest_lag(worker))
        await stage.until_state(database, id_, "done")
    assert seen > 0.3


async def longest_lag(worker: object) -> float:
    lag: float = getattr(worker, "loop_lag_seconds", 0.0)
    return lag if lag > 0.3 else 0.0


async def test_progress_is_written_twice_a_second_at_most(database: Database) -> None:
    updates: list[str] = []
    sa.event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda *given: updates.append(given[2]) if "progress_unit=" in given[2] else None,
    )
    seen: list[int] = []

    async def handler(context: JobContext) -> None:
        for done in range(1, 501):
            await context.progress(done, 500, "files")
        seen.append((await stage.look(database, context.job.id)).progress_done)

    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler)):
        job = await stage.until_state(database, id_, "done")
    assert seen == [1]
    assert len(updates) == 1
    assert job.progress_done == 500


async def test_a_queue_that_is_paused_and_resumed(database: Database) -> None:
    async def handler(context: JobContext) -> None: ...

    async with database.transaction() as session:
        await service.pause(session, "test", paused_by=OWNER)
    id_ = await stage.put(database, "test.any")
    other = await stage.put(database, "other.any")
    kinds = [Task(kind=kind, handler=handler) for kind in ("test.any", "other.any")]
    async with stage.working(database, *kinds, options=replace(QUICK, poll=3600.0)):
        await stage.until_state(database, other, "done")
        assert (await stage.look(database, id_)).state == "queued"
        async with database.transaction() as session:
            await service.resume(session, "test")
        await stage.until_state(database, id_, "done")


async def test_stopping_gives_back_what_does_not_end_in_time(database: Database) -> None:
    begun, cleaned = asyncio.Event(), []

    async def handler(context: JobContext) -> None:
        context.on_cleanup(lambda: cleaned.append(1))
        begun.set()
        await asyncio.sleep(3600)

    async def stubborn(context: JobContext) -> None:
        await context.in_thread(time.sleep, 2)

    id_ = await stage.put(database, "test.any")
    deaf = await stage.put(database, "test.deaf")
    tasks = [Task(kind="test.any", handler=handler), Task(kind="test.deaf", handler=stubborn)]
    async with stage.working(database, *tasks, options=replace(QUICK, grace=0.05, settle=0.3)):
        await begun.wait()
        await stage.until_state(database, deaf, "running")
    assert cleaned == [1]
    for each in (id_, deaf):
        job = await stage.look(database, each)
        assert (job.state, job.attempts, job.error_code) == ("queued", 0, None)
    assert {claim.id for claim in (await stage.take(database)).claims} == {id_, deaf}


async def test_trouble_that_passes(database: Database) -> None:
    """What cannot be written down is done again; what cannot be fetched is fetched later."""
    runs: list[int] = []

    async def handler(context: JobContext) -> None:
        runs.append(context.job.attempts)

    await stage.ask(database, "ALTER TABLE jobs ADD CONSTRAINT trouble CHECK (state <> 'done')")
    id_ = await stage.put(database, "test.any")
    async with stage.working(database, Task(kind="test.any", handler=handler, backoff_cap=0.0, max_crashes=99)):
        await stage.until_state(database, id_, "running")
        await stage.until(lambda: was_lost(database, id_))
        await stage.ask(database, "ALTER TABLE jobs DROP CONSTRAINT trouble")
        await stage.ask(database, "ALTER TABLE job_queues RENAME TO elsewhere")
        waits = await stage.put(database, "test.any")
        await asyncio.sleep(0.3)
        await stage.ask(database, "ALTER TABLE elsewhere RENAME TO job_queues")
        await stage.until_state(database, waits, "done")
        job = await stage.until_state(database, id_, "done")
    assert job.crashes >= 1
    assert runs.count(1) == 2, "the first attempt of each"


async def was_lost(database: Database, id_: uuid.UUID) -> bool:
    return (await stage.look(database, id_)).crashes > 0


async def test_a_database_that_restarts(tmp_path: Path) -> None:
    """A worker goes on by itself, and a job that spans the restart is done once."""
    runs: list[uuid.UUID] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handler(context: JobContext, spans: bool = False) -> None:
        if spans:
            begun.set()
            await go_on.wait()
            await context.progress(1, 2)
        runs.append(context.job.id)

    server = EmbeddedPostgres(tmp_path / "postgres")
    url = await asyncio.to_thread(server.start)
    database = Database.connect(url)
    try:
        await migrate.upgrade(url)
        options = replace(QUICK, heartbeat_timeout=30.0)
        async with stage.working(database, Task(kind="test.any", handler=handler), options=options):
            spanning = await stage.put(database, "test.any", args={"spans": True})
            await begun.wait()
            await asyncio.to_thread(server.stop)
            go_on.set()
            await asyncio.sleep(0.5)
            assert await asyncio.to_thread(server.start) == url
            await stage.until(lambda: reachable(database))
            await stage.until_state(database, spanning, "done")
            after = await stage.put(database, "test.any")
            await stage.until_state(database, after, "done")
        assert runs == [spanning, after]
    finally:
        await database.close()
        await asyncio.to_thread(server.stop)


async def reachable(database: Database) -> bool:
    try:
        await database.ping()
    except Exception:
        return False
    return True
