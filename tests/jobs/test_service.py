"""Cancelling, trying again, pausing, erasing and pruning; whose jobs one sees."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from evoke.domains.jobs import NewJob, Task, errors, events, queries, recording, service
from evoke.domains.jobs.models import SYSTEM, Job
from evoke.domains.jobs.queries import Filters
from evoke.domains.jobs.tasks import Retention, tasks
from evoke.kit.errors import Invalid
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database, WriteSession
from tests.jobs import stage
from tests.jobs.stage import OWNER

STRANGER = uuid.UUID("01985f0e-7b5a-7cc2-9d51-4c3a7d1c2bff")


async def fail(database: Database, **changes: object) -> uuid.UUID:
    """A job that has failed after its one attempt."""
    id_ = await stage.put(database, "test.any", **changes)
    (claim,) = (await stage.take(database)).claims
    async with database.transaction() as session:
        await recording.failed(session, claim, None, code="BROKEN", message="It is broken.")
    return id_


async def test_a_job_that_waits_is_cancelled_at_once(database: Database) -> None:
    heard: list[object] = []

    async def hear(_session: WriteSession, event: object) -> None:
        heard.append(event)

    database.bus.subscribe(events.JobCancelled, hear)
    id_ = await stage.put(database, "test.any", dedupe="key")
    async with database.transaction() as session:
        job = await service.cancel(session, id_, owner_id=OWNER)
    assert (job.state, job.cancel_requested, job.eta_seconds) == ("cancelled", True, None)
    assert job.finished_at is not None
    assert heard == [events.JobCancelled(id_, OWNER, "test.any", None, None)]
    assert (await stage.take(database)).claims == []
    assert await stage.put(database, "test.any", dedupe="key") != id_, "its key is free"


async def test_what_has_ended_cannot_be_cancelled(database: Database) -> None:
    id_ = await fail(database)
    async with database.transaction() as session:
        with pytest.raises(errors.JobFinished) as refused:
            await service.cancel(session, id_, owner_id=OWNER)
    assert refused.value.details == {"state": "failed"}


async def test_a_failed_job_is_tried_again_from_the_start(database: Database) -> None:
    heard: list[object] = []

    async def hear(_session: WriteSession, event: object) -> None:
        heard.append(event)

    database.bus.subscribe(events.JobRetried, hear)
    id_ = await fail(database, priority=5, args={"n": 1})
    async with database.transaction() as session:
        job = await service.retry(session, id_, owner_id=OWNER)
    assert (job.state, job.attempts, job.error, job.finished_at) == ("queued", 0, None, None)
    assert heard == [events.JobRetried(id_, OWNER, "test.any", None, None)]
    (claim,) = (await stage.take(database)).claims
    assert (claim.id, claim.attempts, claim.priority, claim.args) == (id_, 1, 5, {"n": 1})


async def test_a_cancelled_job_is_tried_again_and_can_be_cancelled_again(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    async with database.transaction() as session:
        await service.cancel(session, id_, owner_id=OWNER)
        job = await service.retry(session, id_, owner_id=OWNER)
    assert (job.state, job.cancel_requested) == ("queued", False)
    assert [claim.id for claim in (await stage.take(database)).claims] == [id_]


async def test_only_what_failed_or_was_cancelled_is_tried_again(database: Database) -> None:
    id_ = await stage.put(database, "test.any")
    for state in ("queued", "running", "done"):
        await stage.ask(database, f"UPDATE jobs SET state = '{state}'")
        async with database.transaction() as session:
            with pytest.raises(errors.JobNotRetryable) as refused:
                await service.retry(session, id_, owner_id=OWNER)
        assert refused.value.details == {"state": state}


async def test_a_job_of_somebody_else_is_not_there(database: Database) -> None:
    id_ = await fail(database)
    async with database.transaction() as session:
        for call in (queries.get, service.cancel, service.retry):
            with pytest.raises(errors.JobNotFound):
                await call(session, id_, owner_id=STRANGER)
        assert (await queries.list_for(session, owner_id=STRANGER)).jobs == []
        assert (await queries.get(session, id_, owner_id=STRANGER, everyone=True)).id == id_
        assert (await service.retry(session, id_, owner_id=STRANGER, everyone=True)).state == "queued"


async def test_pages_have_every_job_once_the_newest_first(database: Database) -> None:
    ids = await stage.put_many(database, [NewJob(kind="test.any", owner_id=OWNER, args={}) for _ in range(7)])
    await stage.put(database, "test.any", owner_id=SYSTEM)
    seen: list[uuid.UUID] = []
    cursor = None
    async with database.read() as session:
        for _ in range(4):
            page = await queries.list_for(session, owner_id=OWNER, limit=2, cursor=cursor)
            seen += [job.id for job in page.jobs]
            cursor = page.next_cursor
        assert cursor is None
        with pytest.raises(Invalid):
            await queries.list_for(session, owner_id=OWNER, cursor="nonsense")
        everybody = await queries.list_for(session, owner_id=OWNER, everyone=True)
    assert seen == ids[::-1]
    assert len(everybody.jobs) == 8


async def test_filters(database: Database) -> None:
    photo = new_id()
    failed = await fail(database, subject=("photo", photo))
    other = await stage.put(database, "test.other", subject=("album", photo))
    for filters, expected in (
        (Filters(state="failed"), [failed]),
        (Filters(kind="test.other"), [other]),
        (Filters(subject_id=photo), [other, failed]),
        (Filters(subject_type="photo", subject_id=photo), [failed]),
        (Filters(state="done"), []),
    ):
        async with database.read() as session:
            found = await queries.list_for(session, owner_id=OWNER, filters=filters)
        assert [job.id for job in found.jobs] == expected, filters


async def test_queues_and_how_full_they_are(database: Database) -> None:
    earlier = datetime.now(UTC) - timedelta(seconds=90)
    await fail(database)
    await stage.put(database, "test.any")
    await stage.take(database)
    await stage.put(database, "test.any", run_after=earlier)
    await stage.put(database, "test.any", run_after=datetime.now(UTC) + timedelta(hours=1))
    async with database.transaction() as session:
        paused = await service.pause(session, "idle", paused_by=OWNER)
        assert (paused.name, paused.paused) == ("idle", True)
        assert (await service.pause(session, "idle", paused_by=STRANGER)).paused
        found = {queue.name: queue for queue in await queries.queues(session, known=["known"])}
        assert not (await service.resume(session, "idle")).paused
        assert not (await service.resume(session, "never paused")).paused
    assert sorted(found) == ["idle", "known", "test"]
    test = found["test"]
    assert (test.paused, test.queued, test.running, test.failed) == (False, 2, 1, 1)
    assert test.oldest_age_seconds is not None
    assert 90 <= test.oldest_age_seconds < 100
    assert found["known"].oldest_age_seconds is None


async def test_statistics(database: Database) -> None:
    await fail(database)
    done = await stage.put(database, "test.done")
    old = await stage.put(database, "test.done")
    await stage.put(database, "test.waits")
    for id_, age in ((done, "1 minute"), (old, "2 hours")):
        await stage.ask(
            database, f"UPDATE jobs SET state = 'done', finished_at = now() - interval '{age}' WHERE id = '{id_}'"
        )
    async with database.read() as session:
        statistics = await queries.statistics(session)
    assert {(row.kind, row.state): row.count for row in statistics.jobs} == {
        ("test.any", "failed"): 1,
        ("test.done", "done"): 1,
        ("test.waits", "queued"): 1,
    }
    assert [(row.queue, row.depth) for row in statistics.queues] == [("test", 1)]
    assert statistics.queues[0].oldest_seconds is not None


async def test_an_owners_jobs_are_erased_whole(database: Database) -> None:
    await stage.put_many(database, [NewJob(kind="test.any", owner_id=OWNER, args={}) for _ in range(3)])
    kept = await stage.put(database, "test.any", owner_id=STRANGER)
    (running, *_) = (await stage.take(database, limit=1)).claims
    async with database.transaction() as session:
        assert await service.erase(session, OWNER) == 3
        assert not await recording.done(session, running, None, None)
    assert [claim.id for claim in (await stage.take(database)).claims] == [kept]
    assert await stage.ask(database, "SELECT count(*) FROM pgqueuer") == 2, "of the two that run, one is erased"


async def test_old_jobs_are_pruned(database: Database) -> None:
    ages = {"done": 8, "cancelled": 8, "failed": 91}
    gone, kept = [], []
    for state, days in ages.items():
        for ids, age in ((gone, days), (kept, days - 2)):
            ids.append(await stage.put(database, "test.any"))
            await stage.ask(
                database,
                f"UPDATE jobs SET state = '{state}', finished_at = now() - interval '{age} days' "
                f"WHERE id = '{ids[-1]}'",
            )
    kept.append(await stage.put(database, "test.any"))
    (prune,) = tasks(Retention(done_days=7, failed_days=90))
    await stage.put(database, prune.kind, owner_id=SYSTEM, queue=prune.queue)
    async with stage.working(database, prune):
        await stage.until(lambda: is_done(database, prune))
    async with database.read() as session:
        left = set(await session.scalars(sa.select(Job.id).where(Job.owner_id == OWNER)))
    assert left == set(kept)


async def is_done(database: Database, task: Task) -> bool:
    async with database.read() as session:
        states = await session.scalars(sa.select(Job.state).where(Job.kind == task.kind))
        return set(states) == {"done"}
