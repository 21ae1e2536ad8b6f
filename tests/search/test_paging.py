"""Pages: nothing twice, nothing missed, whatever is added meanwhile."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoke.domains.search import service
from evoke.domains.search.errors import CursorForeign
from evoke.kit.errors import Invalid
from evoke.kit.pages import decode_cursor, encode_cursor
from evoke.platform.postgres.engine import Database
from tests.factories import seed
from tests.factories.seed import START
from tests.search.conftest import NOW, Shelf

PHOTOS = st.lists(
    st.fixed_dictionaries(
        {
            "tags": st.lists(st.sampled_from(["dog", "dogs", "doge", "beach", "dgo"]), max_size=3),
            "taken_at": st.integers(0, 3).map(lambda hours: START + timedelta(hours=hours)),
            "camera_model": st.sampled_from([None, "Dog", "Hotdog dog"]),
        }
    ),
    max_size=7,
)
QUESTIONS = st.sampled_from(["dog", "dogs", "dog beach", "doog", "", "2010", "in january", "-beach", "beach 2010"])


async def walk(shelf: Shelf, q: str, limit: int, between: list[dict[str, Any]], **request: Any) -> list[uuid.UUID]:
    """All pages one after the other; before each but the first one photo of `between` is added."""
    seen: list[uuid.UUID] = []
    cursor = None
    while True:
        answer = await shelf.answer(q, limit=limit, cursor=cursor, **request)
        seen.extend(uuid.UUID(str(result["photo"]["id"])) for result in answer["results"])
        cursor = answer["next_cursor"]
        if cursor is None:
            return seen
        assert len(answer["results"]) == limit
        if between:
            await seed.photo(shelf.database, shelf.actor, **between.pop())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=PHOTOS,
    between=PHOTOS,
    q=QUESTIONS,
    limit=st.integers(1, 3),
    sort=st.sampled_from([None, "newest", "oldest"]),
)
async def test_pages_neither_repeat_nor_miss(
    database: Database,
    tools: service.Tools,
    before: list[dict[str, Any]],
    between: list[dict[str, Any]],
    q: str,
    limit: int,
    sort: str | None,
) -> None:
    shelf = Shelf(database, await seed.owner(database), tools)
    for photo in before:
        await seed.photo(database, shelf.actor, **photo)
    whole = await shelf.answer(q, limit=1000, sort=sort)
    expected = [uuid.UUID(str(result["photo"]["id"])) for result in whole["results"]]
    found = await walk(shelf, q, limit, between, sort=sort)
    assert len(found) == len(set(found))
    assert [photo_id for photo_id in found if photo_id in set(expected)] == expected


async def test_pages_of_a_large_library_are_its_whole(database: Database, tools: service.Tools) -> None:
    shelf = Shelf(database, await seed.owner(database), tools)
    await seed.library(database, shelf.actor, photos=600)
    for q in ("", "beach", "red", "birthday red", "-red", "video"):
        whole = await walk(shelf, q, 1000, [])
        assert await walk(shelf, q, 37, []) == whole
        assert len(whole) == (await shelf.answer(q))["total"]["value"]


async def test_what_was_meant_stays_between_pages(database: Database, tools: service.Tools) -> None:
    """ "Yesterday" is that of the first page, and so are the similar words."""
    shelf = Shelf(database, await seed.owner(database), tools)
    for _ in range(2):
        await shelf.put("similar", tags=["sunflower"], taken_at=NOW - timedelta(days=1))
    first = await shelf.answer("sunflwoer yesterday", limit=1)
    await shelf.put("exact", tags=["sunflwoer"], taken_at=NOW - timedelta(days=5))
    shelf.tools = service.Tools(tools.signer, tools.vocabularies, tools.options, lambda: NOW + timedelta(days=3))
    second = await shelf.answer("sunflwoer yesterday", limit=1, cursor=first["next_cursor"])
    assert shelf.named(first) + shelf.named(second) == ["similar", "similar"]
    assert first["results"][0]["photo"]["id"] != second["results"][0]["photo"]["id"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    "other",
    [
        {"q": "cat"},
        {"filters": {"favorite": False}},
        {"sort": "oldest"},
        {"time_zone": "Asia/Tokyo"},
    ],
)
async def test_a_cursor_belongs_to_its_question(shelf: Shelf, other: dict[str, Any]) -> None:
    for _ in range(2):
        await shelf.put("dog", tags=["dog"])
    cursor = (await shelf.answer("dog", limit=1))["next_cursor"]
    assert await shelf.find("dog", limit=5, cursor=cursor) == ["dog"], "another limit is the same question"
    with pytest.raises(CursorForeign):
        await shelf.answer(**{"q": "dog", **other}, cursor=cursor)


async def test_a_cursor_belongs_to_its_owner(database: Database, tools: service.Tools, shelf: Shelf) -> None:
    for _ in range(2):
        await shelf.put("dog", tags=["dog"])
    cursor = (await shelf.answer("dog", limit=1))["next_cursor"]
    stranger = Shelf(database, await seed.owner(database), tools)
    with pytest.raises(CursorForeign):
        await stranger.answer("dog", cursor=cursor)


async def test_cursors_from_elsewhere_are_refused(shelf: Shelf) -> None:
    for _ in range(2):
        await shelf.put("dog", tags=["dog"])
    cursor = (await shelf.answer("dog", limit=1))["next_cursor"]
    real = decode_cursor(cursor, *[lambda value: value] * 8)
    for place, value in [
        *[(1, value) for value in (-1, "1", None, 1.5, True, 2**40)],
        *[(2, value) for value in ("", "2010", 5, "2010-01-01T00:00:00")],
        *[(3, value) for value in ("x", 5, None)],
        *[(4, value) for value in ("yesterday", None)],
        *[(5, value) for value in (-1, 10, "0")],
        *[(6, value) for value in (-1, None)],
        *[(7, value) for value in ([], None, {"a": "b"}, {"a": [""]}, {"a": ["\0"]}, {"a": ["b"] * 17}, {"a": [5]})],
        (7, {str(number): [] for number in range(33)}),
    ]:
        changed = [*real[:place], value, *real[place + 1 :]]
        with pytest.raises(Invalid) as caught:
            await shelf.answer("dog", cursor=encode_cursor(changed))
        assert caught.value.details["field"] == "cursor", (place, value)
    for text in ("x", "!!", "W10", cursor[:-8]):
        with pytest.raises(Invalid):
            await shelf.answer("dog", cursor=text)
