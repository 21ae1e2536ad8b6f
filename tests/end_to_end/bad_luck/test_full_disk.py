"""A disk that is full in the middle of an upload, and an API that is killed there."""

import asyncio
import os
import resource
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from evoke.bootstrap import Resources, compose
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.models import SYSTEM
from tests.conftest import make_settings
from tests.factories import library, people, pictures, processes
from tests.factories.processes import Program

pytestmark = pytest.mark.unmeasured

MiB = 1 << 20


def large(seed: int, size: int) -> bytes:
    return pictures.jpeg(seed) + os.urandom(size)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small disk, and not in every container")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@asynccontextmanager
async def running(data_dir: Path, url: str, folder: Path, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API process on `data_dir`."""
    settings = processes.settings_for(data_dir, DATABASE_URL=url)
    with Program("evoke.api.server", settings=settings, folder=folder, **options) as server:
        await asyncio.to_thread(server.healthy)
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            yield client
        assert server.process.poll() is None, server.said()


async def send(client: httpx.AsyncClient, person: people.Person, content: bytes) -> httpx.Response:
    return await client.post("/api/v1/photos", files={"file": ("a.jpg", content)}, headers=person.headers)


def assert_full(answer: httpx.Response) -> None:
    assert answer.status_code == 507, answer.text
    error = answer.json()["error"]
    assert error["code"] == "STORAGE_FULL"
    assert "Free some space" in error["message"]
    assert "nothing was stored" in error["message"]
    assert answer.json()["meta"]["request_id"] == answer.headers["x-request-id"]


async def assert_nothing_left(client: httpx.AsyncClient, person: people.Person, data_dir: Path) -> None:
    assert [path for path in (data_dir / "blobs").rglob("*") if path.is_file()] == []
    for path, name in (("/api/v1/photos", "photos"), ("/api/v1/jobs", "jobs")):
        assert people.data(await client.get(path, headers=person.headers))[name] == []


async def test_a_disk_that_fills_up_during_an_upload(small_disk: Path, database_url: str, tmp_path: Path) -> None:
    data_dir = small_disk / "data"
    resources = compose(make_settings(data_dir, database_url), database_url)
    person = await people.create(resources)
    await resources.close()
    async with running(data_dir, database_url, tmp_path) as client:
        assert_full(await send(client, person, large(1, 30 * MiB)))
        await assert_nothing_left(client, person, data_dir)
        # Full to the last byte, with what is not ours: logs cannot be written either, and all goes on.
        filler = small_disk / "filler"
        fill(filler)
        for size in (10, 100_000, 3 * MiB):
            assert_full(await send(client, person, large(2, size)))
        await assert_nothing_left(client, person, data_dir)
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()["checks"]["storage"]["status"]) == (200, "failed")
        assert "Free some space" in ready.json()["checks"]["storage"]["message"]
        filler.unlink()
        content = large(3, 3 * MiB)
        answers = await asyncio.gather(*(send(client, person, content) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        photo = answers[0].json()["data"]["photo"]
        assert (await client.get(photo["urls"]["original"])).content == content
        await assert_several_share_the_bad_luck(client, person, data_dir)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


async def assert_several_share_the_bad_luck(client: httpx.AsyncClient, person: people.Person, data_dir: Path) -> None:
    """Those that fit are in, the others are told; what was given up for one makes room for the next."""
    contents = [large(number, 4 * MiB) for number in range(4, 10)]
    answers = await asyncio.gather(*(send(client, person, content) for content in contents))
    taken = [answer.json()["data"]["photo"] for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            assert_full(answer)
    assert len(taken) < len(contents)
    photos: Any = people.data(await client.get("/api/v1/photos", headers=person.headers))["photos"]
    assert {photo["id"] for photo in taken} <= {photo["id"] for photo in photos}
    for photo in taken:
        assert (await client.get(photo["urls"]["original"])).content in contents
    files = [path for path in (data_dir / "blobs").rglob("*") if path.is_file()]
    assert len(files) == len(photos)


async def test_a_limit_on_files_ends_an_upload_in_the_same_way(database_url: str, tmp_path: Path) -> None:
    """What every user can try: no file of the process may grow beyond 5 MiB."""
    data_dir = tmp_path / "data"
    resources = compose(make_settings(data_dir, database_url), database_url)
    person = await people.create(resources)
    await resources.close()
    limit = (resource.RLIMIT_FSIZE, (5 * MiB, 5 * MiB))
    async with running(data_dir, database_url, tmp_path, preexec_fn=lambda: resource.setrlimit(*limit)) as client:
        for _ in range(3):
            assert_full(await send(client, person, large(1, 20 * MiB)))
        await assert_nothing_left(client, person, data_dir)
        assert (await send(client, person, pictures.jpeg(1))).status_code == 201


async def test_an_api_that_is_killed_leaves_nothing_that_the_sweep_does_not_find(
    resources: Resources, person: people.Person, tmp_path: Path
) -> None:
    """In the middle of an upload, and between its file and its row."""
    assert resources.settings.database_url is not None
    url = resources.settings.database_url.get_secret_value()
    blobs = resources.settings.data_dir / "blobs"
    settings = processes.settings_for(resources.settings.data_dir, DATABASE_URL=url)
    with Program("evoke.api.server", settings=settings, folder=tmp_path) as server:
        await asyncio.to_thread(server.healthy)
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            await killed(server, client, person, resources, blobs)
    assert len(list((blobs / "tmp").iterdir())) == 1
    assert len([path for path in (blobs / "objects").rglob("*") if path.is_file()]) == 1
    for path in blobs.rglob("*"):
        os.utime(path, (time.time() - 7200,) * 2)
    async with library.working(resources):
        async with resources.database.transaction() as session:
            sweep = await jobs.enqueue(session, "photos.sweep_blobs", owner_id=SYSTEM, args={})
        for _ in range(600):
            async with resources.database.read() as session:
                if (await jobs.queries.get(session, sweep.id, owner_id=SYSTEM)).state == "done":
                    break
            await asyncio.sleep(0.05)
    assert [path for path in blobs.rglob("*") if path.is_file()] == []


async def killed(
    server: Program, client: httpx.AsyncClient, person: people.Person, resources: Resources, blobs: Path
) -> None:
    """Kill the server while it receives one upload, and is about to write the row of another."""

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + pictures.jpeg(1)
        for _ in range(6000):
            yield bytes(50_000)
            await asyncio.sleep(0.01)

    def both_are_there() -> bool:
        receiving = any(path.stat().st_size > MiB for path in (blobs / "tmp").glob("*.part"))
        return receiving and any(path.is_file() for path in (blobs / "objects").rglob("*"))

    headers = {**person.headers, "Content-Type": "multipart/form-data; boundary=b"}
    async with resources.database.transaction() as session:
        # Reading is possible, adding a row is not.
        await session.execute(text("LOCK TABLE photos IN EXCLUSIVE MODE"))
        sending = [
            asyncio.create_task(client.post("/api/v1/photos", content=endless(), headers=headers)),
            asyncio.create_task(send(client, person, pictures.jpeg(2))),
        ]
        for _ in range(1200):
            if both_are_there():
                break
            await asyncio.sleep(0.05)
        server.kill()
        for ended in await asyncio.gather(*sending, return_exceptions=True):
            assert isinstance(ended, httpx.TransportError)
    async with resources.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM photos")) == 0
