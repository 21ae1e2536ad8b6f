"""Words together with filters, and whose photos are found."""

from datetime import timedelta
from typing import Any

import pytest

from evoke.domains.search import service
from evoke.platform.postgres.engine import Database
from tests.factories import seed
from tests.factories.seed import START
from tests.search.conftest import Shelf


@pytest.mark.parametrize(
    ("q", "filters", "names"),
    [
        ("dog", {}, ["pt", "no"]),
        ("dog", {"country": "PT"}, ["pt"]),
        ("dog", {"any": [{"country": "PT"}, {"rating_min": 4}]}, ["pt", "no"]),
        ("dog", {"all": [{"favorite": True}, {"rating_min": 4}]}, ["no"]),
        ("dog", {"not": {"country": "PT"}}, ["no"]),
        ("dog", {"any": [{"all": [{"country": "NO"}, {"not": [{"favorite": True}]}]}, {"country": "PT"}]}, ["pt"]),
        ("", {"not": [{"tags": ["dog"]}]}, ["cat"]),
        ("-dog", {"favorite": False}, ["cat"]),
        ("2010 dog", {"favorite": True}, ["no"]),
        ("dog", {"trashed": True}, ["trashed"]),
        ("dog", {"archived": True}, ["archived"]),
        ("nosuchword", {"country": "PT"}, []),
    ],
)
async def test_filters_hold_as_well(shelf: Shelf, q: str, filters: dict[str, Any], names: list[str]) -> None:
    await shelf.put("hidden", tags=["dog"], hidden=True)
    await shelf.put("trashed", tags=["dog"], trashed_at=START)
    await shelf.put("archived", tags=["dog"], archived=True)
    await shelf.put("cat", tags=["cat"])
    await shelf.put("no", tags=["dog"], country="Norway", country_code="NO", favorite=True, rating=5)
    await shelf.put("pt", tags=["dog"], country="Portugal", country_code="PT")
    assert await shelf.find(q, filters=filters) == names
    answer = await shelf.answer(q, filters=filters)
    assert answer["total"] == {"value": len(names), "relation": "eq"}


async def test_nothing_of_anybody_else_is_found(database: Database, tools: service.Tools) -> None:
    mine = Shelf(database, await seed.owner(database), tools)
    others = [Shelf(database, await seed.owner(database), tools) for _ in range(9)]
    await mine.put("mine", tags=["sunflower"])
    for other in others:  # More owners than partitions: some share one.
        await other.put("theirs", tags=["sunflower", "secretword"], favorite=True)
    for q in ("sunflower", "sunflwoer", "", "2010", "-dog", "in january"):
        assert await mine.find(q) == ["mine"]
        assert (await mine.answer(q))["total"]["value"] == 1
    assert await mine.find("secretword") == []
    answer = await mine.answer("secretwrod", explain=True)
    assert answer["understood"]["terms"][0]["variants"] == []


async def test_the_number_is_counted_up_to_a_limit(shelf: Shelf) -> None:
    for number in range(5):
        await shelf.put(f"{number}", tags=["dog"])
    for limit, total in ((5, {"value": 5, "relation": "eq"}), (4, {"value": 4, "relation": "gte"})):
        shelf.tools = service.Tools(
            shelf.tools.signer, shelf.tools.vocabularies, service.Options(count_limit=limit), shelf.tools.clock
        )
        for q in ("dog", ""):
            answer = await shelf.answer(q, limit=2)
            assert answer["total"] == total
            assert (await shelf.answer(q, limit=2, cursor=answer["next_cursor"]))["total"] == total


async def test_no_words_and_no_filters_show_the_newest(shelf: Shelf) -> None:
    for number in range(3):
        await shelf.put(f"{number}", taken_at=START + timedelta(days=number))
    assert await shelf.find("") == ["2", "1", "0"]
    assert await shelf.find("", sort="relevance") == ["2", "1", "0"]
    assert await shelf.find("", sort="oldest") == ["0", "1", "2"]
