"""One photo, lists, the timeline, changes, the trash."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from evoke.bootstrap import Resources
from evoke.domains.photos.schemas import PhotoOut
from tests.factories import library, people, pictures

LISBON = {"latitude": 38.7167, "longitude": -9.1333}
EXIF = {0x010F: "Canon", 0x0110: "Canon EOS R5", 0x9003: "2019:03:21 11:04:22", 0x9011: "+01:00", 0x8827: 400}


async def photos(client: httpx.AsyncClient, person: people.Person, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/photos", params=query, headers=person.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["photos"]
    return found


async def dated(client: httpx.AsyncClient, person: people.Person, count: int) -> list[str]:
    """Ids of photos a day apart, oldest first."""
    start = datetime(2020, 1, 1, 12, tzinfo=UTC)
    return [
        (
            await library.upload(
                client, person, pictures.jpeg(n), f"{n}.jpg", file_created_at=(start + timedelta(days=n)).isoformat()
            )
        )["id"]
        for n in range(count)
    ]


async def test_a_processed_photo_has_everything(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    content = pictures.jpeg(5, size=(400, 300), exif=EXIF, **LISBON)
    (photo,) = await library.add(client, resources, person, ("a.jpg", content, {}))
    PhotoOut.model_validate(photo)
    assert (photo["width"], photo["height"]) == (400, 300)
    assert photo["taken_at"] == "2019-03-21T10:04:22Z"
    assert photo["taken_at_local"] == "2019-03-21T11:04:22"
    assert photo["taken_at_source"] == "metadata"
    assert photo["camera"]["model"] == "Canon EOS R5"
    assert photo["exposure"]["iso"] == 400
    assert photo["location"]["country_code"] == "PT"
    assert photo["location"]["city"]
    assert photo["thumbhash"]
    assert 1 <= len(photo["dominant_colors"]) <= 5
    assert photo["processing"] == {
        "state": "done",
        "steps": {"metadata": "done", "place": "done", "renditions": "done"},
        "errors": [],
    }
    tags = await client.get(f"/api/v1/photos/{photo['id']}/metadata", headers=person.headers)
    assert tags.json()["data"]["metadata"]["exif"]["Image.Make"] == "Canon"


async def test_pages_go_through_all_once(client: httpx.AsyncClient, person: people.Person) -> None:
    ids = await dated(client, person, 7)
    for order, expected in (("desc", ids[::-1]), ("asc", ids)):
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 3, "order": order, **({"cursor": cursor} if cursor else {})}
            answer = (await client.get("/api/v1/photos", params=query, headers=person.headers)).json()["data"]
            seen += [photo["id"] for photo in answer["photos"]]
            cursor = answer["next_cursor"]
            if cursor is None:
                break
        assert seen == expected


async def test_pages_hold_when_photos_come_and_go(client: httpx.AsyncClient, person: people.Person) -> None:
    ids = await dated(client, person, 6)
    first = (await client.get("/api/v1/photos?limit=3", headers=person.headers)).json()["data"]
    await library.upload(client, person, pictures.jpeg(99), "new.jpg")
    await client.delete(f"/api/v1/photos/{ids[5]}", headers=person.headers)
    second = (
        await client.get("/api/v1/photos", params={"cursor": first["next_cursor"], "limit": 3}, headers=person.headers)
    ).json()["data"]
    assert [photo["id"] for photo in first["photos"] + second["photos"]] == ids[::-1]


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "bnVsbA", "WyIyMDIwIiwgMV0", "é" * 20])
async def test_a_cursor_of_somebody_else(client: httpx.AsyncClient, person: people.Person, cursor: str) -> None:
    answer = await client.get("/api/v1/photos", params={"cursor": cursor}, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "cursor")


async def test_filters(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    first, second = await library.add(
        client,
        resources,
        person,
        ("a.jpg", pictures.jpeg(1, size=(400, 300), exif=EXIF, **LISBON), {}),
        ("b.png", pictures.encode("PNG", 2, size=(100, 200)), {"file_created_at": "2021-06-01T10:00:00Z"}),
    )
    changes = {"rating": 4, "tags": ["sea", "pier"], "favorite": True}
    await client.patch(f"/api/v1/photos/{first['id']}", json=changes, headers=person.headers)
    expected: list[tuple[dict[str, Any], list[dict[str, Any]]]] = [
        ({}, [second, first]),
        ({"taken_after": "2020-01-01T00:00:00Z"}, [second]),
        ({"taken_before": "2020-01-01T00:00:00"}, [first]),
        ({"type": "video"}, []),
        ({"mime_type": "image/png"}, [second]),
        ({"favorite": True}, [first]),
        ({"favorite": False}, [second]),
        ({"rating_min": 3}, [first]),
        ({"tags": ["sea", "pier"]}, [first]),
        ({"tags": ["sea", "moon"]}, []),
        ({"tags": ["sea", "moon"], "tags_match": "any"}, [first]),
        ({"country": "pt"}, [first]),
        ({"country": "Portugal"}, [first]),
        ({"bbox": "-10,38,-9,39"}, [first]),
        ({"bbox": "170,-50,-170,50"}, []),
        ({"near": "38.72,-9.14,5"}, [first]),
        ({"near": "41.15,-8.61,5"}, []),
        ({"camera": "canon eos r5"}, [first]),
        ({"camera": "Canon"}, [first]),
        ({"iso_min": 100, "iso_max": 400}, [first]),
        ({"iso_min": 401}, []),
        ({"orientation": "portrait"}, [second]),
        ({"orientation": "landscape"}, [first]),
        ({"has_location": True}, [first]),
        ({"has_location": False}, [second]),
        ({"processing_state": "done"}, [second, first]),
        ({"archived": True}, []),
        ({"trashed": True}, []),
    ]
    for query, wanted in expected:
        found = [photo["id"] for photo in await photos(client, person, **query)]
        assert found == [photo["id"] for photo in wanted], query


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "order=sideways",
        "bbox=1,2,3",
        "bbox=0,50,0,-50",
        "near=91,0,1",
        "rating_min=6",
        "taken_after=soon",
        "colour=red",
        "taken_after=2020-01-01T00:00:00%00",
    ],
)
async def test_filters_that_are_none(client: httpx.AsyncClient, person: people.Person, query: str) -> None:
    answer = await client.get(f"/api/v1/photos?{query}", headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


async def test_buckets_count_by_wall_clock(client: httpx.AsyncClient, person: people.Person) -> None:
    ids = await dated(client, person, 33)
    answer = await client.get("/api/v1/photos/timeline?unit=month", headers=person.headers)
    assert answer.json()["data"]["buckets"] == [
        {"start": "2020-02-01", "count": 2, "cover_id": ids[32]},
        {"start": "2020-01-01", "count": 31, "cover_id": ids[30]},
    ]
    days = await client.get("/api/v1/photos/timeline?unit=day", headers=person.headers)
    assert len(days.json()["data"]["buckets"]) == 33
    year = await client.get("/api/v1/photos/timeline?unit=year&favorite=true", headers=person.headers)
    assert year.json()["data"]["buckets"] == []


async def test_somebody_elses_photo_is_not_there(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person
) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    path = f"/api/v1/photos/{photo['id']}"
    attempts = [
        client.get(path, headers=stranger.headers),
        client.get(f"{path}/metadata", headers=stranger.headers),
        client.get(f"{path}/original", headers=stranger.headers),
        client.get(f"{path}/thumbnail", headers=stranger.headers),
        client.patch(path, json={"favorite": True}, headers=stranger.headers),
        client.delete(path, headers=stranger.headers),
        client.get(f"/api/v1/photos/{uuid.uuid4()}", headers=person.headers),
    ]
    for answer in await asyncio.gather(*attempts):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
    bulk = await client.patch(
        "/api/v1/photos", json={"ids": [photo["id"]], "changes": {"favorite": True}}, headers=stranger.headers
    )
    assert bulk.json()["data"]["results"] == [{"id": photo["id"], "status": "not_found"}]
    restored = await client.post("/api/v1/photos/restore", json={"ids": [photo["id"]]}, headers=stranger.headers)
    assert restored.json()["data"]["results"] == [{"id": photo["id"], "status": "not_found"}]
    assert await photos(client, stranger) == []
    untouched = await client.get(path, headers=person.headers)
    assert untouched.json()["data"]["photo"]["favorite"] is False


async def test_changes_stay_when_the_file_is_read_again(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    (photo,) = await library.add(client, resources, person, ("a.jpg", pictures.jpeg(1, exif=EXIF, **LISBON), {}))
    changes = {
        "rating": 5,
        "description": "  Am Meer 🌊 \u0000",
        "tags": ["sea", " sea ", "מים"],
        "taken_at": "2001-02-03T04:05:06",
        "time_zone": "Europe/Lisbon",
        "location": {"latitude": 48.2082, "longitude": 16.3738},
        "archived": True,
    }
    answer = await client.patch(f"/api/v1/photos/{photo['id']}", json=changes, headers=person.headers)
    changed = answer.json()["data"]["photo"]
    assert changed["tags"] == ["sea", "מים"]
    assert changed["taken_at"] == "2001-02-03T04:05:06Z"
    assert changed["taken_at_source"] == "user"
    assert changed["location"]["city"] is None
    async with library.working(resources):
        job = (await client.get("/api/v1/jobs?kind=photos.process", headers=person.headers)).json()["data"]["jobs"][0]
        async with resources.database.transaction() as session:
            await session.execute(
                text("UPDATE jobs SET state = 'failed', finished_at = now() WHERE kind = 'photos.process'")
            )
        await client.post(f"/api/v1/jobs/{job['id']}/retry", headers=person.headers)
        for _ in range(200):
            again = (await client.get(f"/api/v1/photos/{photo['id']}", headers=person.headers)).json()["data"]["photo"]
            if again["processing"]["state"] == "done" and again["location"]["city"]:
                break
            await asyncio.sleep(0.05)
    assert again["location"]["city"]
    assert again["location"]["country_code"] == "AT"
    for name in ("rating", "description", "tags", "taken_at", "taken_at_local", "time_zone", "archived"):
        assert again[name] == changed[name], name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"time_zone": "America/New_York"}, ("2020-01-01T17:00:00Z", "2020-01-01T12:00:00", "America/New_York")),
        ({"time_zone": "UTC+05:30"}, ("2020-01-01T06:30:00Z", "2020-01-01T12:00:00", "UTC+05:30")),
        ({"taken_at": "2019-07-01T10:00:00+02:00"}, ("2019-07-01T08:00:00Z", "2019-07-01T08:00:00", None)),
        (
            {"taken_at": "2019-07-01T10:00:00Z", "time_zone": "Asia/Tokyo"},
            ("2019-07-01T10:00:00Z", "2019-07-01T19:00:00", "Asia/Tokyo"),
        ),
    ],
)
async def test_dates_by_hand(
    client: httpx.AsyncClient, person: people.Person, changes: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    (photo_id,) = await dated(client, person, 1)
    answer = await client.patch(f"/api/v1/photos/{photo_id}", json=changes, headers=person.headers)
    photo = answer.json()["data"]["photo"]
    assert (photo["taken_at"], photo["taken_at_local"], photo["time_zone"]) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": 6},
        {"rating": None},
        {"favorite": "perhaps"},
        {"description": "x" * 10_001},
        {"tags": [""]},
        {"tags": ["x"] * 201},
        {"taken_at": "1700-01-01T00:00:00Z"},
        {"taken_at": "9999-12-31T23:59:59"},
        {"taken_at": "0001-01-01T00:00:00+14:00"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {"latitude": "NaN", "longitude": 0}},
        {"owner_id": "me"},
    ],
)
async def test_changes_that_are_none(client: httpx.AsyncClient, person: people.Person, changes: dict[str, Any]) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    answer = await client.patch(f"/api/v1/photos/{photo['id']}", json=changes, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR"), answer.text
    assert answer.json()["error"]["details"]["field"]


async def test_bulk_changes_answer_for_each(client: httpx.AsyncClient, person: people.Person) -> None:
    ids = await dated(client, person, 3)
    missing = str(uuid.uuid4())
    body = {"ids": [ids[0], missing, ids[2], ids[0]], "changes": {"favorite": True}}
    answer = await client.patch("/api/v1/photos", json=body, headers=person.headers)
    assert answer.json()["data"]["results"] == [
        {"id": ids[0], "status": "updated"},
        {"id": missing, "status": "not_found"},
        {"id": ids[2], "status": "updated"},
    ]
    assert [photo["id"] for photo in await photos(client, person, favorite=True)] == [ids[2], ids[0]]


async def test_the_trash(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    first, second = await library.add(
        client, resources, person, ("a.jpg", pictures.jpeg(1), {}), ("b.jpg", pictures.jpeg(2), {})
    )
    gone = await client.delete(f"/api/v1/photos/{first['id']}", headers=person.headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert [photo["id"] for photo in await photos(client, person)] == [second["id"]]
    (trashed,) = await photos(client, person, trashed=True)
    assert trashed["trashed_at"]
    back = await client.post("/api/v1/photos/restore", json={"ids": [first["id"]]}, headers=person.headers)
    assert back.json()["data"]["results"] == [{"id": first["id"], "status": "restored"}]
    await client.delete(f"/api/v1/photos/{first['id']}", headers=person.headers)
    async with library.working(resources):
        emptied = (await client.delete("/api/v1/trash", headers=person.headers)).json()["data"]
        assert emptied["count"] == 1
        for _ in range(200):
            job = (await client.get(f"/api/v1/jobs/{emptied['job_id']}", headers=person.headers)).json()["data"]
            if job.get("state", job.get("job", {}).get("state")) == "done":
                break
            await asyncio.sleep(0.05)
    missing = await client.get(f"/api/v1/photos/{first['id']}", headers=person.headers)
    assert missing.status_code == 404
    kept = [info.key async for info in resources.blobs.iterate()]
    assert len(kept) == 3
    assert not any(first["id"] in key or first["checksum"]["sha256"] in key for key in kept)
    nothing = await client.delete("/api/v1/trash", headers=person.headers)
    assert nothing.json()["data"] == {"count": 0, "job_id": None}
