"""What the database does for a search: one statement, through indexes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.filters import PhotoFilter
from evoke.domains.search import queries, service, understanding
from evoke.platform.postgres.engine import Database
from tests.factories import seed
from tests.search.conftest import Shelf

pytestmark = pytest.mark.unmeasured

PHOTOS = 4_000


async def plan_of(database: Database, shelf: Shelf, q: str, filters: dict[str, Any], **wanted: Any) -> list[Any]:
    """The nodes of the plan of a first page."""
    given: dict[str, Any] = {"order": "newest", "after": None, "limit": 51, "count_limit": 10_001, **wanted}
    question = understanding.understand(q, date(2025, 11, 22))
    if question.terms:
        given["order"] = "relevance"
    statement = queries.page(shelf.actor, queries.Wanted(question, PhotoFilter(**filters), **given))
    # Without parameters, so that the planner knows the values as it does in a prepared statement's own plan.
    compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    async with database.engine.connect() as connection:
        (explained,) = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {str(compiled).replace('%%', '%')}")
    return list(_nodes(explained[0][0]["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def kinds(nodes: list[Any]) -> set[str]:
    return {node["Node Type"] for node in nodes}


@pytest.fixture
async def large(database: Database, tools: service.Tools) -> Shelf:
    shelf = Shelf(database, await seed.owner(database), tools)
    await seed.library(database, shelf.actor, photos=PHOTOS)
    return shelf


async def test_searches_go_through_indexes(database: Database, large: Shelf) -> None:
    """One test for all of them: making the library takes longer than asking."""
    for q, filters in [
        ("", {}),
        ("", {"city": "Lisbon", "favorite": True, "rating_min": 2}),
        ("", {"country": "PT", "camera": "N-12", "iso_min": 400}),
        ("", {"camera": "K1", "rating_min": 4, "taken_after": "2011-01-01T00:00:00Z"}),
        ("march 2011", {"favorite": True, "type": "image"}),
        ("sunflower", {}),
        ("sunflower lisbon", {"favorite": True, "rating_min": 1, "iso_min": 100}),
        ("sunf -red", {}),
        ("IMG_20110321", {}),
    ]:
        nodes = await plan_of(database, large, q, filters)
        assert "Seq Scan" not in kinds(nodes), (q, filters)
        partitions = {node["Relation Name"] for node in nodes if "Relation Name" in node}
        assert len({name.rpartition("_p")[2] for name in partitions}) == 1, partitions


async def test_the_timeline_is_not_sorted(database: Database, large: Shelf) -> None:
    after = (datetime(2011, 1, 1, tzinfo=UTC), large.actor.user_id)
    for wanted in ({}, {"after": after, "count_limit": 0}, {"order": "oldest"}):
        nodes = await plan_of(database, large, "", {}, **wanted)
        scans = [node for node in nodes if node["Node Type"].startswith("Index")]
        assert any("taken_at" in node["Index Name"] for node in scans)
        # The page itself is put into order once more after its photos were fetched: 51 rows, not the library.
        assert all(node["Plan Rows"] <= 51 for node in nodes if "Sort" in node["Node Type"])


async def test_an_owner_whom_the_statistics_do_not_know(database: Database, tools: service.Tools) -> None:
    """The first import of a second person must not be joined each with each until the next ANALYZE."""
    first = await seed.owner(database)
    await seed.library(database, first, photos=1000)
    while not await share_a_partition(database, first, second := await seed.owner(database)):
        pass
    await seed.library(database, second, photos=1000, analyze=False)
    for q, filters in [("sunflower", {}), ("img", {}), ("beach", {"favorite": True}), ("", {"city": "Oslo"})]:
        nodes = await plan_of(database, Shelf(database, second, tools), q, filters)
        assert not [node for node in nodes if "Join Filter" in node], (q, filters)


async def share_a_partition(database: Database, one: Actor, other: Actor) -> bool:
    places = [
        text(
            f"SELECT ARRAY(SELECT satisfies_hash_partition('photos'::regclass, 8, n, '{actor.user_id}'::uuid)"
            " FROM generate_series(0, 7) AS n)"
        )
        for actor in (one, other)
    ]
    async with database.read() as session:
        return await session.scalar(places[0]) == await session.scalar(places[1])


async def test_a_page_is_one_statement(database: Database, shelf: Shelf) -> None:
    await shelf.put("one", tags=["sunflower"])
    await shelf.find("sunflower")
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )
    assert await shelf.find("sunflower 2010 -dog", filters={"not": [{"country": "PT"}]}) == ["one"]
    assert len([statement for statement in statements if "FROM" in statement]) == 1
