"""Workers killed in each step of processing: nothing lost, nothing twice, and no photo waits for ever."""

import asyncio
import os
import signal
import time
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

MOST_WORKERS = 12


class Workers:
    """One worker at a time; one that dies is started again, as the supervisor does."""

    def __init__(self, settings: Settings, folder: Path, concurrency: int) -> None:
        assert settings.database_url is not None
        self.settings = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "EVOKE_DATA_DIR": str(settings.data_dir),
        }
        self.folder = folder
        self.concurrency = concurrency
        self.deaths = 0

    async def until(self, finished: Any) -> None:
        """Run workers until `await finished()`; each of those that end has to have been killed."""
        marks = self.folder / "marks"
        marks.mkdir(exist_ok=True)
        for _ in range(MOST_WORKERS):
            arguments = ("tests.end_to_end.bad_luck.fatal_worker", marks, self.concurrency)
            with Program(*arguments, settings=self.settings, folder=self.folder) as program:
                for _ in range(600):
                    if await finished() or program.process.poll() is not None:
                        break
                    await asyncio.sleep(0.05)
                if program.process.poll() is None:
                    assert await finished(), program.said()
                    assert program.stop() == 0, program.said()
                    return
                assert program.process.returncode == -signal.SIGKILL, program.said()
                self.deaths += 1
        raise AssertionError("they die and die")


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
    client: httpx.AsyncClient, person: people.Person, resources: Resources, tmp_path: Path
) -> None:
    for number, step in enumerate(fatal_worker.STEPS):
        await library.upload(client, person, pictures.jpeg(number), f"{step}.jpg")

    async def all_processed() -> bool:
        photos = await listed(client, person)
        open_ = [job for job in (await jobs_of(client, person)).values() if job["state"] in ("queued", "running")]
        return all(photo["processing"]["state"] in library.FINISHED for photo in photos.values()) and not open_

    workers = Workers(resources.settings, tmp_path, concurrency=1)
    await workers.until(all_processed)
    assert workers.deaths == len(fatal_worker.STEPS)
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
    await assert_sweeping_leaves_what_belongs(client, resources, workers, list(photos.values()), left_over=1)


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
    client: httpx.AsyncClient, person: people.Person, resources: Resources, tmp_path: Path
) -> None:
    for number, name in enumerate(("before", "always", "after", "last")):
        await library.upload(client, person, pictures.jpeg(number), f"{name}.jpg")

    async def all_ended() -> bool:
        states = [photo["processing"]["state"] for photo in (await listed(client, person)).values()]
        return all(state in library.FINISHED for state in states)

    workers = Workers(resources.settings, tmp_path, concurrency=1)
    await workers.until(all_ended)
    assert workers.deaths == 3
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


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_that_is_asked_to_stop_finishes_what_it_has(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, tmp_path: Path, signal_: signal.Signals
) -> None:
    for number in range(8):
        await library.upload(client, person, pictures.jpeg(number), f"{number}.jpg")
    workers = Workers(resources.settings, tmp_path, concurrency=2)
    (tmp_path / "marks").mkdir()
    arguments = ("tests.end_to_end.bad_luck.fatal_worker", tmp_path / "marks", 2)
    with Program(*arguments, settings=workers.settings, folder=tmp_path) as program:
        for _ in range(600):
            if any(job["state"] != "queued" for job in (await jobs_of(client, person)).values()):
                break
            await asyncio.sleep(0.02)
        program.send(signal_)
        assert program.ended() == 0, program.said()
    for job in (await jobs_of(client, person)).values():
        assert job["state"] in ("queued", "done")
        assert job["attempts"] == (1 if job["state"] == "done" else 0)
