"""Search over HTTP: the shapes of the contract, both methods, what is refused."""

from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from evoke.bootstrap import Resources
from evoke.domains.search.schemas import SearchAnswer
from tests.factories import people, seed

URL = "/api/v1/search"


async def post(client: httpx.AsyncClient, person: people.Person, **request: Any) -> dict[str, Any]:
    return people.data(await client.post(URL, json=request, headers=person.headers))


async def refused(client: httpx.AsyncClient, person: people.Person, **request: Any) -> dict[str, Any]:
    answer = await client.post(URL, json=request, headers=person.headers)
    assert answer.status_code == 400, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    return error


@pytest.fixture
async def library(resources: Resources, person: people.Person, stranger: people.Person) -> None:
    """Three photos of `person`, one of `stranger`."""
    taken = datetime(2019, 3, 21, 12, tzinfo=UTC)
    sunflower = {"tags": ["sunflower"], "city": "Lisbon", "country": "Portugal", "country_code": "PT"}
    await seed.photo(resources.database, person.actor, file_name="new.jpg", favorite=True, rating=4)
    await seed.photo(resources.database, person.actor, file_name="flower.jpg", taken_at=taken, **sunflower)
    await seed.photo(resources.database, person.actor, file_name="field.jpg", taken_at=taken, description="sunflowers")
    await seed.photo(resources.database, stranger.actor, file_name="theirs.jpg", tags=["sunflower"])


@pytest.mark.usefixtures("library")
async def test_an_answer_has_the_shape_of_the_contract(client: httpx.AsyncClient, person: people.Person) -> None:
    answer = await post(client, person, q="sunflwoer march 2019", explain=True)
    SearchAnswer.model_validate(answer)
    assert {result["photo"]["file_name"] for result in answer["results"]} == {"flower.jpg", "field.jpg"}
    assert answer["total"] == {"value": 2, "relation": "eq"}
    assert answer["understood"]["text"] == "sunflwoer"
    assert answer["understood"]["filters"]["taken_after"] == "2019-03-01T00:00:00"
    assert {reason["signal"] for result in answer["results"] for reason in result["why"]} == {"words", "date"}
    assert isinstance(answer["took_ms"], int)
    assert answer["next_cursor"] is None


# Lists rather than parameters: a server and a database for each line would take longer than the lines.
FOUND: list[tuple[dict[str, Any], set[str]]] = [
    ({"q": "sunflower lisbon"}, {"flower.jpg"}),
    ({"q": "sunflower", "filters": {"country": "PT"}}, {"flower.jpg"}),
    ({"q": "sunflower", "mode": "words", "sort": "oldest"}, {"flower.jpg", "field.jpg"}),
    ({"filters": {"favorite": True, "rating_min": 3}}, {"new.jpg"}),
    ({}, {"new.jpg", "flower.jpg", "field.jpg"}),
    ({"q": "theirs"}, set()),
]


@pytest.mark.usefixtures("library")
async def test_both_methods_find_the_same(client: httpx.AsyncClient, person: people.Person) -> None:
    for request, names in FOUND:
        posted = await post(client, person, **request)
        assert {result["photo"]["file_name"] for result in posted["results"]} == names, request
        flat = {**request, **request.get("filters", {})}
        flat.pop("filters", None)
        got = people.data(await client.get(URL, params=flat, headers=person.headers))
        assert got["results"] == posted["results"], request
        assert got["understood"] == posted["understood"], request


@pytest.mark.usefixtures("library")
async def test_an_address_may_hold_nested_filters(client: httpx.AsyncClient, person: people.Person) -> None:
    nested = {"any": [{"country": "PT"}, {"not": [{"favorite": False}]}]}
    posted = await post(client, person, filters={**nested, "rating_min": 1})
    params = {"filters": orjson.dumps(nested).decode(), "rating_min": 1}
    got = people.data(await client.get(URL, params=params, headers=person.headers))
    assert [result["photo"]["file_name"] for result in posted["results"]] == ["new.jpg"]
    assert (got["results"], got["understood"]) == (posted["results"], posted["understood"])


async def test_filters_in_an_address_are_checked(client: httpx.AsyncClient, person: people.Person) -> None:
    for filters in ("x", "[]", '{"rating_min": 9}', '{"colour": "red"}', '{"not": 5}'):
        answer = await client.get(URL, params={"filters": filters}, headers=person.headers)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
        assert "filters" in answer.json()["error"]["details"]["reason"]


@pytest.mark.usefixtures("library")
async def test_pages_follow_their_cursor(client: httpx.AsyncClient, person: people.Person) -> None:
    first = await post(client, person, q="sunflower", limit=1)
    second = await post(client, person, q="sunflower", limit=1, cursor=first["next_cursor"])
    got = await client.get(
        URL, params={"q": "sunflower", "limit": 1, "cursor": first["next_cursor"]}, headers=person.headers
    )
    ids = [page["results"][0]["photo"]["id"] for page in (first, second)]
    assert len(set(ids)) == 2
    assert second["next_cursor"] is None
    assert people.data(got)["results"] == second["results"]
    assert second["total"] == first["total"] == {"value": 2, "relation": "eq"}


@pytest.mark.usefixtures("library")
async def test_a_photo_is_the_same_as_elsewhere(client: httpx.AsyncClient, person: people.Person) -> None:
    (result,) = (await post(client, person, q="lisbon"))["results"]
    alone = people.data(await client.get(f"/api/v1/photos/{result['photo']['id']}", headers=person.headers))
    assert result["photo"] == alone["photo"]


async def test_a_long_text_is_refused_with_its_limit(client: httpx.AsyncClient, person: people.Person) -> None:
    error = await refused(client, person, q="x" * 50_000)
    assert error["details"]["field"] == "q"
    assert error["details"]["max_length"] == 1000
    assert error["details"]["actual_length"] == 50_000
    assert (await post(client, person, q="x" * 1000))["results"] == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"q": "a1 " * 33}, "q"),
    ({"q": "a\0b"}, "q"),
    ({"q": 5}, "q"),
    ({"mode": "magic"}, "mode"),
    ({"sort": "best"}, "sort"),
    ({"limit": 0}, "limit"),
    ({"limit": 1001}, "limit"),
    ({"cursor": "nonsense"}, "cursor"),
    ({"time_zone": "Mars/Base"}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ({"time_zone": ""}, "time_zone"),
    ({"filters": {"colour": "red"}}, "filters.colour"),
    ({"filters": {"rating_min": 9}}, "filters.rating_min"),
    ({"wish": 1}, "wish"),
]


async def test_what_cannot_be_asked_names_its_field(client: httpx.AsyncClient, person: people.Person) -> None:
    for request, field in REFUSED:
        assert (await refused(client, person, **request))["details"]["field"] == field, request


async def test_an_unknown_mode_learns_the_known_ones(client: httpx.AsyncClient, person: people.Person) -> None:
    reason = (await refused(client, person, mode="magic"))["details"]["reason"]
    assert "auto" in reason
    assert "words" in reason


async def test_any_other_text_is_a_search(client: httpx.AsyncClient, person: people.Person) -> None:
    for q in ("'", "\\", "a & b | !(c)", ":*", "🌻", "\u202eabc", "שלום", "猫", "%", "_", '"', "-", "\ufeff"):
        assert (await post(client, person, q=q))["total"]["value"] == 0, q
    half = b'{"q": "\\ud83c"}'  # half of a character is no text
    answer = await client.post(URL, content=half, headers={**person.headers, "Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_one_has_to_be_signed_in(client: httpx.AsyncClient) -> None:
    for answer in (await client.post(URL, json={}), await client.get(URL)):
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "UNAUTHORIZED"
