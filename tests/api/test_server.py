"""The server as it runs in production: its limits, its end, its processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from evoke.bootstrap import Resources
from tests.factories import people, pictures, processes, wire
from tests.factories.processes import Program


@pytest.fixture
def server(resources: Resources, tmp_path: Path) -> Iterator[Program]:
    """Two processes on one port."""
    assert resources.settings.database_url is not None
    settings = processes.settings_for(
        resources.settings.data_dir,
        DATABASE_URL=resources.settings.database_url.get_secret_value(),
        EVOKE_HTTP__API_PROCESSES=2,
    )
    with Program("evoke.api.server", settings=settings, folder=tmp_path) as program:
        yield program.healthy()


async def test_a_server_of_two_processes(server: Program, person: people.Person, tmp_path: Path) -> None:
    await assert_headers_have_a_limit(server, person)
    await assert_processes_count_together(server)
    await assert_requests_under_way_are_finished(server, person, tmp_path)


async def assert_headers_have_a_limit(server: Program, person: people.Person) -> None:
    async with httpx.AsyncClient(base_url=server.address) as client:
        fits = wire.request("GET", "/api/v1/photos", "X-Large: " + "x" * 50_000, token=person.token)
        assert (await wire.exchange(client, fits)).status_code == 200
        large = wire.request("GET", "/api/v1/photos", "X-Larger: " + "x" * 70_000, token=person.token)
        refused = await wire.exchange(client, large)
        assert refused.status_code == 431
        assert refused.json()["error"]["code"] == "HEADERS_TOO_LARGE"
        more_than_is_read = wire.request("GET", "/api/v1/photos", "X-Largest: " + "x" * 1_100_000, token=person.token)
        assert (await wire.exchange(client, more_than_is_read)).status_code == 431
        many = wire.request("GET", "/api/v1/photos", *(f"X-{number}: 1" for number in range(2000)))
        assert (await wire.exchange(client, many)).status_code == 431
        assert (await client.get("/health")).status_code == 200


async def assert_processes_count_together(server: Program) -> None:
    requests = 30
    for _ in range(requests):
        async with httpx.AsyncClient(base_url=server.address) as client:  # a connection each, to one of the two
            assert (await client.get("/api/v1/nothing")).status_code == 404
    told = (await asyncio.to_thread(httpx.get, f"{server.address}/metrics")).text
    counted = {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == "evoke_http_requests_total"
    }
    assert counted["GET", "unmatched", "404"] == requests


async def assert_requests_under_way_are_finished(server: Program, person: people.Person, tmp_path: Path) -> None:
    """When it is asked to stop."""
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%s\r\n--b--\r\n'
    half, rest = (body % pictures.jpeg(1))[:500], (body % pictures.jpeg(1))[500:]
    asked = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield half
        await asked.wait()
        yield rest

    headers = {**person.headers, "Content-Type": "multipart/form-data; boundary=b"}
    async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
        sending = asyncio.create_task(client.post("/api/v1/photos", content=pieces(), headers=headers))
        await begun(tmp_path / "blobs" / "tmp")
        server.process.terminate()
        await refused(server.address)
        asked.set()
        answer = await sending
    assert answer.status_code == 201, answer.text
    assert await asyncio.to_thread(server.ended) == 0, server.said()
    assert "Traceback" not in server.said()


async def begun(folder: Path) -> None:
    """Wait until an upload has its file."""
    for _ in range(600):
        if folder.exists() and any(folder.iterdir()):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def refused(address: str) -> Any:
    """Wait until nobody listens there any more."""
    for _ in range(600):
        if not await asyncio.to_thread(processes.is_healthy, address):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError
