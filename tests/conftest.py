"""Fixtures on the real thing: the embedded PostgreSQL, real files, the production HTTP server.

One server for all test processes; each test that asks for a database gets its own, cloned from a migrated
template.
"""

import asyncio
import gc
import hashlib
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import coverage
import httpx
import hypothesis
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server

from evoke.api.app import create_app
from evoke.bootstrap import Resources, compose
from evoke.platform.postgres import migrate
from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.postgres.engine import Database, PoolOptions
from evoke.platform.telemetry import logs
from evoke.settings import Settings
from tests.factories import databases, people

pytest_plugins = ["tests.factories.object_store"]

# No test fails for the time it takes: a machine may be busy.
hypothesis.settings.register_profile("evoke", deadline=None)
hypothesis.settings.load_profile("evoke")

MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2_000_000_000
UNSAFE_BUT_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}


def pytest_xdist_setupnodes() -> None:
    """This process only hands out tests: those that run them are measured."""
    if measuring := coverage.Coverage.current():
        measuring.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measuring doubles what a test takes. Marked `unmeasured` are those whose lines others measure as well."""
    measuring = coverage.Coverage.current() if item.get_closest_marker("unmeasured") else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


def pytest_collection_finish() -> None:
    """What was collected stays; to look through all of it for garbage, again and again, takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logs.configure("WARNING", console=False)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the shared server's own database, as a role that may create others."""
    base = tmp_path_factory.getbasetemp()
    folder = _in_memory(base.parent if base.name.startswith("popen-") else base) / "shared-postgres"
    with EmbeddedPostgres(folder, createdb=True, extra_settings=UNSAFE_BUT_FAST) as server:
        url = server.start()
        asyncio.run(_make_template(url))
        yield url
    if not any(folder.rglob("postmaster.pid")):  # the last of the processes to leave
        shutil.rmtree(folder.parent if folder.is_relative_to(MEMORY) else folder, ignore_errors=True)


def _in_memory(shared: Path) -> Path:
    """A folder for all processes of this run: in memory, where a database is copied in a tenth of the time."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH_MEMORY:
        return shared
    return MEMORY / f"evoke-tests-{hashlib.sha256(bytes(shared)).hexdigest()[:16]}"


async def _make_template(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", databases.TEMPLATE):
            await connection.execute(f"CREATE DATABASE {databases.TEMPLATE}_new")
            await migrate.upgrade(databases.named(url, f"{databases.TEMPLATE}_new"))
            await connection.execute(f"ALTER DATABASE {databases.TEMPLATE}_new RENAME TO {databases.TEMPLATE}")
    finally:
        await connection.close()


@pytest.fixture
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """A migrated database of this test's own."""
    url = await databases.create(postgres_url)
    yield url
    await databases.drop(url, postgres_url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.connect(database_url, pool=PoolOptions(size=2, overflow=18))
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a fresh installation; rate limits are off so that tests may hurry."""
    return make_settings(tmp_path, database_url)


def make_settings(data_dir: Path, database_url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "data_dir": data_dir,
        "database_url": database_url,
        "limits": {"enabled": False},
        **changes,
    }
    return Settings(_env_file=None, **values)


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    assert settings.database_url is not None
    resources = compose(settings, settings.database_url.get_secret_value())
    yield resources
    await resources.close()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Resources], Any]]:
    """`client = await serve(resources)`: the application on the production server, on a port of its own."""
    servers: list[tuple[Server, asyncio.Task[None], httpx.AsyncClient]] = []

    async def start(resources: Resources) -> httpx.AsyncClient:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        app = create_app(resources=resources)
        server = Server(app, port=port, interface=Interfaces.ASGI, log_enabled=False)
        task = asyncio.create_task(server.serve())
        # There is no TLS to verify here, and reading the list of authorities takes 30 ms.
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, verify=False)
        servers.append((server, task, client))
        for _ in range(200):
            try:
                await client.get("/health")
                return client
            except httpx.TransportError:
                await asyncio.sleep(0.02)
        raise TimeoutError("the server did not come up")

    yield start
    for server, task, client in servers:
        await client.aclose()
        server.stop()
        await task


@pytest.fixture
async def client(resources: Resources, serve: Callable[[Resources], Any]) -> httpx.AsyncClient:
    """An HTTP client of a running server, not signed in."""
    found: httpx.AsyncClient = await serve(resources)
    return found


@pytest.fixture
async def person(resources: Resources) -> people.Person:
    """A user with a token."""
    return await people.create(resources)


@pytest.fixture
async def stranger(resources: Resources, person: people.Person) -> people.Person:
    """Another user, who must see nothing of `person`'s."""
    return await people.create(resources)
