"""What the library does by itself: the trash runs out, orphans are swept, jobs that fail are told to the photo."""

import asyncio
import uuid
from dataclasses import replace
from typing import Any

import httpx
from sqlalchemy import text

from evoke.bootstrap import Resources
from evoke.domains.jobs import service as jobs
from evoke.domains.photos import addresses
from evoke.domains.photos.service import adding
from tests.factories import library, people, pictures

SYSTEM = uuid.UUID(int=0)


async def run(resources: Resources, kind: str, **args: Any) -> None:
    """One job of `kind`, to its end."""
    async with resources.database.transaction() as session:
        job = await jobs.enqueue(session, kind, owner_id=SYSTEM, args=args)
    async with library.working(resources):
        for _ in range(400):
            async with resources.database.read() as session:
                state = await session.scalar(text("SELECT state FROM jobs WHERE id = :id"), {"id": job.id})
            if state in ("done", "failed"):
                break
            await asyncio.sleep(0.05)
    assert state == "done"


async def keys(resources: Resources) -> set[str]:
    return {info.key async for info in resources.blobs.iterate()}


async def test_the_trash_runs_out_after_thirty_days(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    old, young, kept = await library.add(
        client, resources, person, *((f"{n}.jpg", pictures.jpeg(n), {}) for n in range(3))
    )
    for photo, days in ((old, 31), (young, 29)):
        async with resources.database.transaction() as session:
            await session.execute(
                text("UPDATE photos SET trashed_at = now() - make_interval(days => :days) WHERE id = :id"),
                {"days": days, "id": photo["id"]},
            )
    await run(resources, "photos.expire_trash")
    statuses = [
        (await client.get(f"/api/v1/photos/{photo['id']}", headers=person.headers)).status_code
        for photo in (old, young, kept)
    ]
    assert statuses == [404, 200, 200]
    assert not any(old["id"] in key or old["checksum"]["sha256"] in key for key in await keys(resources))
    usage = text("SELECT photos, size_bytes FROM library_usage WHERE owner_id = :owner")
    async with resources.database.read() as session:
        row = (await session.execute(usage, {"owner": person.actor.user_id})).one()
    assert tuple(row) == (2, young["size_bytes"] + kept["size_bytes"])


async def test_orphans_are_swept_and_young_ones_are_left(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    (photo,) = await library.add(client, resources, person, ("a.jpg", pictures.jpeg(1), {}))
    before = await keys(resources)
    owner = person.actor.user_id
    orphans = {
        addresses.original(owner, bytes(32)),
        addresses.rendition(owner, uuid.uuid4(), "preview"),
        addresses.sidecar(uuid.uuid4(), uuid.uuid4()),
        f"{addresses.ORIGINALS}/strange",
    }
    for key in orphans:
        await resources.blobs.put_bytes(key, b"left behind", None)
    await run(resources, "photos.sweep_blobs")
    assert await keys(resources) == before | orphans
    impatient = replace(resources.library.options, sweep_grace_seconds=-1)
    object.__setattr__(resources.library, "options", impatient)
    await run(resources, "photos.sweep_blobs")
    assert await keys(resources) == before
    served = await client.get(photo["urls"]["original"])
    assert served.content == pictures.jpeg(1)


async def job_of(client: httpx.AsyncClient, person: people.Person) -> dict[str, Any]:
    answer = await client.get("/api/v1/jobs?kind=photos.process", headers=person.headers)
    found: dict[str, Any] = answer.json()["data"]["jobs"][0]
    return found


async def test_a_photo_says_that_its_job_was_cancelled_and_goes_on_when_asked(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    job = await job_of(client, person)
    assert job["subject"] == {"type": "photo", "id": photo["id"]}
    await client.post(f"/api/v1/jobs/{job['id']}/cancel", headers=person.headers)
    cancelled = (await client.get(f"/api/v1/photos/{photo['id']}", headers=person.headers)).json()["data"]["photo"]
    assert cancelled["processing"]["state"] == "failed"
    assert cancelled["processing"]["errors"][0]["code"] == "CANCELLED"
    retried = await client.post(f"/api/v1/jobs/{job['id']}/retry", headers=person.headers)
    assert retried.status_code == 200
    async with library.working(resources):
        done = await library.processed(client, person, photo["id"])
    assert done["processing"]["state"] == "done"
    assert done["processing"]["errors"] == []


async def test_a_photo_that_is_gone_needs_no_processing(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    async with resources.database.transaction() as session:
        await session.execute(text("DELETE FROM photos WHERE id = :id"), {"id": photo["id"]})
    async with library.working(resources):
        for _ in range(200):
            job = await job_of(client, person)
            if job["state"] not in ("queued", "running"):
                break
            await asyncio.sleep(0.05)
    assert (job["state"], job["error"]) == ("done", None)
    assert not any(key.startswith(addresses.RENDITIONS) for key in await keys(resources))


async def test_broken_pictures_are_kept_and_say_why(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    whole = pictures.jpeg(1, size=(600, 400), exif={0x9003: "2019:03:21 11:04:22"})
    half, garbage = await library.add(
        client,
        resources,
        person,
        ("half.jpg", whole[: len(whole) // 2], {}),
        ("garbage.jpg", whole[:4] + b"\xff\xd9" * 40, {}),
    )
    for photo in (half, garbage):
        assert photo["processing"]["state"] in ("partial", "failed")
        step = next(error for error in photo["processing"]["errors"] if error["step"] == "renditions")
        assert step["code"] in ("TRUNCATED", "UNDECODABLE")
        assert step["message"].endswith(".")
        original = await client.get(photo["urls"]["original"])
        assert original.status_code == 200
        missing = await client.get(photo["urls"]["thumbnail"])
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert half["taken_at_local"] == "2019-03-21T11:04:22"


async def test_a_lost_original_is_a_problem_of_the_photo(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    sha256 = bytes.fromhex(photo["checksum"]["sha256"])
    await resources.blobs.delete([addresses.original(person.actor.user_id, sha256)])
    async with library.working(resources):
        failed = await library.processed(client, person, photo["id"])
    assert failed["processing"]["state"] == "failed"
    assert {error["step"] for error in failed["processing"]["errors"]} == {"metadata", "renditions"}


async def test_a_crash_between_file_and_row_loses_nothing(person: people.Person, resources: Resources) -> None:
    """`keep` without `record` is what a process leaves that dies between them: the same upload then succeeds."""
    content = pictures.jpeg(1)
    for attempt in ("dies", "lives"):
        async with resources.blobs.spool(await resources.library.key_for_writing(person.actor.user_id)) as spool:
            await spool.write(content)
            kept = await adding.keep(
                resources.database, resources.library, person.actor, spool, adding.Received("a.jpg")
            )
        if attempt == "lives":
            async with resources.database.transaction() as session:
                row, duplicate = await adding.record(session, resources.library, person.actor, kept)
    assert not duplicate
    key = await resources.owner_keys.get(person.actor.user_id)
    address = addresses.original(person.actor.user_id, row.sha256)
    assert await resources.blobs.get_bytes(address, key) == content
