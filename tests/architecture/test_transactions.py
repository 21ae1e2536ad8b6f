"""A request is one transaction, its jobs included, and it ends before the answer leaves."""

import uuid

import httpx
import pytest
from sqlalchemy import func, select, text

from evoke.bootstrap import Resources
from evoke.domains.jobs.models import Job
from evoke.domains.photos.models import Photo
from tests.factories import people, pictures


@pytest.fixture
async def _commits_fail(resources: Resources) -> None:
    """Changes of photos go through; their commit does not: a deferred trigger objects."""
    async with resources.database.transaction() as session:
        await session.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no commit today'; END $$"
            )
        )
        await session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON photos "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )


async def counts(resources: Resources) -> tuple[int, int]:
    async with resources.database.read() as session:
        photos = await session.scalar(select(func.count()).select_from(Photo))
        jobs = await session.scalar(select(func.count()).select_from(Job))
        pointers = await session.scalar(text("SELECT count(*) FROM pgqueuer"))
    assert jobs == pointers
    return int(photos or 0), int(jobs or 0)


@pytest.mark.usefixtures("_commits_fail")
async def test_a_commit_that_fails_is_no_201(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    answer = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg())}, headers=person.headers)
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "INTERNAL_ERROR"
    assert "no commit today" not in answer.text
    assert await counts(resources) == (0, 0)


async def test_a_commit_that_fails_in_a_dependency_is_no_200(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, request: pytest.FixtureRequest
) -> None:
    added = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg())}, headers=person.headers)
    photo = added.json()["data"]["photo"]
    async with resources.database.transaction() as session:
        await session.execute(
            text("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
        )
        await session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON photos "
                "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    answer = await client.patch(f"/api/v1/photos/{photo['id']}", json={"favorite": True}, headers=person.headers)
    assert answer.status_code == 500
    seen = await client.get(f"/api/v1/photos/{photo['id']}", headers=person.headers)
    assert seen.json()["data"]["photo"]["favorite"] is False


async def test_a_request_that_is_rolled_back_leaves_no_job(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    before = await counts(resources)
    answer = await client.post("/api/v1/photos", files={"file": ("a.txt", b"no picture")}, headers=person.headers)
    assert answer.status_code == 400
    assert await counts(resources) == before


async def test_no_blob_is_touched_while_a_transaction_is_open(resources: Resources) -> None:
    async with resources.database.transaction() as session:
        await session.execute(text("SELECT 1"))
        with pytest.raises(RuntimeError, match="transaction is open"):
            await resources.blobs.put_bytes("probe", b"", None)
        with pytest.raises(RuntimeError, match="transaction is open"):
            await resources.owner_keys.get(uuid.uuid4())
    await resources.blobs.put_bytes("probe", b"", None)


async def test_a_read_session_cannot_write(resources: Resources) -> None:
    async with resources.database.read() as session:
        with pytest.raises(Exception, match="read-only transaction"):
            await session.execute(text("DELETE FROM photos"))
