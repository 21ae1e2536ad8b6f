import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import asyncpg
import pytest

from evoke import supervisor
from evoke.platform.postgres import migrate
from tests.factories import databases

PROGRAM = """
import asyncio, sys
from evoke.platform.postgres import migrate
print(asyncio.run(migrate.upgrade(sys.argv[1])))
"""


@pytest.fixture
async def empty_url(postgres_url: str) -> AsyncIterator[str]:
    """A database that was never migrated."""
    url = await databases.create(postgres_url, template=None)
    yield url
    await databases.drop(url, postgres_url)


async def test_models_and_migrations_agree(database_url: str) -> None:
    assert await migrate.differences(database_url) == []


async def test_a_difference_is_named(database_url: str) -> None:
    await databases.execute(database_url, "ALTER TABLE users ADD COLUMN shoe_size int, DROP COLUMN quota_bytes")
    await databases.execute(database_url, "DROP INDEX ix_api_keys_owner_id_created_at")
    found = "\n".join(await migrate.differences(database_url))
    assert "shoe_size" in found
    assert "quota_bytes" in found
    assert "ix_api_keys_owner_id_created_at" in found


async def test_partitions_and_the_queue_are_no_difference(database_url: str) -> None:
    await databases.execute(database_url, "CREATE TABLE things_p0 (id int); CREATE TABLE pgqueuer_something (id int)")
    assert await migrate.differences(database_url) == []
    await databases.execute(database_url, "CREATE TABLE things (id int)")
    assert len(await migrate.differences(database_url)) == 1


async def test_several_processes_migrate_at_once(empty_url: str) -> None:
    everything = await migrate.pending(empty_url)
    assert everything[0] == "0001"
    assert everything[-1] == migrate.head()
    assert await migrate.current(empty_url) is None
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, empty_url, stdout=subprocess.PIPE)
    applied = await asyncio.gather(*(migrate.upgrade(empty_url) for _ in range(3)))
    said, _ = await other.communicate()
    assert other.returncode == 0
    assert sorted([*map(str, applied), said.decode().strip()]) == sorted([str(everything), "[]", "[]", "[]"])
    assert await migrate.current(empty_url) == migrate.head()
    assert await migrate.pending(empty_url) == []


async def test_the_lock_is_given_back(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    connection = await asyncpg.connect(empty_url)
    ours = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {ours}"
    assert await connection.fetchval(held) == 0
    await connection.close()


async def test_one_step_and_all_the_way_back(empty_url: str) -> None:
    assert await migrate.upgrade(empty_url, "0001") == ["0001"]
    assert await migrate.current(empty_url) == "0001"
    assert "0001" not in await migrate.pending(empty_url)
    await migrate.upgrade(empty_url)
    await migrate.downgrade(empty_url, "base")
    connection = await asyncpg.connect(empty_url)
    left = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert [row["tablename"] for row in left] == ["alembic_version"]


async def test_a_database_of_a_newer_version_is_left_alone(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    await databases.execute(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    for question in (migrate.upgrade(empty_url), migrate.pending(empty_url)):
        with pytest.raises(migrate.SchemaNewer, match="newer version"):
            await question
    assert await migrate.current(empty_url) == "9999"


async def test_a_table_that_is_in_use_fails_the_migration_and_not_its_users(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    connection = await asyncpg.connect(empty_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE users IN ACCESS SHARE MODE")
        with pytest.raises(Exception, match="lock timeout"):
            await migrate.downgrade(empty_url, "base")
    assert await connection.fetchval("SELECT count(*) FROM users") == 0
    await connection.close()


def test_every_migration_begins_with_a_lock_timeout() -> None:
    for path in (migrate.folder() / "versions").glob("*.py"):
        for step in ("upgrade", "downgrade"):
            body = path.read_text().partition(f"def {step}() -> None:\n")[2]
            assert body.lstrip().startswith("op.execute(\"SET LOCAL lock_timeout = '5s'\")"), f"{path.name}: {step}"


def test_the_supervisor_knows_where_the_address_goes() -> None:
    assert supervisor.MIGRATE_ADDRESS == migrate.ADDRESS
