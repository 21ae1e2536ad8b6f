"""A journal as a file: out, in, and both."""

import csv
import io
import json
import uuid
from typing import Any

import httpx

from evoke.bootstrap import Resources
from evoke.domains.journal.service import exporting, importing
from tests.factories import people
from tests.factories.journal import ENTRIES, form, read, refused, write

NASTY = (
    "=1+1",
    "+49 123",
    "-5 degrees",
    "@home",
    "'quoted from the start",
    "'=already marked",
    "''@twice",
    'a "quote", a comma; and\na line',
    "ends with a return\r\nand goes on",
    "שלום",
    "👩‍👩‍👧‍👦",
)


async def export(client: httpx.AsyncClient, person: people.Person, kind: str) -> httpx.Response:
    answer = await client.get(f"{ENTRIES}/export?format={kind}", headers=person.headers)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="journal.{kind}"'
    return answer


async def put_in(
    client: httpx.AsyncClient, person: people.Person, content: bytes | str, kind: str = "application/json"
) -> dict[str, Any]:
    answer = await client.post(f"{ENTRIES}/import", content=content, headers={**person.headers, "Content-Type": kind})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def test_an_export_reads_back_without_loss(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person
) -> None:
    for number, text in enumerate(NASTY):
        await write(
            client, person, situation=text, notes=text if number % 2 else None, intensity=number / 7 % 1,
            felt_at=f"2026-03-{number + 1:02d}T22:30:00Z", time_zone="Asia/Kolkata" if number % 3 else None,
        )  # fmt: skip
    original = (await read(client, person, "entries?sort=created_at"))["entries"]
    for kind, media_type in (("csv", "text/csv"), ("json", "application/json")):
        file = (await export(client, person, kind)).content
        assert await put_in(client, person, file, media_type) == {
            "imported": 0, "skipped": len(NASTY), "failed": 0, "errors": [],
        }  # fmt: skip
        assert (await put_in(client, stranger, file, media_type))["imported"] == len(NASTY)
        copied = (await read(client, stranger, "entries?sort=created_at"))["entries"]
        assert copied == [{**entry, "source": "import"} for entry in original]
        assert (await put_in(client, stranger, file, media_type))["skipped"] == len(NASTY)
        for entry in copied:
            await client.delete(f"{ENTRIES}/{entry['id']}", headers=stranger.headers)
    assert (await read(client, person, "entries?sort=created_at"))["entries"] == original


async def test_no_cell_is_a_formula(client: httpx.AsyncClient, person: people.Person) -> None:
    for text in NASTY:
        await write(client, person, situation=text, notes=text)
    text = (await export(client, person, "csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(NASTY) + 1
    assert [row for row in rows if any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)] == []


async def test_an_empty_journal_is_an_empty_file(client: httpx.AsyncClient, person: people.Person) -> None:
    assert (await export(client, person, "json")).json() == []
    rows = (await export(client, person, "csv")).content.decode("utf-8-sig").splitlines()
    assert rows == ["id,created_at,updated_at,felt_at,time_zone,situation,emotions,intensity,notes,source"]
    refused(await client.get(f"{ENTRIES}/export?format=xml", headers=person.headers), "format")


async def test_a_long_journal_comes_in_parts(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    count = 2 * exporting.PART
    same = "2026-03-21T10:00:00Z"
    rows = [form(situation=f"Entry {number}", created_at=same, notes=None) for number in range(count)]
    assert (await put_in(client, person, json.dumps(rows)))["imported"] == count
    for kind in ("json", "csv"):
        parts = [part async for part in exporting.export(resources.database, resources.journal, person.actor, kind)]
        assert len(parts) >= 3
        assert max(map(len, parts)) < 0.6 * sum(map(len, parts))
    found = (await export(client, person, "json")).json()
    assert sorted(entry["situation"] for entry in found) == sorted(row["situation"] for row in rows)
    assert {entry["created_at"] for entry in found} == {same}


async def test_rows_that_are_not_sound_are_named(client: httpx.AsyncClient, person: people.Person) -> None:
    rows: list[Any] = [
        form(),
        form(intensity=2),
        form(emotions=["super_happy"]),
        {"situation": "No emotions", "intensity": 0.5},
        "no row",
        form(id="no id"),
        form(created_at="3000-01-01T00:00:00Z"),
        form(id=str(uuid.uuid4())),
    ]
    outcome = await put_in(client, person, json.dumps(rows))
    assert {name: outcome[name] for name in ("imported", "skipped", "failed")} == {
        "imported": 2, "skipped": 0, "failed": 6,
    }  # fmt: skip
    assert [(error["row"], error["field"]) for error in outcome["errors"]] == [
        (2, "intensity"), (3, "emotions"), (4, "emotions"), (5, "row"), (6, "id"), (7, "created_at"),
    ]  # fmt: skip
    assert (await read(client, person, "entries"))["total"] == 2


async def test_a_table_made_by_hand(client: httpx.AsyncClient, person: people.Person) -> None:
    table = "Situation,Emotions,Intensity,Weather\nA walk,joy; surprise,0.6,sunny\n\nAn argument,anger,0.9,rain\n"
    assert (await put_in(client, person, table, "text/csv; charset=utf-8"))["imported"] == 2
    entries = (await read(client, person, "entries?sort=intensity"))["entries"]
    assert [(entry["situation"], entry["emotions"]) for entry in entries] == [
        ("A walk", ["joy", "surprise"]), ("An argument", ["anger"]),
    ]  # fmt: skip
    assert {entry["source"] for entry in entries} == {"import"}
    outcome = await put_in(client, person, "situation,emotions,intensity\nX,joy,very\nY,,0.5\n", "text/csv")
    assert [(error["row"], error["field"]) for error in outcome["errors"]] == [(1, "intensity"), (2, "emotions")]


async def test_what_is_no_journal_is_refused(client: httpx.AsyncClient, person: people.Person) -> None:
    for content, kind in (
        (b"", "application/json"),
        (b"{}", "application/json"),
        (b'{"entries": []', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"", "text/csv"),
        (b"a,b\n1,2\n", "text/csv"),
        (b"\xff\xfe", "text/csv"),
        (b'situation,emotions,intensity\n"open', "text/csv"),
        (b"situation,emotions,intensity\n\x00,joy,1", "text/csv"),
        (b"[" * 100_000, "application/json"),
    ):
        headers = {**person.headers, "Content-Type": kind}
        answer = await client.post(f"{ENTRIES}/import", content=content, headers=headers)
        assert answer.status_code in (200, 400), (content[:20], answer.text)
        assert answer.status_code == 400 or answer.json()["data"]["imported"] == 0, content[:20]
    for headers in ({}, {"Content-Type": "text/plain"}):
        answer = await client.post(f"{ENTRIES}/import", content=b"[]", headers={**person.headers, **headers})
        refused(answer, "content-type")
    assert (await read(client, person, "entries"))["total"] == 0


async def test_an_import_is_bounded(client: httpx.AsyncClient, person: people.Person) -> None:
    headers = {**person.headers, "Content-Type": "application/json"}
    many = json.dumps([0] * 10_001)
    refused(await client.post(f"{ENTRIES}/import", content=many, headers=headers), "body")
    large = b"[" + b" " * importing.MAX_BYTES + b"]"
    answer = await client.post(f"{ENTRIES}/import", content=large, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
    just = b"[" + b" " * (importing.MAX_BYTES - 2) + b"]"
    assert (await client.post(f"{ENTRIES}/import", content=just, headers=headers)).status_code == 200


async def test_the_largest_import(client: httpx.AsyncClient, person: people.Person) -> None:
    rows = [form(felt_at=f"20{10 + number % 10}-0{1 + number % 9}-1{number % 7}T10:00:00Z") for number in range(10_000)]
    assert (await put_in(client, person, json.dumps(rows)))["imported"] == 10_000
    assert (await read(client, person, "entries"))["total"] == 10_000
