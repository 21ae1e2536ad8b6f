"""Statements by the driver alone."""

import asyncio
import uuid

import asyncpg
import pytest
from sqlalchemy import bindparam, column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Integer, Text, Uuid

from evoke.platform.postgres.engine import Database, is_unavailable

PLUS = text("SELECT CAST(:a AS int) + CAST(:b AS int) AS sum, :a AS first").bindparams(
    bindparam("a", type_=Integer()), bindparam("b", type_=Integer())
)
IDENTITY = select(bindparam("id", type_=Uuid()).label("id"), bindparam("names", type_=ARRAY(Text())).label("names"))
DIVIDE = text("SELECT 1 / CAST(:by AS int)").bindparams(bindparam("by", type_=Integer()))
SLEEP = text("SELECT pg_sleep(:seconds)").bindparams(bindparam("seconds", type_=Integer()))
INSERT = text("INSERT INTO things VALUES (:name)")
NAMES = text("SELECT name FROM things")
THE_OTHERS = (
    "FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_type = 'client backend'"
)


@pytest.fixture
async def things(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE things (name text PRIMARY KEY)"))


async def test_rows_have_names_and_places(database: Database) -> None:
    (row,) = await database.ask(PLUS, {"a": 2, "b": 3, "more": 4})
    assert (row.sum, row[0], row["sum"], tuple(row), row[-1]) == (5, 5, 5, (5, 2), 2)
    with pytest.raises(AttributeError):
        _ = row.difference
    id_ = uuid.uuid4()
    (row,) = await database.ask(IDENTITY, {"id": id_, "names": ["a", "b"]})
    assert (row.id, row.names) == (id_, ["a", "b"])


@pytest.mark.usefixtures("things")
async def test_a_change_is_committed(database: Database) -> None:
    await database.change(text("INSERT INTO things VALUES (:name)"), {"name": "one"})
    async with database.read() as session:
        assert (await session.scalars(select(column("name")).select_from(text("things")))).all() == ["one"]


async def test_an_error_leaves_the_connection_in_the_pool(database: Database) -> None:
    await database.ask(PLUS, {"a": 1, "b": 1})
    before = database.pool_status()
    with pytest.raises(asyncpg.DivisionByZeroError):
        await database.ask(DIVIDE, {"by": 0})
    assert database.pool_status() == before
    assert (await database.ask(DIVIDE, {"by": 1}))[0][0] == 1


async def test_a_question_that_is_given_up_takes_its_connection_along(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await database.ask(SLEEP, {"seconds": 30})
    assert database.pool_status()["in_use"] == 0
    assert (await database.ask(PLUS, {"a": 1, "b": 1}))[0].sum == 2


async def test_a_connection_lost_under_a_question_is_told_and_replaced(database: Database, database_url: str) -> None:
    asking = asyncio.create_task(database.ask(SLEEP, {"seconds": 30}))
    other = await asyncpg.connect(database_url)
    while not await other.fetchval(f"SELECT count(pg_terminate_backend(pid)) {THE_OTHERS} AND query LIKE '%sleep%'"):
        await asyncio.sleep(0.02)
    await other.close()
    with pytest.raises(ConnectionError) as caught:
        await asking
    assert is_unavailable(caught.value)
    for _ in range(3):
        assert (await database.ask(PLUS, {"a": 1, "b": 1}))[0].sum == 2


async def test_connections_lost_in_the_pool_are_not_noticed(database: Database, database_url: str) -> None:
    """Questions after a restart of the server find none of the connections from before it."""
    await asyncio.gather(*(database.ask(PLUS, {"a": 1, "b": 1}) for _ in range(2)))
    other = await asyncpg.connect(database_url)
    assert await other.fetchval(f"SELECT count(pg_terminate_backend(pid)) {THE_OTHERS}") >= 2
    while await other.fetchval(f"SELECT count(*) {THE_OTHERS}"):
        await asyncio.sleep(0.02)
    await other.close()
    assert (await database.ask(PLUS, {"a": 1, "b": 1}))[0].sum == 2
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    for _ in range(3):
        assert (await database.ask(PLUS, {"a": 1, "b": 1}))[0].sum == 2


@pytest.mark.usefixtures("things")
async def test_a_statement_is_part_of_its_session(database: Database) -> None:
    async with database.write() as session:
        await session.prebuilt(INSERT, {"name": "gone"})
        assert [row.name for row in await session.prebuilt(NAMES, {})] == ["gone"]
        assert (await session.scalars(text("SELECT name FROM things"))).all() == ["gone"]
    async with database.transaction() as session:
        assert await session.prebuilt(NAMES, {}) == []
        await session.prebuilt(INSERT, {"name": "one"})
        await session.commit()
        await session.prebuilt(INSERT, {"name": "two"})
        await session.rollback()
        await session.prebuilt(INSERT, {"name": "three"})
    assert {row.name for row in await database.ask(NAMES, {})} == {"one", "three"}


@pytest.mark.usefixtures("things")
async def test_a_statement_that_fails_costs_its_savepoint_alone(database: Database) -> None:
    async with database.transaction() as session:
        await session.prebuilt(INSERT, {"name": "one"})
        with pytest.raises(asyncpg.UniqueViolationError):
            async with session.begin_nested():
                await session.prebuilt(INSERT, {"name": "gone"})
                await session.prebuilt(INSERT, {"name": "one"})
        await session.prebuilt(INSERT, {"name": "two"})
    assert {row.name for row in await database.ask(NAMES, {})} == {"one", "two"}


@pytest.mark.usefixtures("things")
async def test_what_only_reads_may_not_change(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await session.prebuilt(INSERT, {"name": "one"})


@pytest.mark.parametrize("begun", [True, False])
async def test_a_connection_lost_in_a_session_is_told_and_replaced(
    database: Database, database_url: str, begun: bool
) -> None:
    other = await asyncpg.connect(database_url)
    with pytest.raises(ConnectionError) as caught:
        async with database.write() as session:
            await session.connection()
            if begun:
                await session.prebuilt(PLUS, {"a": 1, "b": 1})
            assert await other.fetchval(f"SELECT count(pg_terminate_backend(pid)) {THE_OTHERS}") >= 1
            while await other.fetchval(f"SELECT count(*) {THE_OTHERS}"):
                await asyncio.sleep(0.02)
            await session.prebuilt(PLUS, {"a": 1, "b": 1})
    await other.close()
    assert is_unavailable(caught.value)
    async with database.write() as session:
        assert (await session.prebuilt(PLUS, {"a": 1, "b": 1}))[0].sum == 2
