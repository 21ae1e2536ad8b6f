"""An entry becomes a picture: asked for, drawn by a worker, in the library, deleted."""

import asyncio
import io
import uuid
from typing import Any

import httpx
import pytest
from PIL import Image

from evoke.bootstrap import Resources
from evoke.platform.generation.errors import (
    ContentFiltered,
    GenerationTimedOut,
    PictureServiceDown,
    TextModelDown,
)
from tests.factories import library
from tests.factories.generators import FakeAnalyst, FakeArtist
from tests.factories.people import Person, data
from tests.visualizations import stage
from tests.visualizations.stage import VISUALIZATIONS, error


async def test_from_the_wish_to_the_picture(
    client: httpx.AsyncClient, resources: Resources, person: Person, analyst: FakeAnalyst, artist: FakeArtist
) -> None:
    felt_at, zone = "2026-03-21T22:30:00Z", "Europe/Berlin"
    entry_id = await stage.write(client, person, felt_at=felt_at, time_zone=zone, notes="I slept well.")
    answer = await stage.ask(client, person, entry_id, "metaphor")
    assert answer.status_code == 202
    accepted: Any = data(answer)
    id_ = accepted["visualization_id"]
    assert accepted == {
        "visualization_id": id_,
        "status": "processing",
        "estimated_time_seconds": accepted["estimated_time_seconds"],
        "polling_url": f"{VISUALIZATIONS}/{id_}",
    }
    assert type(accepted["estimated_time_seconds"]) is int
    waiting = await stage.look(client, person, id_)
    assert (waiting["status"], waiting["progress"], waiting["entry_id"]) == ("pending", 0, entry_id)
    assert type(waiting["estimated_time_remaining_seconds"]) is int
    entry = await stage.entry(client, person, entry_id)
    assert (entry["visualization_id"], entry["has_visualization"]) == (id_, False)

    async with library.working(resources):
        done = await stage.until_status(client, person, id_, "completed", "failed")
        assert done["status"] == "completed", done
        assert (done["kind"], done["style"], done["generated_by"]) == ("entry", "metaphor", "local")
        assert done["summary"] == "An entry about joy, surprise."
        assert done["insights"] == ["It mattered to you."]
        assert done["visual_elements"] == [
            {"type": "color_palette", "values": ["#FFE4A0", "#A8E6CF", "#D4C4E8"]},
            {"type": "shape", "description": "overlapping circles"},
            {"type": "shape", "description": "a level line"},
        ]
        assert done["created_at"].endswith("Z")
        assert done["completed_at"].endswith("Z")
        assert done["support"] is None
        photo = await library.processed(client, person, done["photo_id"])

    assert [(called.method, called.payer.owner_id) for called in (*analyst.calls, *artist.calls)] == [
        ("analyze_entry", person.actor.user_id),
        ("draw_entry", person.actor.user_id),
    ]
    drawing = artist.calls[0].brief
    assert (drawing.style, drawing.emotions, drawing.intensity) == ("metaphor", ("joy", "surprise"), 0.7)
    entry = await stage.entry(client, person, entry_id)
    assert (entry["visualization_id"], entry["has_visualization"]) == (id_, True)
    # It is a photo of that evening by the wall clock, found like any other.
    assert photo["visualization_id"] == id_
    assert (photo["taken_at"], photo["taken_at_local"]) == (felt_at, "2026-03-21T23:30:00")
    assert (photo["time_zone"], photo["taken_at_source"]) == (zone, "user")
    assert "visualization" in photo["tags"]
    assert photo["feelings"] == ["joy", "surprise"]
    assert photo["caption"]["text"] == "A drawing of joy and surprise."
    me = data(await client.get("/api/v1/auth/me", headers=person.headers))
    assert (me["entry_count"], me["visualization_count"]) == (1, 1)


async def drawn(client: httpx.AsyncClient, resources: Resources, person: Person, entry_id: str) -> dict[str, Any]:
    id_ = await stage.asked(client, person, entry_id)
    async with library.working(resources):
        return await stage.until_status(client, person, id_, "completed", "failed")


async def test_the_addresses_open_without_a_header_and_expire(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    done = await drawn(client, resources, person, await stage.write(client, person))
    origin = str(client.base_url).rstrip("/")
    for name in ("image_url", "thumbnail_url"):
        assert done[name].startswith(f"{origin}/api/v1/photos/")
        assert "expires=" in done[name]
        opened = await client.get(done[name])
        assert opened.status_code == 200
        assert Image.open(io.BytesIO(opened.content)).size in {(1024, 1024), (250, 250)}
    forged = done["image_url"][:-4] + "AAAA"
    assert error(await client.get(forged)) == (403, "FORBIDDEN")


async def test_the_address_is_that_of_the_request_and_no_stranger_chooses_it(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    done = await drawn(client, resources, person, await stage.write(client, person))
    for headers, begins in (
        ({"Host": "photos.example.org:8443"}, "http://photos.example.org:8443/"),
        ({"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}, str(client.base_url)),
        ({"Host": "evil.example/path?"}, str(client.base_url)),
    ):
        answer = await client.get(f"{VISUALIZATIONS}/{done['id']}", headers={**person.headers, **headers})
        if answer.status_code == 400 and "success" not in answer.text:
            continue  # the server itself refuses such a host
        found: Any = data(answer)
        assert found["image_url"].startswith(begins), headers


@pytest.mark.parametrize(
    ("failure", "code", "may_retry"),
    [
        (ContentFiltered(), "CONTENT_FILTERED", False),
        (PictureServiceDown(service="nanobanana_api"), "VISUALIZATION_ERROR", True),
        (PictureServiceDown(reason="budget"), "BUDGET_EXHAUSTED", True),
        (GenerationTimedOut(timeout_seconds=180), "GENERATION_TIMEOUT", True),
        (RuntimeError("a fault of ours"), "VISUALIZATION_ERROR", True),
    ],
    ids=["filtered", "down", "budget", "timeout", "crash"],
)
async def test_a_failure_says_why_and_is_no_endless_bill(
    client: httpx.AsyncClient,
    resources: Resources,
    person: Person,
    artist: FakeArtist,
    failure: Exception,
    code: str,
    may_retry: bool,
) -> None:
    artist.fail(failure, times=10)
    failed = await drawn(client, resources, person, await stage.write(client, person))
    assert failed["status"] == "failed"
    assert (failed["error_code"], failed["retry_allowed"]) == (code, may_retry)
    assert failed["error_message"]
    assert "fault of ours" not in failed["error_message"]
    assert len(artist.calls) <= (3 if isinstance(failure, RuntimeError) else 1)
    assert await stage.photos(client, person) == []


async def test_words_that_fail(
    client: httpx.AsyncClient, resources: Resources, person: Person, analyst: FakeAnalyst, artist: FakeArtist
) -> None:
    analyst.fail(TextModelDown(service="gemini_api"))
    failed = await drawn(client, resources, person, await stage.write(client, person))
    assert (failed["status"], failed["error_code"]) == ("failed", "VISUALIZATION_ERROR")
    assert artist.calls == []


async def test_retrying_goes_on_where_it_failed(
    client: httpx.AsyncClient, resources: Resources, person: Person, analyst: FakeAnalyst, artist: FakeArtist
) -> None:
    artist.fail(PictureServiceDown())
    entry_id = await stage.write(client, person)
    failed = await drawn(client, resources, person, entry_id)
    entry = await stage.entry(client, person, entry_id)
    assert (entry["visualization_id"], entry["has_visualization"]) == (failed["id"], False)
    address = f"{VISUALIZATIONS}/{failed['id']}/retry"
    assert data(await client.post(address, headers=person.headers))["visualization_id"] == failed["id"]
    assert error(await client.post(address, headers=person.headers)) == (409, "CONFLICT")
    async with library.working(resources):
        done = await stage.until_status(client, person, failed["id"], "completed", "failed")
    assert done["status"] == "completed"
    assert (len(analyst.calls), len(artist.calls)) == (1, 2), "words are paid for once"
    assert error(await client.post(address, headers=person.headers)) == (409, "CONFLICT")


async def test_asking_again_replaces_what_is_finished_and_keeps_its_picture_until_then(
    client: httpx.AsyncClient, resources: Resources, person: Person, artist: FakeArtist
) -> None:
    entry_id = await stage.write(client, person)
    first = await drawn(client, resources, person, entry_id)
    artist.fail(PictureServiceDown())
    second = await drawn(client, resources, person, entry_id)
    assert second["status"] == "failed"
    assert second["id"] != first["id"]
    assert error(await client.get(f"{VISUALIZATIONS}/{first['id']}", headers=person.headers)) == (404, "NOT_FOUND")
    assert [photo["id"] for photo in await stage.photos(client, person)] == [first["photo_id"]]
    third = await drawn(client, resources, person, entry_id)
    assert third["status"] == "completed"
    assert [photo["id"] for photo in await stage.photos(client, person)] == [third["photo_id"]]
    listed: Any = data(await client.get(VISUALIZATIONS, headers=person.headers))
    assert [each["id"] for each in listed["visualizations"]] == [third["id"]]


async def test_of_many_who_ask_at_once_one_wins(client: httpx.AsyncClient, person: Person) -> None:
    entry_id = await stage.write(client, person)
    answers = await asyncio.gather(*(stage.ask(client, person, entry_id) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409, 409]
    (won,) = (data(answer) for answer in answers if answer.status_code == 202)
    for answer in answers:
        if answer.status_code == 409:
            assert error(answer) == (409, "CONFLICT")
            assert answer.json()["error"]["details"]["visualization_id"] == won["visualization_id"]


async def test_no_more_than_ten_at_a_time(client: httpx.AsyncClient, person: Person, stranger: Person) -> None:
    entries = [await stage.write(client, person) for _ in range(13)]
    answers = await asyncio.gather(*(stage.ask(client, person, entry_id) for entry_id in entries))
    assert sorted(answer.status_code for answer in answers) == [202] * 10 + [429] * 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert error(refused) == (429, "RATE_LIMIT_EXCEEDED")
    assert int(refused.headers["Retry-After"]) == refused.json()["error"]["details"]["retry_after_seconds"] > 0
    assert (await stage.ask(client, stranger, await stage.write(client, stranger))).status_code == 202


async def test_others_see_nothing(client: httpx.AsyncClient, person: Person, stranger: Person) -> None:
    entry_id = await stage.write(client, person)
    assert error(await stage.ask(client, stranger, entry_id)) == (404, "NOT_FOUND")
    id_ = await stage.asked(client, person, entry_id)
    for answer in (
        await client.get(f"{VISUALIZATIONS}/{id_}", headers=stranger.headers),
        await client.delete(f"{VISUALIZATIONS}/{id_}", headers=stranger.headers),
        await client.post(f"{VISUALIZATIONS}/{id_}/retry", headers=stranger.headers),
        await client.get(f"{VISUALIZATIONS}/{id_}/events", headers=stranger.headers),
        await client.get(f"{VISUALIZATIONS}/{uuid.uuid4()}", headers=person.headers),
    ):
        assert error(answer) == (404, "NOT_FOUND")
    for answer in (await client.get(VISUALIZATIONS), await client.post(VISUALIZATIONS, json={})):
        assert error(answer) == (401, "UNAUTHORIZED")
    listed = data(await client.get(VISUALIZATIONS, headers=stranger.headers))
    assert (listed["visualizations"], listed["total"]) == ([], 0)


async def test_what_is_not_valid(client: httpx.AsyncClient, person: Person) -> None:
    for form in ({}, {"entry_id": "no id"}, {"entry_id": str(uuid.uuid4()), "style": "baroque"}):
        answer = await client.post(VISUALIZATIONS, json=form, headers=person.headers)
        assert error(answer) == (400, "VALIDATION_ERROR")
    for query in ("limit=0", "limit=101", "offset=-1", "limit=x"):
        assert error(await client.get(f"{VISUALIZATIONS}?{query}", headers=person.headers)) == (400, "VALIDATION_ERROR")
    assert error(await client.get(f"{VISUALIZATIONS}/no-id", headers=person.headers)) == (400, "VALIDATION_ERROR")
