"""Jobs are rows of the transaction that wants them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from evoke.domains.jobs import NewJob, enqueuing, service
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database
from tests.jobs import stage
from tests.jobs.stage import OWNER


async def counts(database: Database) -> tuple[int, int]:
    """Records and pointers."""
    jobs = await stage.ask(database, "SELECT count(*) FROM jobs")
    pointers = await stage.ask(database, "SELECT count(*) FROM pgqueuer")
    return jobs, pointers


async def test_record_and_pointer_come_with_the_commit(database: Database) -> None:
    photo = new_id()
    async with database.transaction() as session:
        job = await service.enqueue(
            session,
            "photos.process",
            owner_id=OWNER,
            args={"photo_id": str(photo)},
            subject=("photo", photo),
            priority=service.INTERACTIVE,
        )
        assert await counts(database) == (0, 0)
    found = await stage.look(database, job.id)
    assert (found.kind, found.queue, found.state, found.priority) == ("photos.process", "photos", "queued", 100)
    assert (found.subject_type, found.subject_id, found.args) == ("photo", photo, {"photo_id": str(photo)})
    assert await stage.ask(database, "SELECT id FROM pgqueuer") == found.queue_job_id


async def test_a_rollback_leaves_neither(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.transaction() as session:
            await service.enqueue(session, "test.any", owner_id=OWNER, args={})
            raise LookupError
    assert await counts(database) == (0, 0)


async def test_a_rollback_of_a_savepoint_leaves_what_was_before(database: Database) -> None:
    async with database.transaction() as session:
        kept = await service.enqueue(session, "test.kept", owner_id=OWNER, args={})
        with pytest.raises(LookupError):
            async with session.begin_nested():
                await service.enqueue(session, "test.gone", owner_id=OWNER, args={})
                raise LookupError
    assert await counts(database) == (1, 1)
    assert (await stage.look(database, kept.id)).kind == "test.kept"


async def test_many_are_one_statement_and_keep_their_order(database: Database) -> None:
    statements: list[str] = []
    new = [NewJob(kind=f"test.kind{number}", owner_id=new_id(), args={"n": number}) for number in range(3000)]
    async with database.transaction() as session:
        await service.enqueue(session, "test.first", owner_id=OWNER, args={})  # the driver gets to know the types
        connection = (await (await session.connection()).get_raw_connection()).driver_connection
        assert connection is not None
        with connection.query_logger(lambda query: statements.append(query.query)):
            jobs = await service.enqueue_many(session, new)
    assert len(statements) == 1
    assert [job.kind for job in jobs] == [job.kind for job in new]
    assert await counts(database) == (3001, 3001)
    pointers = [job.queue_job_id for job in jobs]
    assert pointers == sorted(pointers)


async def test_none_are_no_statement(database: Database) -> None:
    async with database.transaction() as session:
        assert await service.enqueue_many(session, []) == []
        assert not session.in_transaction()


async def test_a_key_waits_once(database: Database) -> None:
    first = await stage.put(database, "test.any", dedupe="same", args={"n": 1})
    assert await stage.put(database, "test.any", dedupe="same", args={"n": 2}) == first
    assert (await stage.look(database, first)).args == {"n": 1}
    assert await counts(database) == (1, 1)
    assert await stage.put(database, "test.any", dedupe="other") != first
    assert await stage.put(database, "test.any", dedupe="same", owner_id=new_id()) != first


async def test_a_more_urgent_wish_moves_the_one_that_waits_forward(database: Database) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    first = await stage.put(database, "test.any", dedupe="same", run_after=later)
    between = await stage.put(database, "test.other")
    assert await stage.put(database, "test.any", dedupe="same", priority=100) == first
    job = await stage.look(database, first)
    assert job.priority == 100
    assert job.run_after < later
    claims = (await stage.take(database)).claims
    assert [claim.id for claim in claims] == [first, between]
    assert await stage.ask(database, "SELECT count(*) FROM pgqueuer WHERE status = 'queued'") == 1, "the old pointer"


async def test_a_less_urgent_wish_changes_nothing(database: Database) -> None:
    first = await stage.put(database, "test.any", dedupe="same", priority=100)
    before = await stage.look(database, first)
    for changes in ({"priority": 0}, {"priority": 200, "run_after": datetime.now(UTC) + timedelta(hours=1)}):
        assert await stage.put(database, "test.any", dedupe="same", **changes) == first
    after = await stage.look(database, first)
    assert (after.priority, after.queue_job_id) == (100, before.queue_job_id)
    assert await counts(database) == (1, 1)


async def test_repeats_within_one_call_are_one_job(database: Database) -> None:
    new = [
        NewJob(kind="test.any", owner_id=OWNER, args={"n": 1}, dedupe="same"),
        NewJob(kind="test.other", owner_id=OWNER, args={}),
        NewJob(kind="test.any", owner_id=OWNER, args={"n": 2}, dedupe="same", priority=100),
    ]
    first, other, again = await stage.put_many(database, new)
    assert first == again != other
    assert (await stage.look(database, first)).priority == 100
    assert await counts(database) == (2, 2)


async def test_a_job_that_began_no_longer_holds_its_key(database: Database) -> None:
    first = await stage.put(database, "test.any", dedupe="same")
    assert len((await stage.take(database)).claims) == 1
    second = await stage.put(database, "test.any", dedupe="same")
    assert second != first


async def test_a_key_wanted_at_the_same_instant_is_one_job(database: Database) -> None:
    ids = await asyncio.gather(*(stage.put(database, "test.any", dedupe="same", priority=n) for n in range(12)))
    assert len(set(ids)) == 1
    claims = (await stage.take(database, limit=50)).claims
    assert [claim.id for claim in claims] == ids[:1]


def test_payload_there_and_back() -> None:
    owner, job = new_id(), new_id()
    assert enqueuing.decode_payload(enqueuing.encode_payload(owner, job)) == (owner, job)


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b"null", b'{"owner_id":"x","job_id":"y"}', b'{"owner_id":1,"job_id":2}']
)
def test_a_payload_of_something_else(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        enqueuing.decode_payload(payload)


def test_the_queue_of_a_kind_is_its_domain() -> None:
    assert enqueuing.queue_of("photos.process") == "photos"
