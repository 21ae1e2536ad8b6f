"""`evoke status` and `evoke migrate`."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from evoke import __version__
from evoke.bootstrap import Resources
from evoke.platform.postgres import migrate
from tests.cli import files
from tests.cli.conftest import Evoke, runner
from tests.factories import databases, people


@pytest.fixture
async def empty_url(postgres_url: str) -> AsyncIterator[str]:
    """A database that was never migrated."""
    url = await databases.create(postgres_url, template=None)
    yield url
    await databases.drop(url, postgres_url)


async def test_what_is_there_is_told_while_the_server_runs(
    evoke: Evoke, client: httpx.AsyncClient, resources: Resources, person: people.Person, folder: Path
) -> None:
    size = sum(files.jpeg(folder / f"{number}.jpg", number).stat().st_size for number in range(2))
    await evoke("import", folder)
    port = str(client.base_url.port)
    told = (await evoke("status", "--json", EVOKE_PORT=port)).json
    assert told["server"] == {"address": f"http://127.0.0.1:{port}", "healthy": True}
    assert (told["version"], told["users"], told["photos"], told["bytes"]) == (__version__, 1, 2, size)
    assert told["jobs"] == {"queued": 2}
    assert [(queue["name"], queue["depth"]) for queue in told["queues"]] == [("photos", 2)]
    assert told["database"]["schema"] == told["database"]["schema_wanted"] == migrate.head()
    assert told["database"]["bytes"] > 10**6
    assert told["data"]["free_bytes"] > 0
    assert told["workers"] == 0
    text = (await evoke("status", EVOKE_PORT=port)).stdout
    assert f"http://127.0.0.1:{port} answers" in text
    assert "2 photos of 1 user" in text
    assert "Jobs      2 queued" in text
    assert "Workers   none running" in text
    assert "queue photos: 2 waiting, the oldest since" in text


async def test_a_worker_is_counted(evoke: Evoke, database_url: str) -> None:
    worker = await asyncpg.connect(database_url, server_settings={"application_name": "evoke-worker-1"})
    assert (await evoke("status", "--json", EVOKE_PORT="1")).json["workers"] == 1
    await worker.close()


async def test_before_the_first_start_nothing_is_started(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    evoke = runner({"EVOKE_DATA_DIR": str(fresh), "DATABASE_URL": "", "EVOKE_PORT": "1"})
    outcome = await evoke("status", "--json")
    assert (outcome.status, outcome.json["database"], outcome.json["server"]["healthy"]) == (0, None, False)
    assert "nothing was started here" in (await evoke("status")).stdout
    assert not fresh.exists()


async def test_an_old_schema_is_told_and_migrated(tmp_path: Path, empty_url: str) -> None:
    evoke = runner({"EVOKE_DATA_DIR": str(tmp_path), "DATABASE_URL": empty_url, "EVOKE_PORT": "1"})
    told = (await evoke("status", "--json")).json
    assert (told["database"]["schema"], "photos" in told) == (None, False)
    assert "run `evoke migrate`" in (await evoke("status")).stdout
    migrated = await evoke("migrate")
    assert migrated.status == 0
    assert f"{migrate.head()}." in migrated.stdout
    assert "up to date" in (await evoke("migrate")).stdout
    assert (await evoke("migrate", "--quiet")).stdout == ""
    assert (await evoke("status", "--json")).json["photos"] == 0


async def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    away = {"EVOKE_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://evoke:secret@127.0.0.1:1/evoke"}
    for command in (("status",), ("migrate",), ("user", "list")):
        outcome = await runner(away)(*command)
        assert outcome.status == 1
        assert "The database cannot be reached" in outcome.stderr
        assert "secret" not in outcome.stderr
