"""Entries over HTTP, as the journal app asks for them."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from evoke.bootstrap import Resources
from evoke.domains.journal.emotions import CATALOG, IDS
from evoke.domains.journal.models import JournalEntry
from evoke.domains.journal.service import entries
from evoke.platform.generation.ports import EMOTIONS
from tests.factories import journal, people
from tests.factories.journal import ENTRIES, form, read, refused, write

FIELDS = {
    "id", "situation", "emotions", "intensity", "notes", "created_at", "updated_at", "has_visualization",
    "visualization_id", "source", "felt_at", "time_zone",
}  # fmt: skip


async def test_an_entry_comes_back_as_it_was_written(client: httpx.AsyncClient, person: people.Person) -> None:
    answer = await client.post(ENTRIES, json=form(), headers=person.headers)
    assert answer.status_code == 201
    body = answer.json()
    assert body["success"] is True
    assert journal.INSTANT.fullmatch(body["meta"]["timestamp"])
    entry = body["data"]["entry"]
    assert set(entry) == FIELDS
    assert uuid.UUID(entry["id"])
    assert {name: entry[name] for name in form()} == form()
    assert journal.INSTANT.fullmatch(entry["created_at"])
    assert entry["created_at"] == entry["updated_at"] == entry["felt_at"]
    assert (entry["source"], entry["has_visualization"], entry["visualization_id"]) == ("manual", False, None)
    assert await read(client, person, f"entries/{entry['id']}") == entry
    page = await read(client, person, "entries")
    assert page == {"entries": [entry], "total": 1, "limit": 50, "offset": 0}


async def test_intensity_is_a_number(client: httpx.AsyncClient, person: people.Person) -> None:
    for given, sent in ((0, b'"intensity":0.0'), (1, b'"intensity":1.0'), (0.5, b'"intensity":0.5')):
        answer = await client.post(ENTRIES, json=form(intensity=given), headers=person.headers)
        assert sent in answer.content
        listed = await client.get(ENTRIES, headers=person.headers)
        assert sent in listed.content


async def test_notes_may_be_left_out(client: httpx.AsyncClient, person: people.Person) -> None:
    without = form()
    del without["notes"]
    for body in (without, form(notes=None), form(notes=""), form(notes="  \n")):
        answer = await client.post(ENTRIES, json=body, headers=person.headers)
        assert answer.json()["data"]["entry"]["notes"] is None


TEXTS = (
    "👩‍👩‍👧‍👦 all of us, at last 🎉",
    "היום היה יום טוב",
    "أشعر بتحسن اليوم",
    "今日は少し疲れた",
    "first line\nsecond line\twith a tab",
    '"quoted", with a comma; and = a formula',
    "x" * 5000,
    "😀" * 5000,
)


async def test_texts_of_every_kind(client: httpx.AsyncClient, person: people.Person) -> None:
    for each in TEXTS:
        entry = await write(client, person, situation=each, notes=each)
        assert entry["situation"] == entry["notes"] == each
        assert await read(client, person, f"entries/{entry['id']}") == entry


async def test_what_cannot_be_stored_is_left_out(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person, situation="  a\x00b\x07  ")
    assert entry["situation"] == "ab"


UNSOUND: tuple[tuple[dict[str, Any], str, dict[str, Any]], ...] = (
    ({"situation": ""}, "situation", {"min_length": 1, "actual_length": 0}),
    ({"situation": " \n\t "}, "situation", {"min_length": 1, "actual_length": 0}),
    ({"situation": "\x00"}, "situation", {"min_length": 1, "actual_length": 0}),
    ({"situation": "x" * 5001}, "situation", {"max_length": 5000, "actual_length": 5001}),
    ({"situation": "x" * 50_000}, "situation", {"max_length": 5000, "actual_length": 50_000}),
    ({"situation": None}, "situation", {}),
    ({"situation": 7}, "situation", {}),
    ({"notes": "x" * 10_001}, "notes", {"max_length": 10_000, "actual_length": 10_001}),
    ({"notes": 7}, "notes", {}),
    ({"emotions": []}, "emotions", {"min_length": 1, "actual_length": 0}),
    ({"emotions": ["joy"] * 11}, "emotions", {"max_length": 10, "actual_length": 11}),
    ({"emotions": ["joy", "joy"]}, "emotions", {}),
    ({"emotions": ["joy", "super_happy"]}, "emotions", {}),
    ({"emotions": "joy"}, "emotions", {}),
    ({"emotions": None}, "emotions", {}),
    ({"intensity": 1.01}, "intensity", {}),
    ({"intensity": -0.01}, "intensity", {}),
    ({"intensity": "0.5"}, "intensity", {}),
    ({"intensity": True}, "intensity", {}),
    ({"intensity": None}, "intensity", {}),
    ({"felt_at": "yesterday"}, "felt_at", {}),
    ({"felt_at": "2026-01-01T10:00:00"}, "felt_at", {}),
    ({"felt_at": "9999-12-31T23:59:59-12:00"}, "felt_at", {}),
    ({"felt_at": "0001-01-01T00:00:00+12:00"}, "felt_at", {}),
    ({"felt_at": "1899-12-31T00:00:00Z"}, "felt_at", {}),
    ({"time_zone": "Mars/Olympus"}, "time_zone", {}),
    ({"time_zone": "../../etc/passwd"}, "time_zone", {}),
)


async def test_what_is_not_sound_is_refused(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person)
    for changes, field, details in UNSOUND:
        for answer in (
            await client.post(ENTRIES, json=form(**changes), headers=person.headers),
            await client.put(f"{ENTRIES}/{entry['id']}", json=changes, headers=person.headers),
        ):
            told = refused(answer, field)
            assert {name: told.get(name) for name in details} == details
    assert (await read(client, person, "entries"))["entries"] == [entry]


async def test_what_is_too_long_is_counted_in_characters(client: httpx.AsyncClient, person: people.Person) -> None:
    for field, length in (("situation", 5001), ("notes", 10_001)):
        answer = await client.post(ENTRIES, json=form(**{field: "x" * length}), headers=person.headers)
        assert f"at most {length - 1} characters" in answer.json()["error"]["message"]


async def test_what_is_missing_is_named(client: httpx.AsyncClient, person: people.Person) -> None:
    for name in ("situation", "emotions", "intensity"):
        body = form()
        del body[name]
        refused(await client.post(ENTRIES, json=body, headers=person.headers), name)


CHANGES: tuple[dict[str, Any], ...] = (
    {"situation": "Something else"},
    {"emotions": ["sadness"]},
    {"intensity": 0.1},
    {"notes": None},
    {"notes": "More"},
    {"felt_at": "2026-01-01T10:00:00Z"},
    {"time_zone": "Asia/Tokyo"},
    {"situation": "All", "emotions": ["fear", "joy"], "intensity": 1.0, "notes": "of it"},
)


async def test_any_part_can_be_changed(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person)
    for changes in CHANGES:
        answer = await client.put(f"{ENTRIES}/{entry['id']}", json=changes, headers=person.headers)
        assert answer.status_code == 200
        after = answer.json()["data"]
        assert after == {**entry, **changes, "updated_at": after["updated_at"]}
        assert after["updated_at"] > entry["updated_at"]
        assert await read(client, person, f"entries/{entry['id']}") == after
        entry = after


async def test_a_change_of_nothing_is_none(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person)
    for body in ({}, {"intensity": 0.7}, {"id": str(uuid.uuid4()), "created_at": "2020-01-01T00:00:00Z"}):
        answer = await client.put(f"{ENTRIES}/{entry['id']}", json=body, headers=person.headers)
        assert answer.json()["data"] == entry


async def test_a_deleted_entry_is_gone(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person)
    one = f"{ENTRIES}/{entry['id']}"
    answer = await client.delete(one, headers=person.headers)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert (await client.request(method, one, headers=person.headers)).status_code == 404
    answer = await client.put(one, json={"intensity": 0.1}, headers=person.headers)
    assert answer.json()["error"]["code"] == "NOT_FOUND"


async def test_nobody_else_sees_or_touches_it(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person
) -> None:
    entry = await write(client, person)
    one = f"{ENTRIES}/{entry['id']}"
    for method, body in (("GET", None), ("PUT", {"intensity": 0.1}), ("DELETE", None)):
        answer = await client.request(method, one, json=body, headers=stranger.headers)
        assert answer.status_code == 404
        assert (await client.request(method, one, json=body)).status_code == 401
    assert (await read(client, stranger, "entries"))["total"] == 0
    assert await read(client, person, f"entries/{entry['id']}") == entry
    for path in ("entries", "entries/export", "analytics/summary", "journal/settings"):
        answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_pages(client: httpx.AsyncClient, person: people.Person) -> None:
    written = [await write(client, person, intensity=number / 10) for number in (3, 1, 2, 1, 3)]
    newest = [entry["id"] for entry in reversed(written)]

    async def ids(query: str) -> list[str]:
        page = await read(client, person, f"entries?{query}")
        assert page["total"] == 5
        return [entry["id"] for entry in page["entries"]]

    assert await ids("") == newest
    assert await ids("sort=created_at") == newest[::-1]
    assert await ids("limit=2") == newest[:2]
    assert await ids("limit=2&offset=2") == newest[2:4]
    assert await ids("limit=2&offset=4") == newest[4:]
    assert await ids("offset=5") == []
    assert await ids("offset=10000000") == []
    by_intensity = [written[index]["id"] for index in (1, 3, 2, 0, 4)]
    assert await ids("sort=intensity") == by_intensity
    assert await ids("sort=-intensity") == by_intensity[::-1]
    await client.put(f"{ENTRIES}/{newest[2]}", json={"notes": "changed"}, headers=person.headers)
    assert (await ids("sort=-updated_at"))[0] == newest[2]
    assert (await ids("sort=updated_at"))[-1] == newest[2]


async def test_pages_that_cannot_be(client: httpx.AsyncClient, person: people.Person) -> None:
    for query, field in (
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("offset=9223372036854775808", "offset"),
        ("sort=situation", "sort"),
        ("sort=--created_at", "sort"),
        ("emotion=super_happy", "emotion"),
        ("felt_after=soon", "felt_after"),
    ):
        refused(await client.get(f"{ENTRIES}?{query}", headers=person.headers), field)


async def test_filters(client: httpx.AsyncClient, person: people.Person) -> None:
    old = await write(client, person, emotions=["fear"], felt_at="2026-01-01T10:00:00Z")
    new = await write(client, person, emotions=["fear", "joy"], felt_at="2026-02-01T10:00:00Z")
    for query, expected in (
        ("emotion=joy", [new]),
        ("emotion=fear&sort=felt_at", [old, new]),
        ("emotion=anger", []),
        ("felt_after=2026-02-01T10:00:00Z", [new]),
        ("felt_before=2026-02-01T10:00:00Z", [old]),
        ("source=import", []),
        ("source=manual&sort=-felt_at", [new, old]),
    ):
        page = await read(client, person, f"entries?{query}")
        assert (page["entries"], page["total"]) == (expected, len(expected)), query


async def test_texts_are_encrypted_in_the_database(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    entry = await write(client, person, situation="A secret plan", notes="A secret note")
    other = await write(client, person, situation="A secret plan")
    async with resources.database.read() as session:
        rows = (await session.execute(text("SELECT e::text FROM journal_entries e"))).scalars().all()
        sealed = (await session.scalars(select(JournalEntry.situation))).all()
    assert len(rows) == 2
    for row in rows:
        assert "secret" not in row
        assert b"secret".hex() not in row
    assert len(set(sealed)) == 2
    async with resources.database.transaction() as session:  # texts cannot be moved from one entry to another
        await session.execute(
            text("UPDATE journal_entries SET situation = (SELECT situation FROM journal_entries WHERE id = :one)"),
            {"one": uuid.UUID(entry["id"])},
        )
    assert (await client.get(f"{ENTRIES}/{entry['id']}", headers=person.headers)).status_code == 200
    assert (await client.get(f"{ENTRIES}/{other['id']}", headers=person.headers)).status_code == 500


async def test_changing_and_deleting_at_once(client: httpx.AsyncClient, person: people.Person) -> None:
    for _ in range(5):
        entry = await write(client, person)
        one = f"{ENTRIES}/{entry['id']}"
        puts = [
            client.put(one, json={"emotions": [emotion]}, headers=person.headers)
            for emotion in ("joy", "fear", "anger")
        ]
        answers = await asyncio.gather(*puts, client.delete(one, headers=person.headers), *[
            client.delete(one, headers=person.headers) for _ in range(2)
        ])  # fmt: skip
        statuses = [answer.status_code for answer in answers]
        assert set(statuses[:3]) <= {200, 404}
        assert sorted(statuses[3:]) == [204, 404, 404]
    assert (await read(client, person, "entries"))["total"] == 0


async def test_a_moment_in_the_future_is_refused_and_a_clock_that_is_ahead_is_not(
    client: httpx.AsyncClient, person: people.Person
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=20)
    assert (await write(client, person, felt_at=soon.isoformat()))["felt_at"].startswith(f"{soon:%Y-%m-%dT%H:%M}")
    late = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    refused(await client.post(ENTRIES, json=form(felt_at=late), headers=person.headers), "felt_at")


async def test_an_offset_is_turned_into_utc(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await write(client, person, felt_at="2026-01-01T10:00:00+05:30", time_zone="Asia/Kolkata")
    assert (entry["felt_at"], entry["time_zone"]) == ("2026-01-01T04:30:00Z", "Asia/Kolkata")


async def test_me_counts_entries(client: httpx.AsyncClient, person: people.Person, stranger: people.Person) -> None:
    for _ in range(3):
        await write(client, person)
    assert (await read(client, person, "auth/me"))["entry_count"] == 3
    assert (await read(client, stranger, "auth/me"))["entry_count"] == 0


async def test_an_api_key_needs_its_scopes(client: httpx.AsyncClient, person: people.Person) -> None:
    async def key(scope: str) -> dict[str, str]:
        answer = await client.post(
            "/api/v1/auth/api-keys", json={"name": "key", "scopes": [scope]}, headers=person.headers
        )
        return {"X-API-Key": answer.json()["data"]["key"]}

    reads, writes = await key("entries:read"), await key("entries:write")
    assert (await client.post(ENTRIES, json=form(), headers=writes)).status_code == 201
    assert (await client.get(ENTRIES, headers=writes)).status_code == 403
    assert (await client.get(ENTRIES, headers=reads)).status_code == 200
    answer = await client.post(ENTRIES, json=form(), headers=reads)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")


async def test_a_picture_is_linked_and_unlinked(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person, resources: Resources
) -> None:
    entry = await write(client, person)
    entry_id, picture = uuid.UUID(entry["id"]), uuid.uuid4()

    async def link(owner: people.Person, picture_id: uuid.UUID | None, *, ready: bool) -> bool:
        async with resources.database.transaction() as session:
            return await entries.link_visualization(session, owner.actor.user_id, entry_id, picture_id, ready=ready)

    for ready in (False, True):
        assert await link(person, picture, ready=ready)
        seen = await read(client, person, f"entries/{entry['id']}")
        assert seen == {**entry, "visualization_id": str(picture), "has_visualization": ready}
    assert not await link(stranger, None, ready=False)
    assert await link(person, None, ready=False)
    assert await read(client, person, f"entries/{entry['id']}") == entry


async def test_ids_that_are_none(client: httpx.AsyncClient, person: people.Person) -> None:
    for name in ("x", "1", "%00", "%ff", "0" * 5000, f"{uuid.uuid4()}x"):
        for method, body in (("GET", None), ("PUT", {"intensity": 0.1}), ("DELETE", None)):
            answer = await client.request(method, f"{ENTRIES}/{name}", json=body, headers=person.headers)
            assert refused(answer)["field"] == "entry_id", name
    assert (await client.get(f"{ENTRIES}/{uuid.uuid4()}", headers=person.headers)).status_code == 404


def test_emotions_are_those_that_generators_know() -> None:
    assert IDS == EMOTIONS == tuple(each.id for each in CATALOG)


async def test_emotions_need_no_account(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/emotions")
    found = answer.json()["data"]["emotions"]
    assert [set(each) for each in found] == [{"id", "name", "description", "color", "icon"}] * 10
    assert [each["id"] for each in found] == (
        [
            "joy",
            "sadness",
            "anger",
            "fear",
            "disgust",
            "surprise",
            "anxiety",
            "contentment",
            "frustration",
            "excitement",
        ]
    )
    assert [each["icon"] for each in found] == [
        "face.smiling",
        "cloud.rain",
        "flame",
        "exclamationmark.triangle",
        "hand.raised",
        "sparkles",
        "wind",
        "heart",
        "exclamationmark.circle",
        "star",
    ]
    colors = [each["color"] for each in found]
    assert len(set(colors)) == 10
    assert all(len(color) == 7 and color[0] == "#" and int(color[1:], 16) >= 0 for color in colors)


@pytest.mark.parametrize("field", ["situation", "notes"])
async def test_words_of_self_harm_are_answered_with_support(
    client: httpx.AsyncClient, person: people.Person, field: str
) -> None:
    headers = {**person.headers, "Accept-Language": "en-GB"}
    calm = {"situation": "A quiet day.", "emotions": ["sadness"], "intensity": 0.9}
    entry = await client.post("/api/v1/entries", json=calm, headers=headers)
    assert "support" not in entry.json()["data"]
    dark = {**calm, field: "I want to end my life."}
    answer = await client.post("/api/v1/entries", json=dark, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["data"]["entry"][field] == dark[field]
    assert "116 123" in {line["phone"] for line in answer.json()["data"]["support"]["lines"]}
    path = f"/api/v1/entries/{entry.json()['data']['entry']['id']}"
    changed = await client.put(path, json={field: dark[field]}, headers=headers)
    assert changed.json()["data"]["support"]["lines"]
