"""Which jobs a worker gets, and what becomes of those whose worker is gone."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from evoke.domains.jobs import JobContext, NewJob, Registry, Task, events, recording, service
from evoke.domains.jobs.models import Job
from evoke.platform.postgres.engine import Database, WriteSession
from evoke.platform.queue import pointers
from tests.jobs import stage
from tests.jobs.stage import OWNER


async def fall_silent(database: Database) -> None:
    """Let every worker have been silent for an hour."""
    await stage.ask(database, "UPDATE pgqueuer SET heartbeat = now() - interval '1 hour' WHERE status = 'picked'")


async def pointers_left(database: Database) -> int:
    count: int = await stage.ask(database, "SELECT count(*) FROM pgqueuer")
    return count


async def test_the_urgent_first_then_the_oldest(database: Database) -> None:
    priorities = [0, 100, 0, 50, 100]
    ids = await stage.put_many(
        database, [NewJob(kind="test.any", owner_id=uuid.uuid4(), args={}, priority=each) for each in priorities]
    )
    taken = [await stage.take(database, limit=2) for _ in range(3)]
    order = [claim.id for each in taken for claim in each.claims]
    assert order == [ids[1], ids[4], ids[3], ids[0], ids[2]]
    assert [each.more for each in taken] == [True, True, False]


async def test_only_what_is_due_of_the_queues_it_serves(database: Database) -> None:
    later = datetime.now(UTC) + timedelta(minutes=10)
    await stage.put(database, "test.later", run_after=later)
    await stage.put(database, "other.any")
    taken = await stage.take(database)
    assert taken.claims == []
    assert taken.next_due is not None
    assert 590 < taken.next_due <= 600
    assert len((await stage.take(database, queues=["test", "other"])).claims) == 1


async def test_an_attempt_is_counted_before_it_runs(database: Database) -> None:
    id_ = await stage.put(database, "test.any", dedupe="key")
    (claim,) = (await stage.take(database)).claims
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.dedupe, claim.attempts) == ("running", 1, None, 1)
    assert job.started_at is not None


async def test_workers_at_the_same_time_share_without_overlap(database: Database) -> None:
    ids = await stage.put_many(database, [NewJob(kind="test.any", owner_id=OWNER, args={}) for _ in range(60)])
    shares = await asyncio.gather(*(stage.take(database, limit=5) for _ in range(12)))
    got = [claim.id for share in shares for claim in share.claims]
    assert len(got) == len(set(got))
    rest = (await stage.take(database, limit=100)).claims
    assert sorted(got + [claim.id for claim in rest]) == sorted(ids)


async def test_pointers_that_stand_for_nothing_are_dropped(database: Database) -> None:
    erased, ended, cancelled = [await stage.put(database, "test.any") for _ in range(3)]
    async with database.transaction() as session:
        await session.execute(sa.delete(Job).where(Job.id == erased))
        await session.execute(sa.update(Job).where(Job.id == ended).values(state="done"))
        await service.cancel(session, cancelled, owner_id=OWNER)
        await pointers.put(session, [pointers.NewPointer("test", b"not ours")])
    assert await pointers_left(database) == 4
    assert (await stage.take(database)).claims == []
    assert await pointers_left(database) == 0


async def test_what_has_ended_is_dropped_on_the_way(database: Database) -> None:
    await stage.put(database, "test.any")
    (claim,) = (await stage.take(database)).claims
    async with database.transaction() as session:
        await recording.done(session, claim, None, None)
    await stage.take(database, spent=[claim.pointer])
    assert await pointers_left(database) == 0


async def test_a_job_whose_worker_is_silent_is_tried_again(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    (lost,) = (await stage.take(database)).claims
    assert (await stage.take(database)).claims == [], "nobody is silent yet"
    await fall_silent(database)
    assert (await stage.take(database)).claims == [], "it waits a random while first"
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.crashes, job.error_code) == ("queued", 1, 1, "WORKER_LOST")
    assert job.error_message == "The worker died while running it, 1 time."
    await stage.ask(database, "UPDATE pgqueuer SET execute_after = now() - interval '1 s'")
    (again,) = (await stage.take(database)).claims
    assert (again.id, again.attempts) == (id_, 2)
    async with database.transaction() as session:
        assert not await recording.done(session, lost, None, None), "the silent one comes back and is refused"
        assert await recording.done(session, again, None, None)


async def test_a_job_that_costs_workers_fails(database: Database) -> None:
    heard: list[events.JobFailed] = []

    async def hear(_session: WriteSession, event: events.JobFailed) -> None:
        heard.append(event)

    async def handler(context: JobContext) -> None: ...

    database.bus.subscribe(events.JobFailed, hear)
    photo = uuid.uuid4()
    id_ = await stage.put(database, "test.any", subject=("photo", photo))
    registry = Registry([Task(kind="test.any", handler=handler, max_crashes=2, backoff_cap=0.0)])
    for _ in range(2):
        assert len((await stage.take(database, registry=registry)).claims) == 1
        await fall_silent(database)
        await stage.take(database, registry=registry)
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.error_code) == ("failed", 2, "WORKER_LOST")
    assert job.error_message == "The worker died while running it, 2 times."
    assert [(event.subject_id, event.code) for event in heard] == [(photo, "WORKER_LOST")]
    assert await pointers_left(database) == 0


async def test_a_job_whose_cancelling_the_worker_did_not_survive(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    await stage.take(database)
    async with database.transaction() as session:
        await service.cancel(session, id_, owner_id=OWNER)
    await fall_silent(database)
    await stage.take(database)
    assert (await stage.look(database, id_)).state == "cancelled"
    assert await pointers_left(database) == 0


async def test_a_worker_does_not_take_its_own_jobs_for_lost(database: Database) -> None:
    id_, worker = await stage.put(database, "test.any"), uuid.uuid4()
    (claim,) = (await stage.take(database, worker=worker)).claims
    await fall_silent(database)
    assert (await stage.take(database, worker=worker, running=[claim.pointer])).claims == []
    assert (await stage.look(database, id_)).state == "running"
    assert (await stage.take(database)).claims == [], "and its heartbeat counts again"
    assert (await stage.look(database, id_)).state == "running"


async def test_nothing_of_a_paused_queue_is_taken(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    async with database.transaction() as session:
        await service.pause(session, "test", paused_by=OWNER)
    newer = await stage.put(database, "test.any")
    await stage.put(database, "other.any")
    taken = await stage.take(database, queues=["test", "other"])
    assert [claim.kind for claim in taken.claims] == ["other.any"]
    async with database.transaction() as session:
        await service.resume(session, "test")
    assert [claim.id for claim in (await stage.take(database)).claims] == [id_, newer]


async def test_a_queue_paused_while_a_worker_takes(database: Database) -> None:
    """The pause commits between the worker's look at the paused queues and its claim."""
    earlier = datetime.now(UTC) - timedelta(minutes=5)
    id_ = await stage.put(database, "test.any", run_after=earlier, priority=7)
    paused = False

    async def pause_now() -> None:
        async with database.transaction() as session:
            await service.pause(session, "test", paused_by=OWNER)

    def before(*given: object) -> None:
        nonlocal paused
        if "UPDATE jobs SET" in str(given[2]) and not paused:
            paused = True
            sa.util.await_only(pause_now())

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", before)
    assert (await stage.take(database)).claims == []
    assert paused
    job = await stage.look(database, id_)
    assert (job.state, job.attempts, job.run_after) == ("queued", 0, earlier)
    assert (await stage.take(database)).claims == []
    async with database.transaction() as session:
        await service.resume(session, "test")
    (claim,) = (await stage.take(database)).claims
    assert (claim.id, claim.priority) == (id_, 7)


async def test_a_job_enqueued_while_its_queue_is_paused(database: Database) -> None:
    async with database.transaction() as session:
        job = await service.enqueue(session, "test.any", owner_id=OWNER, args={})
        async with database.transaction() as other:
            await service.pause(other, "test", paused_by=OWNER)
    assert (await stage.take(database)).claims == []
    async with database.transaction() as session:
        await service.resume(session, "test")
    assert [claim.id for claim in (await stage.take(database)).claims] == [job.id]
