"""Feelings in the library: pictures that were drawn, days that were felt, and the filter that finds both."""

import uuid
from datetime import UTC, date, datetime

import httpx
import pytest

from evoke.bootstrap import Resources
from evoke.domains.photos import service
from evoke.domains.photos.service.adding import Drawn, Received
from tests.factories import library, pictures
from tests.factories.people import Person

NAMED = ("2019-03-21", "2019-03-22", "2020-06-01")


async def find(client: httpx.AsyncClient, person: Person, **asked: str) -> list[str]:
    answer = await client.get("/api/v1/photos", params=asked, headers=person.headers)
    assert answer.status_code == 200, answer.text
    return [photo["file_name"] for photo in answer.json()["data"]["photos"]]


async def three_days(client: httpx.AsyncClient, person: Person) -> None:
    for number, day in enumerate(NAMED):
        await library.upload(client, person, pictures.jpeg(number), f"IMG_{day.replace('-', '')}_160422.jpg")


async def feel(resources: Resources, person: Person, day: str, *emotions: str) -> None:
    async with resources.database.transaction() as session:
        await service.feelings.set_day(session, person.actor.user_id, date.fromisoformat(day), emotions)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"feelings": "joy"}, ["IMG_20190322_160422.jpg", "IMG_20190321_160422.jpg"]),
        ({"feelings": "fear"}, ["IMG_20190321_160422.jpg"]),
        ({"feelings": "anger"}, []),
    ],
)
async def test_photos_of_days_with_an_emotion(
    client: httpx.AsyncClient, resources: Resources, person: Person, asked: dict[str, str], found: list[str]
) -> None:
    await three_days(client, person)
    await feel(resources, person, NAMED[0], "joy", "fear")
    await feel(resources, person, NAMED[1], "joy")
    assert await find(client, person, **asked) == found


async def test_all_and_any_of_several(client: httpx.AsyncClient, resources: Resources, person: Person) -> None:
    await three_days(client, person)
    await feel(resources, person, NAMED[0], "joy", "fear")
    await feel(resources, person, NAMED[1], "surprise")
    query = "/api/v1/photos?feelings=joy&feelings=fear"
    both = await client.get(query, headers=person.headers)
    assert len(both.json()["data"]["photos"]) == 1
    either = await client.get(
        "/api/v1/photos?feelings=fear&feelings=surprise&feelings_match=any", headers=person.headers
    )
    assert len(either.json()["data"]["photos"]) == 2
    body = {"filters": {"not": [{"feelings": {"any": ["joy", "surprise"]}}]}}
    neither = await client.post("/api/v1/search", json=body, headers=person.headers)
    assert [each["photo"]["file_name"] for each in neither.json()["data"]["results"]] == ["IMG_20200601_160422.jpg"]


async def test_a_day_forgets_what_is_taken_back(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    await three_days(client, person)
    await feel(resources, person, NAMED[0], "joy")
    await feel(resources, person, NAMED[0], "fear")
    assert await find(client, person, feelings="joy") == []
    assert len(await find(client, person, feelings="fear")) == 1
    await feel(resources, person, NAMED[0])
    assert await find(client, person, feelings="fear") == []


async def test_the_days_of_one_owner_are_not_those_of_another(
    client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person
) -> None:
    await three_days(client, person)
    await feel(resources, stranger, NAMED[0], "joy")
    assert await find(client, person, feelings="joy") == []


async def test_a_drawn_picture_is_a_photo_at_the_time_of_what_it_shows(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    drawn = Drawn(
        visualization_id=uuid.uuid4(),
        taken_at=datetime(2021, 5, 4, 22, 30, tzinfo=UTC),
        time_zone="Europe/Lisbon",
        tags=("visualization",),
        caption="A picture of joy",
        feelings=("joy",),
    )
    key = await resources.library.key_for_writing(person.actor.user_id)
    async with resources.blobs.spool(key) as spool:
        await spool.write(pictures.jpeg(1))
        received = Received(file_name="visualization.png", drawn=drawn)
        kept = await service.adding.keep(resources.database, resources.library, person.actor, spool, received)
    async with resources.database.transaction() as session:
        row, duplicate = await service.adding.record(session, resources.library, person.actor, kept)
    assert not duplicate
    async with library.working(resources):
        photo = await library.processed(client, person, str(row.id))
    assert photo["visualization_id"] == str(drawn.visualization_id)
    assert photo["taken_at"] == "2021-05-04T22:30:00Z"
    assert photo["taken_at_local"] == "2021-05-04T23:30:00"
    assert photo["taken_at_source"] == "user"
    assert photo["tags"] == ["visualization"]
    assert photo["caption"] == {"text": "A picture of joy", "source": "visualization"}
    assert photo["feelings"] == ["joy"]
    assert await find(client, person, feelings="joy") == ["visualization.png"]
    answer = await client.post("/api/v1/search", json={"q": "picture of joy"}, headers=person.headers)
    assert [each["photo"]["id"] for each in answer.json()["data"]["results"]] == [photo["id"]]

    async with resources.database.transaction() as session:
        await service.feelings.tie(session, resources.library, person.actor, uuid.UUID(photo["id"]), ["fear"])
    assert await find(client, person, feelings="joy") == []
    assert await find(client, person, feelings="fear") == ["visualization.png"]
