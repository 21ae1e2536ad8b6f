"""Workers killed in each step of processing: nothing lost, nothing twice, and no photo waits for ever."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.models import SYSTEM
from evoke.settings import Settings
from tests.end_to_end.bad_luck import fatal_worker
from tests.factories import library, people, pictures
from tests.factories.processes import Program

pytestmark = pytest.mark.unmeasured


class Workers:
    """Fatal workers, one at a time."""

    def __init__(self, settings: Settings, folder: Path, concurrency: int = 1) -> None:
        assert settings.database_url is not None
        self.marks = folder / "marks"
        self.marks.mkdir()
        own = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "EVOKE_DATA_DIR": str(settings.data_dir),
        }
        arguments = ("tests.end_to_end.bad_luck.fatal_worker", self.marks, concurrency)
        self.program = Program(*arguments, settings=own, folder=folder)

    @property
    def deaths(self) -> int:
        found = self.marks / "deaths"
        return len(found.read_text()) if found.exists() else 0

    async def until(self, happened: Callable[[], Awaitable[bool]]) -> None:
        for _ in range(1200):
            if await happened():
                return
            assert self.program.process.poll() is None, self.program.said()
            await asyncio.sleep(0.05)
        raise TimeoutError(self.program.said())

    async def stop(self) -> None:
        assert await asyncio.to_thread(self.program.stop) == 0, self.program.said()


@pytest.fixture
async def workers(resources: Resources, tmp_path: Path) -> AsyncIterator[Callable[..., Workers]]:
    """Starts them; they are gone after the test."""
    started: list[Workers] = []

    def start(**options: int) -> Workers:
        started.append(Workers(resources.settings, tmp_path, **options))
        return started[-1]

    yield start
    for each in started:
        each.program.kill()


async def listed(client: httpx.AsyncClient, person: people.Person) -> dict[str, dict[str, Any]]:
    """Photos by name."""
    answer = await client.get("/api/v1/photos", headers=person.headers)
    return {photo["file_name"]: photo for photo in people.data(answer)["photos"]}  # type: ignore[attr-defined]  # JSON


async def jobs_of(client: httpx.AsyncClient, person: people.Person) -> dict[str, dict[str, Any]]:
    """Jobs that process a photo, by the photo's id; one for each."""
    answer = await client.get("/api/v1/jobs?kind=photos.process", headers=person.headers)
    found: Any = people.data(answer)["jobs"]
    by_photo = {job["subject"]["id"]: job for job in found}
    assert len(by_photo) == len(found)
    return by_photo


async def test_a_worker_killed_in_each_step(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, workers: Callable[..., Workers]
) -> None:
    for number, step in enumerate(fatal_worker.STEPS):
        await library.upload(client, person, pictures.jpeg(number), f"{step}.jpg")

    async def all_processed() -> bool:
        photos = await listed(client, person)
        open_ = [job for job in (await jobs_of(client, person)).values() if job["state"] in ("queued", "running")]
        return all(photo["processing"]["state"] in library.FINISHED for photo in photos.values()) and not open_

    running = workers()
    await running.until(all_processed)
    assert running.deaths == len(fatal_worker.STEPS)
    photos, by_photo = await listed(client, person), await jobs_of(client, person)
    for step in fatal_worker.STEPS:
        photo = photos[f"{step}.jpg"]
        assert (photo["processing"]["state"], photo["processing"]["errors"]) == ("done", []), step
        job = by_photo[photo["id"]]
        assert (job["state"], job["error"]) == ("done", None)
        # What was committed before the worker died is not done again.
        assert job["attempts"] == (1 if step == "written" else 2), step
        assert "v=1&" in photo["urls"]["thumbnail"], "its renditions were made public more than once"
        for address in photo["urls"].values():
            assert (await client.get(address)).status_code == 200
    await assert_sweeping_leaves_what_belongs(client, resources, running, list(photos.values()), left_over=1)
    await running.stop()


async def assert_sweeping_leaves_what_belongs(
    client: httpx.AsyncClient,
    resources: Resources,
    workers: Workers,
    photos: list[dict[str, Any]],
    *,
    left_over: int,
) -> None:
    """`left_over` files are half written; after the sweep there are an original and two renditions of each photo."""
    halves = list((resources.settings.data_dir / "blobs" / "tmp").iterdir())
    assert len(halves) == left_over
    for half in halves:
        os.utime(half, (time.time() - 7200,) * 2)
    async with resources.database.transaction() as session:
        sweep = await jobs.enqueue(session, "photos.sweep_blobs", owner_id=SYSTEM, args={})

    async def swept() -> bool:
        async with resources.database.read() as session:
            found = await jobs.queries.get(session, sweep.id, owner_id=SYSTEM)
            return found.state == "done"

    await workers.until(swept)
    assert list((resources.settings.data_dir / "blobs" / "tmp").iterdir()) == []
    kept = [info.key async for info in resources.blobs.iterate()]
    assert len(kept) == 3 * len(photos)
    for photo in photos:
        for address in photo["urls"].values():
            assert (await client.get(address)).status_code == 200


async def test_a_photo_that_kills_every_worker_is_given_up_and_says_so(
    client: httpx.AsyncClient, person: people.Person, workers: Callable[..., Workers]
) -> None:
    for number, name in enumerate(("before", "always", "after", "last")):
        await library.upload(client, person, pictures.jpeg(number), f"{name}.jpg")

    async def all_ended() -> bool:
        states = [photo["processing"]["state"] for photo in (await listed(client, person)).values()]
        return all(state in library.FINISHED for state in states)

    running = workers()
    await running.until(all_ended)
    assert running.deaths == 3
    await running.stop()
    photos = await listed(client, person)
    given_up = photos.pop("always.jpg")
    assert given_up["processing"]["state"] == "failed"
    (problem,) = given_up["processing"]["errors"]
    assert problem["code"] == "WORKER_LOST"
    assert "3 times" in problem["message"]
    job = (await jobs_of(client, person))[given_up["id"]]
    assert (job["state"], job["attempts"], job["error"]["code"]) == ("failed", 3, "WORKER_LOST")
    assert {photo["processing"]["state"] for photo in photos.values()} == {"done"}
    # It is still a photo: its original is there, and it can be tried again.
    assert (await client.get(given_up["urls"]["original"])).content == pictures.jpeg(1)
    again = await client.post(f"/api/v1/jobs/{job['id']}/retry", headers=person.headers)
    assert again.status_code == 200
    waiting = (await listed(client, person))["always.jpg"]
    assert waiting["processing"]["state"] == "queued"


async def test_a_worker_that_is_asked_to_stop_finishes_what_it_has(
    client: httpx.AsyncClient, person: people.Person, workers: Callable[..., Workers]
) -> None:
    for number in range(8):
        await library.upload(client, person, pictures.jpeg(number), f"{number}.jpg")

    async def begun() -> bool:
        return any(job["state"] != "queued" for job in (await jobs_of(client, person)).values())

    running = workers(concurrency=2)
    await running.until(begun)
    await running.stop()
    for job in (await jobs_of(client, person)).values():
        assert job["state"] in ("queued", "done")
        assert job["attempts"] == (1 if job["state"] == "done" else 0)
