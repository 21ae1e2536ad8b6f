"""Estimates against the database: what they count and what they leave out."""

import uuid
from datetime import timedelta

from evoke.domains.jobs import NewJob, queries, service
from evoke.kit.time import utc_now
from evoke.platform.postgres.engine import Database
from tests.jobs import stage
from tests.jobs.stage import OWNER


async def eta_of(database: Database, job_id: uuid.UUID) -> int | None:
    async with database.read() as session:
        return (await queries.get(session, job_id, owner_id=OWNER, everyone=True)).eta_seconds


async def measured(database: Database, kind: str, seconds: float, *, hours_ago: float = 0) -> None:
    """Let one job of `kind` have taken so long."""
    id_ = await stage.put(database, kind)
    await stage.ask(
        database,
        f"UPDATE jobs SET state = 'done', finished_at = now() - interval '{hours_ago} hours', "
        f"started_at = now() - interval '{hours_ago} hours' - interval '{seconds} seconds' WHERE id = '{id_}'",
    )
    await stage.ask(database, "DELETE FROM pgqueuer WHERE id = (SELECT max(queue_job_id) FROM jobs)")


async def test_a_waiting_job_stands_behind_what_is_more_urgent_or_older(database: Database) -> None:
    await measured(database, "test.quick", 2)
    await measured(database, "test.quick", 4)
    await measured(database, "test.slow", 30)
    running = await stage.put(database, "test.quick")
    await stage.take(database, limit=1)
    older, wanted, newer = await stage.put_many(
        database, [NewJob(kind="test.quick", owner_id=uuid.uuid4(), args={}) for _ in range(3)]
    )
    urgent = await stage.put(database, "test.slow", priority=100)
    await stage.put(database, "test.slow", run_after=utc_now() + timedelta(hours=1))
    await stage.put(database, "elsewhere.slow")
    assert await eta_of(database, urgent) == 30
    assert await eta_of(database, older) == 33
    assert await eta_of(database, wanted) == 36
    assert await eta_of(database, newer) == 39
    assert await eta_of(database, running) in (2, 3)


async def test_a_page_has_the_same_estimates(database: Database) -> None:
    await measured(database, "test.quick", 2)
    await stage.put(database, "test.quick")
    await stage.take(database, limit=1)
    ids = await stage.put_many(
        database, [NewJob(kind="test.quick", owner_id=OWNER, args={}, priority=n % 3) for n in range(9)]
    )
    async with database.read() as session:
        page = await queries.list_for(session, owner_id=OWNER, filters=queries.Filters(state="queued"))
    assert {job.id: job.eta_seconds for job in page.jobs} == {id_: await eta_of(database, id_) for id_ in ids}
    assert sorted(job.eta_seconds or 0 for job in page.jobs) == list(range(2, 20, 2))


async def test_no_ground_no_estimate(database: Database) -> None:
    id_ = await stage.put(database, "test.quick")
    assert await eta_of(database, id_) is None, "nothing runs, nothing was measured"
    await measured(database, "test.quick", 2, hours_ago=30)
    await stage.put(database, "test.quick", priority=1)
    await stage.take(database, limit=1)
    assert await eta_of(database, id_) is None, "what was measured is too long ago"
    await measured(database, "test.quick", 2)
    assert await eta_of(database, id_) == 2
    async with database.transaction() as session:
        await service.pause(session, "test", paused_by=OWNER)
    assert await eta_of(database, id_) is None, "nobody knows when the queue goes on"
