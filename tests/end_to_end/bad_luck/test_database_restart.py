"""A database that goes away and comes back while photos are uploaded and processed."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import compose
from evoke.platform.postgres import migrate
from evoke.platform.postgres.embedded import EmbeddedPostgres
from tests.conftest import make_settings
from tests.factories import people, pictures, processes
from tests.factories.processes import Program

pytestmark = pytest.mark.unmeasured

PHOTOS = 24
PATIENCE = 1200
# What was committed is there after a crash of the server; a crash of the machine is not what is tried here.
FASTER = {"fsync": "off", "full_page_writes": "off"}


async def test_a_database_that_restarts_meanwhile(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", extra_settings=FASTER)
    url = await asyncio.to_thread(server.start)
    try:
        await migrate.upgrade(url)
        resources = compose(make_settings(tmp_path / "data", url), url)
        person = await people.create(resources)
        await resources.close()
        settings = processes.settings_for(tmp_path / "data", DATABASE_URL=url, EVOKE_WORKER__HEARTBEAT_SECONDS=2)
        with (
            Program("evoke.api.server", settings=settings, folder=tmp_path) as api,
            Program("evoke", "worker", settings=settings, folder=tmp_path) as worker,
        ):
            await asyncio.to_thread(api.healthy)
            async with httpx.AsyncClient(base_url=api.address, timeout=60, headers=person.headers) as client:
                seen = await upload_through_restarts(client, server)
                assert set(seen) == {200, 201, 503} or set(seen) == {201, 503}, seen
                assert seen[201] <= PHOTOS
                await assert_all_processed(client)
            assert worker.process.poll() is None, worker.said()
            assert '"level":"critical"' not in worker.said()
    finally:
        await asyncio.to_thread(server.stop)


async def upload_through_restarts(client: httpx.AsyncClient, server: EmbeddedPostgres) -> Counter[int]:
    """How often each status was answered. Each photo is sent until it is taken, as a phone does."""
    seen: Counter[int] = Counter()

    async def send(number: int) -> None:
        for _ in range(PATIENCE):
            answer = await client.post("/api/v1/photos", files={"file": (f"{number}.jpg", pictures.jpeg(number))})
            seen[answer.status_code] += 1
            if answer.status_code in (200, 201):
                return
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE"), answer.text
            assert answer.headers["retry-after"]
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{number} was never taken: {seen}")

    async def look() -> None:
        """Somebody also looks at the library all the time."""
        while True:
            answer = await client.get("/api/v1/photos?limit=3")
            assert answer.status_code in (200, 503), answer.text
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    many = asyncio.Semaphore(4)

    async def in_turn(number: int) -> None:
        async with many:
            await send(number)

    sending = [asyncio.create_task(in_turn(number)) for number in range(PHOTOS)]
    # Asked to stop at once, and as in a crash: with nothing written but its log.
    for taken, how in ((PHOTOS // 4, signal.SIGINT), (PHOTOS // 2, signal.SIGQUIT)):
        await reached(lambda taken=taken: seen[201] >= taken)
        await restart(server, how, until=lambda before=seen[503]: seen[503] >= before + 3)
    await asyncio.gather(*sending)
    assert not looking.done(), looking.exception()
    looking.cancel()
    return seen


async def restart(server: EmbeddedPostgres, how: signal.Signals, *, until: Callable[[], bool]) -> None:
    """Away until enough have noticed."""
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, how)
    await reached(until)
    await asyncio.to_thread(server.start)


async def reached(condition: Any) -> None:
    for _ in range(PATIENCE):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def assert_all_processed(client: httpx.AsyncClient) -> None:
    jobs: list[dict[str, Any]] = []
    for _ in range(PATIENCE):
        jobs = (await client.get("/api/v1/jobs?kind=photos.process")).json()["data"]["jobs"]
        if all(job["state"] not in ("queued", "running") for job in jobs):
            break
        await asyncio.sleep(0.05)
    assert len(jobs) == PHOTOS
    assert {job["state"] for job in jobs} == {"done"}, jobs
    assert max(job["attempts"] for job in jobs) <= 4
    photos = (await client.get("/api/v1/photos?limit=100")).json()["data"]["photos"]
    assert {photo["file_name"] for photo in photos} == {f"{number}.jpg" for number in range(PHOTOS)}
    for photo in photos:
        assert photo["processing"] == {
            "state": "done",
            "steps": {"metadata": "done", "place": "skipped", "renditions": "done"},
            "errors": [],
        }
        assert (await client.get(photo["urls"]["thumbnail"])).status_code == 200
