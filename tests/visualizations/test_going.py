"""What goes with what: visualizations, entries, photos, jobs."""

import asyncio
from typing import Any

import httpx

from evoke.bootstrap import Resources
from evoke.domains.jobs.models import Job
from tests.factories import library
from tests.factories.generators import FakeArtist
from tests.factories.people import Person, data
from tests.jobs import stage as jobs
from tests.visualizations import stage
from tests.visualizations.stage import VISUALIZATIONS, error


async def drawn(client: httpx.AsyncClient, resources: Resources, person: Person, entry_id: str) -> dict[str, Any]:
    id_ = await stage.asked(client, person, entry_id)
    async with library.working(resources):
        done = await stage.until_status(client, person, id_, "completed", "failed")
        await library.processed(client, person, done["photo_id"])
    return done


async def files(resources: Resources) -> list[str]:
    return [info.key async for info in resources.blobs.iterate()]


async def until_no_file_is_left(resources: Resources) -> None:
    async with library.working(resources), asyncio.timeout(stage.PATIENCE_SECONDS):
        while await files(resources):
            await asyncio.sleep(0.05)


async def test_deleting_takes_the_picture_and_its_files_along(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    entry_id = await stage.write(client, person)
    done = await drawn(client, resources, person, entry_id)
    assert await files(resources)
    answer = await client.delete(f"{VISUALIZATIONS}/{done['id']}", headers=person.headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await stage.photos(client, person) == []
    assert error(await client.get(done["image_url"])) == (404, "NOT_FOUND")
    entry = await stage.entry(client, person, entry_id)
    assert (entry["visualization_id"], entry["has_visualization"]) == (None, False)
    answer = await client.delete(f"{VISUALIZATIONS}/{done['id']}", headers=person.headers)
    assert error(answer) == (404, "NOT_FOUND")
    await until_no_file_is_left(resources)


async def test_deleting_while_it_is_drawn_ends_the_drawing(
    client: httpx.AsyncClient, resources: Resources, person: Person, artist: FakeArtist
) -> None:
    entry_id = await stage.write(client, person)
    with artist.hanging():
        id_ = await stage.asked(client, person, entry_id)
        async with library.working(resources):
            await artist.until(1)
            assert (await client.delete(f"{VISUALIZATIONS}/{id_}", headers=person.headers)).status_code == 204
            await ended(artist)
    (job,) = await listed(resources, "visualizations.draw")
    assert job.state == "cancelled"
    assert await stage.photos(client, person) == []


async def test_deleting_the_entry_ends_the_drawing(
    client: httpx.AsyncClient, resources: Resources, person: Person, artist: FakeArtist
) -> None:
    entry_id = await stage.write(client, person)
    with artist.hanging():
        id_ = await stage.asked(client, person, entry_id)
        async with library.working(resources):
            await artist.until(1)
            assert (await client.delete(f"/api/v1/entries/{entry_id}", headers=person.headers)).status_code == 204
            await ended(artist)
    assert error(await client.get(f"{VISUALIZATIONS}/{id_}", headers=person.headers)) == (404, "NOT_FOUND")


async def ended(artist: FakeArtist) -> None:
    async with asyncio.timeout(stage.PATIENCE_SECONDS):
        while artist.inside:
            await asyncio.sleep(0.05)


async def listed(resources: Resources, kind: str) -> list[Job]:
    found = await jobs.ask(resources.database, f"SELECT array_agg(id) FROM jobs WHERE kind = '{kind}'")
    return [await jobs.look(resources.database, id_) for id_ in found or ()]


async def test_an_entry_takes_its_picture_along(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    entry_id = await stage.write(client, person)
    done = await drawn(client, resources, person, entry_id)
    assert (await client.delete(f"/api/v1/entries/{entry_id}", headers=person.headers)).status_code == 204
    assert error(await client.get(f"{VISUALIZATIONS}/{done['id']}", headers=person.headers)) == (404, "NOT_FOUND")
    assert await stage.photos(client, person) == []
    await until_no_file_is_left(resources)


async def test_the_picture_follows_the_emotions_of_its_entry(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    entry_id = await stage.write(client, person)
    done = await drawn(client, resources, person, entry_id)
    changes = {"emotions": ["anger"]}
    await client.put(f"/api/v1/entries/{entry_id}", json=changes, headers=person.headers)
    (photo,) = await stage.photos(client, person)
    assert photo["feelings"] == ["anger"]
    assert (await stage.look(client, person, done["id"]))["feelings"] == ["anger"]


async def test_in_the_trash_it_is_still_shown_and_emptied_it_is_gone(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    entry_id = await stage.write(client, person)
    done = await drawn(client, resources, person, entry_id)
    assert (await client.delete(f"/api/v1/photos/{done['photo_id']}", headers=person.headers)).status_code == 204
    still = await stage.look(client, person, done["id"])
    assert still["status"] == "completed"
    assert (await client.get(still["image_url"])).status_code == 200
    await client.delete("/api/v1/trash", headers=person.headers)
    await until_no_file_is_left(resources)
    assert error(await client.get(f"{VISUALIZATIONS}/{done['id']}", headers=person.headers)) == (404, "NOT_FOUND")
    entry = await stage.entry(client, person, entry_id)
    assert (entry["visualization_id"], entry["has_visualization"]) == (None, False)
    assert (await stage.ask(client, person, entry_id)).status_code == 202


async def test_a_job_that_is_cancelled_says_so_and_can_be_put_back(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    found: Any = data(await client.get(f"/api/v1/jobs?subject=visualization:{id_}", headers=person.headers))
    (job,) = found["jobs"]
    assert job["kind"] == "visualizations.draw"
    await client.post(f"/api/v1/jobs/{job['id']}/cancel", headers=person.headers)
    failed = await stage.look(client, person, id_)
    assert (failed["status"], failed["error_code"], failed["retry_allowed"]) == ("failed", "CANCELLED", True)
    await client.post(f"/api/v1/jobs/{job['id']}/retry", headers=person.headers)
    assert (await stage.look(client, person, id_))["status"] == "pending"
    async with library.working(resources):
        assert (await stage.until_status(client, person, id_, "completed", "failed"))["status"] == "completed"


async def test_a_picture_that_two_have_stays_until_both_are_gone(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    form = {"feeling_category": "good", "selected_emotions": ["cozy"], "seed": 7}
    ids = [
        data(await client.post(f"{VISUALIZATIONS}/feeling", json=form, headers=person.headers))["visualization_id"]
        for _ in range(2)
    ]
    assert len(set(ids)) == 2
    assert len(await stage.photos(client, person)) == 1
    await client.delete(f"{VISUALIZATIONS}/{ids[0]}", headers=person.headers)
    assert len(await stage.photos(client, person)) == 1
    await client.delete(f"{VISUALIZATIONS}/{ids[1]}", headers=person.headers)
    assert await stage.photos(client, person) == []


async def test_what_was_never_finished_is_given_up_at_night(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    await jobs.ask(resources.database, "UPDATE visualizations SET created_at = now() - interval '2 days'")
    await jobs.ask(resources.database, "DELETE FROM jobs WHERE kind = 'visualizations.draw'")
    sweep = await jobs.put(resources.database, "visualizations.sweep", owner_id=person.actor.user_id)
    async with library.working(resources):
        await jobs.until_state(resources.database, sweep, "done")
    failed = await stage.look(client, person, id_)
    assert (failed["status"], failed["retry_allowed"]) == ("failed", True)
