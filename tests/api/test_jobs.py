"""The calls about jobs: whose they are, what they answer, what they refuse."""

import uuid
from typing import Any

import httpx

from evoke.bootstrap import Resources
from evoke.domains.jobs import recording
from tests.factories.people import Person, data
from tests.jobs import stage

JOBS = "/api/v1/jobs"


async def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def put(resources: Resources, person: Person, **changes: Any) -> uuid.UUID:
    return await stage.put(resources.database, "test.any", owner_id=person.actor.user_id, **changes)


async def fail(resources: Resources) -> None:
    (claim,) = (await stage.take(resources.database)).claims
    async with resources.database.transaction() as session:
        await recording.failed(session, claim, None, code="BROKEN", message="It is broken.")


async def test_a_job_as_the_contract_has_it(client: httpx.AsyncClient, resources: Resources, person: Person) -> None:
    photo = uuid.uuid4()
    id_ = await put(resources, person, subject=("photo", photo), priority=100)
    job = data(await client.get(f"{JOBS}/{id_}", headers=person.headers))
    assert {key: job[key] for key in ("id", "kind", "state", "priority", "attempts", "eta_seconds")} == {
        "id": str(id_),
        "kind": "test.any",
        "state": "queued",
        "priority": 100,
        "attempts": 0,
        "eta_seconds": None,
    }
    assert job["progress"] == {"done": 0, "total": None, "unit": None, "message": None}
    assert job["subject"] == {"type": "photo", "id": str(photo)}
    assert (job["error"], job["started_at"], job["finished_at"]) == (None, None, None)
    assert str(job["created_at"]).endswith("Z")
    await fail(resources)
    job = data(await client.get(f"{JOBS}/{id_}", headers=person.headers))
    assert (job["state"], job["error"]) == ("failed", {"code": "BROKEN", "message": "It is broken."})


async def test_lists(client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person) -> None:
    photo = uuid.uuid4()
    ids = [str(await put(resources, person, subject=("photo", photo))) for _ in range(3)]
    of_stranger = str(await put(resources, stranger))

    async def listed(who: Person, **query: Any) -> list[str]:
        found = data(await client.get(JOBS, params=query, headers=who.headers))
        return [job["id"] for job in found["jobs"]]  # type: ignore[attr-defined]  # JSON

    assert await listed(person) == ids[::-1]
    assert await listed(stranger) == [of_stranger]
    assert set(await listed(person, all=True)) == {*ids, of_stranger}
    assert await listed(person, subject=str(photo)) == ids[::-1]
    assert await listed(person, subject=f"photo:{photo}", state="queued", kind="test.any") == ids[::-1]
    assert await listed(person, subject=f"album:{photo}") == []
    assert await listed(person, state="failed") == []
    page = data(await client.get(JOBS, params={"limit": 2}, headers=person.headers))
    rest = data(await client.get(JOBS, params={"limit": 2, "cursor": page["next_cursor"]}, headers=person.headers))
    assert [job["id"] for part in (page, rest) for job in part["jobs"]] == ids[::-1]  # type: ignore[attr-defined]  # JSON
    assert rest["next_cursor"] is None


async def test_what_lists_refuse(client: httpx.AsyncClient, person: Person, stranger: Person) -> None:
    for query in ({"state": "lost"}, {"subject": "photo:1"}, {"limit": "1001"}, {"cursor": "nonsense"}):
        answer = await client.get(JOBS, params=query, headers=person.headers)
        assert await error(answer) == (400, "VALIDATION_ERROR"), query
    assert await error(await client.get(JOBS, params={"all": True}, headers=stranger.headers)) == (403, "FORBIDDEN")
    assert await error(await client.get(JOBS)) == (401, "UNAUTHORIZED")


async def test_a_job_of_somebody_else(
    client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person
) -> None:
    id_ = await put(resources, person)
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry")):
        answer = await client.request(method, f"{JOBS}/{id_}{path}", headers=stranger.headers)
        assert await error(answer) == (404, "NOT_FOUND")
    of_stranger = await put(resources, stranger)
    assert (await client.get(f"{JOBS}/{of_stranger}", headers=person.headers)).is_success, "an administrator sees it"


async def test_cancel_and_retry(client: httpx.AsyncClient, resources: Resources, person: Person) -> None:
    id_ = await put(resources, person)

    async def post(call: str) -> httpx.Response:
        return await client.post(f"{JOBS}/{id_}/{call}", headers=person.headers)

    assert await error(await post("retry")) == (409, "JOB_NOT_RETRYABLE")
    assert data(await post("cancel"))["state"] == "cancelled"
    assert await error(await post("cancel")) == (409, "JOB_FINISHED")
    assert data(await post("retry"))["state"] == "queued"
    assert len((await stage.take(resources.database)).claims) == 1
    job = data(await post("cancel"))
    assert (job["state"], job["cancel_requested"]) == ("running", True)


async def test_queues(client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person) -> None:
    await put(resources, person)

    async def test_queue() -> dict[str, Any]:
        found: Any = data(await client.get(f"{JOBS}/queues", headers=person.headers))
        return next(queue for queue in found["queues"] if queue["name"] == "test")

    assert (await test_queue())["queued"] == 1
    assert not (await test_queue())["paused"]
    paused = data(await client.post(f"{JOBS}/queues/test/pause", headers=person.headers))
    assert (paused["name"], paused["paused"]) == ("test", True)
    assert (await stage.take(resources.database)).claims == []
    assert (await test_queue())["paused"]
    assert data(await client.post(f"{JOBS}/queues/test/resume", headers=person.headers))["paused"] is False
    assert len((await stage.take(resources.database)).claims) == 1
    for method, path in (("GET", ""), ("POST", "/test/pause"), ("POST", "/test/resume")):
        answer = await client.request(method, f"{JOBS}/queues{path}", headers=stranger.headers)
        assert await error(answer) == (403, "FORBIDDEN")
    for name in ("Test", "-", "a" * 64):
        answer = await client.post(f"{JOBS}/queues/{name}/pause", headers=person.headers)
        assert await error(answer) == (400, "VALIDATION_ERROR")


async def test_every_registered_queue_is_listed(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    found: Any = data(await client.get(f"{JOBS}/queues", headers=person.headers))
    assert {queue["name"] for queue in found["queues"]} >= resources.registry.queues
