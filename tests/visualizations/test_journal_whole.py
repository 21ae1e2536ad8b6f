"""The journal as a whole: taken out, and erased."""

import csv
import io
import json
import zipfile
from typing import Any

import httpx

from evoke.bootstrap import Resources
from tests.factories import library
from tests.factories.people import Person, data
from tests.factories.pictures import jpeg
from tests.visualizations import stage
from tests.visualizations.stage import VISUALIZATIONS, error

FEELING = {"feeling_category": "good", "selected_emotions": ["cozy"]}


async def furnish(client: httpx.AsyncClient, resources: Resources, person: Person) -> tuple[str, dict[str, Any]]:
    """An entry and its picture, another one without, a drawn feeling, a conversation."""
    entry_id = await stage.write(client, person)
    await stage.write(client, person, situation="Another day, with nothing drawn of it.")
    id_ = await stage.asked(client, person, entry_id)
    async with library.working(resources):
        done = await stage.until_status(client, person, id_, "completed")
    await client.post(f"{VISUALIZATIONS}/feeling", json=FEELING, headers=person.headers)
    form = {"situation": "My manager moved my project to somebody else."}
    answer = await client.post("/api/v1/intake/analyze", json=form, headers=person.headers)
    assert answer.status_code == 200
    return entry_id, done


async def test_everything_comes_out(client: httpx.AsyncClient, resources: Resources, person: Person) -> None:
    entry_id, done = await furnish(client, resources, person)
    answer = await client.get("/api/v1/journal/export", headers=person.headers)
    assert answer.headers["content-type"] == "application/zip"
    assert "evoke-journal.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[:4] == ["entries.json", "entries.csv", "intake.json", "visualizations.json"]
        entries = json.loads(archive.read("entries.json"))
        rows = list(csv.DictReader(io.StringIO(archive.read("entries.csv").decode("utf-8-sig"))))
        intake = json.loads(archive.read("intake.json"))
        visualizations = json.loads(archive.read("visualizations.json"))
        pictures = {name: archive.read(name) for name in names[4:]}
    assert [entry["id"] for entry in entries] == [row["id"] for row in rows]
    assert entries[0]["id"] == entry_id
    assert entries[0]["situation"] == stage.SITUATION
    assert intake[0]["conversation"]["situation"].startswith("My manager")
    assert [each["kind"] for each in visualizations] == ["entry", "feeling"]
    assert visualizations[0]["entry_id"] == entry_id
    assert visualizations[0]["summary"] == done["summary"]
    assert set(pictures) == {each["picture"] for each in visualizations}
    assert pictures[visualizations[0]["picture"]] == (await client.get(done["image_url"])).content


async def test_an_empty_journal_comes_out_too(client: httpx.AsyncClient, person: Person) -> None:
    assert error(await client.get("/api/v1/journal/export")) == (401, "UNAUTHORIZED")
    answer = await client.get("/api/v1/journal/export", headers=person.headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("entries.json")) == json.loads(archive.read("visualizations.json")) == []


async def test_erasing_takes_all_of_it_and_nothing_else(
    client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person
) -> None:
    _, done = await furnish(client, resources, person)
    own = await library.upload(client, person, jpeg())
    theirs = await stage.write(client, stranger)
    answer = await client.delete("/api/v1/journal", headers=person.headers)
    assert error(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"]["field"] == "confirm"
    assert len(await stage.photos(client, person)) == 3
    gone = data(await client.delete("/api/v1/journal?confirm=true", headers=person.headers))
    assert gone == {"entries": 2, "visualizations": 2}
    assert [photo["id"] for photo in await stage.photos(client, person)] == [own["id"]]
    for address in ("/api/v1/entries", VISUALIZATIONS):
        found: Any = data(await client.get(address, headers=person.headers))
        assert found["total"] == 0
    assert error(await client.get(done["image_url"])) == (404, "NOT_FOUND")
    assert (await stage.entry(client, stranger, theirs))["id"] == theirs
    again = data(await client.delete("/api/v1/journal?confirm=true", headers=person.headers))
    assert again == {"entries": 0, "visualizations": 0}
