"""Several writes as one statement."""

import pytest
from sqlalchemy import Integer, text

from evoke.platform.compound import Filled, Part, together
from evoke.platform.postgres.engine import Database

FIRST = Part("first AS (INSERT INTO things SELECT :a WHERE :a > 0 RETURNING n)", {"a": Integer()})
SECOND = Part("second AS (INSERT INTO things SELECT n + :b FROM first)", {"b": Integer()})


@pytest.fixture
async def things(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE things (n int PRIMARY KEY)"))


@pytest.mark.usefixtures("things")
async def test_all_parts_are_run_and_see_what_those_before_wrote(database: Database) -> None:
    parts = [Filled(FIRST, {"a": 3}), Filled(SECOND, {"b": 4})]
    (row,) = await database.change(*together(parts, "SELECT n FROM first"))
    assert row.n == 3
    assert await database.change(*together([Filled(FIRST, {"a": -1}), parts[1]], "SELECT n FROM first")) == []
    assert [row.n for row in await database.ask(text("SELECT n FROM things ORDER BY n"), {})] == [3, 7]


@pytest.mark.usefixtures("things")
async def test_one_that_fails_undoes_all(database: Database) -> None:
    with pytest.raises(Exception, match="duplicate key"):
        await database.change(*together([Filled(FIRST, {"a": 3}), Filled(SECOND, {"b": 0})], "SELECT n FROM first"))
    assert await database.ask(text("SELECT n FROM things"), {}) == []


def test_parameters_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="one name"):
        together(
            [Filled(FIRST, {"a": 1}), Filled(Part("other AS (SELECT :a)", {"a": Integer()}), {"a": 2})], "SELECT 1"
        )


def test_the_same_parts_are_one_statement() -> None:
    first, _ = together([Filled(FIRST, {"a": 1})], "SELECT n FROM first")
    again, values = together([Filled(FIRST, {"a": 2})], "SELECT n FROM first")
    assert first is again
    assert values == {"a": 2}
