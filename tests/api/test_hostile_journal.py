"""Texts and numbers that no sane client sends to the journal: each gets an answer below 500, in the envelope."""

import json
import uuid

import httpx
import pytest

from tests.api.hostile import LONE, LONG, MOMENTS, NUL, NUMBERS, TEXTS, ask_each, assert_sound
from tests.factories import journal, people
from tests.factories.journal import ENTRIES, form

pytestmark = pytest.mark.unmeasured

ONE = str(uuid.uuid4())
DAMAGED = (*TEXTS.values(), LONE, "\udcff", "", " ", "\ufeff", "\uffff", "\u202eגל", "🌻" * 2000)
QUERIES = {
    "/api/v1/entries": ["limit", "offset", "sort", "emotion", "source", "felt_after", "felt_before"],
    "/api/v1/entries/export": ["format"],
    "/api/v1/analytics/summary": ["period", "time_zone"],
    "/api/v1/analytics/emotions/timeline": ["period", "granularity", "time_zone"],
    "/api/v1/journal/spending": ["days", "all"],
    "/api/v1/visualizations": ["limit", "offset"],
}


@pytest.mark.parametrize("path", QUERIES)
async def test_texts_in_queries(client: httpx.AsyncClient, person: people.Person, path: str) -> None:
    await ask_each(client, person, path, QUERIES[path])


async def test_numbers_out_of_range(client: httpx.AsyncClient, person: people.Person) -> None:
    for path, name in (
        ("entries", "limit"), ("entries", "offset"), ("journal/spending", "days"),
        ("visualizations", "limit"), ("visualizations", "offset"),
    ):  # fmt: skip
        for number in NUMBERS:
            answer = await client.get(f"/api/v1/{path}", params={name: number}, headers=person.headers)
            assert_sound(answer, (path, name, number[:20]))


async def test_moments_at_the_ends_of_the_calendar(client: httpx.AsyncClient, person: people.Person) -> None:
    for moment in MOMENTS:
        for name in ("felt_after", "felt_before"):
            assert_sound(await client.get(ENTRIES, params={name: moment}, headers=person.headers), (name, moment))
        assert_sound(await client.post(ENTRIES, json=form(felt_at=moment), headers=person.headers), moment)
    for path in ("summary", "emotions/timeline"):
        assert_sound(await client.get(f"/api/v1/analytics/{path}", headers=person.headers), path)


async def test_texts_in_bodies(client: httpx.AsyncClient, person: people.Person) -> None:
    entry = await journal.write(client, person)
    for text in DAMAGED:
        for method, path, body in (
            ("POST", "entries", form(situation=text, notes=text)),
            ("POST", "entries", form(emotions=[text])),
            ("POST", "entries", form(time_zone=text)),
            ("POST", "entries", form(felt_at=text)),
            ("POST", "entries", {text: text}),
            ("POST", "entries", form(**{text: text})),
            ("PUT", f"entries/{entry['id']}", {"notes": text}),
            ("PUT", f"entries/{ONE}", {"situation": text}),
            ("POST", "entries/import", [form(situation=text), form(emotions=[text]), {text: text}, text]),
            ("PUT", "journal/settings", {"time_zone": text}),
            ("POST", "intake/analyze", {"situation": text}),
            ("POST", "intake/refine", {"session_id": text, "selected_option_id": text, "additional_context": text}),
            ("POST", "intake/refine", {"session_id": ONE, "selected_option_id": text}),
            ("POST", "intake/complete", {"session_id": text, "final_emotions": [text], "intensity": 0.5}),
            ("POST", "visualizations", {"entry_id": text, "style": text}),
            ("POST", "visualizations", {"entry_id": entry["id"], "style": text}),
            ("POST", "visualizations/feeling", {"feeling_category": text, "selected_emotions": [text]}),
            ("POST", "visualizations/generate", {"free_text": text, "selected_emotions": [text]}),
            ("POST", "visualizations/story", {"story_text": text, "feeling_category": text, "selected_emotions": []}),
        ):
            # By hand: httpx would refuse lone surrogates, which JSON can spell.
            headers = {**person.headers, "Content-Type": "application/json"}
            answer = await client.request(method, f"/api/v1/{path}", content=json.dumps(body), headers=headers)
            assert_sound(answer, (method, path, str(body)[:80].encode("ascii", "replace")))
    listed = await client.get(ENTRIES, params={"limit": 100}, headers=person.headers)
    assert NUL not in listed.text
    assert not any(LONG in written["situation"] for written in listed.json()["data"]["entries"])


async def test_numbers_in_bodies(client: httpx.AsyncClient, person: people.Person) -> None:
    wished = '"feeling_category": "good", "selected_emotions": ["cozy"]'
    for number in ("1e400", "-1e400", "NaN", "Infinity", "9" * 400, "1e-400", str(2**63), "-0", "true", "null", "[]"):
        for path, body in (
            ("entries", '{"situation": "a", "emotions": ["joy"], "intensity": %s}'),
            ("entries", '{"situation": "a", "emotions": ["joy"], "intensity": 0.5, "felt_at": %s}'),
            ("entries", '{"situation": %s, "emotions": %s, "intensity": 0.5}'),
            ("intake/complete", f'{{"session_id": "{ONE}", "final_emotions": ["joy"], "intensity": %s}}'),
            ("visualizations/feeling", f'{{{wished}, "seed": %s, "story_text": 1}}'),
            ("visualizations/story", f'{{{wished}, "story_text": %s}}'),
        ):
            headers = {**person.headers, "Content-Type": "application/json"}
            content = body.replace("%s", number)
            answer = await client.post(f"/api/v1/{path}", content=content, headers=headers)
            assert_sound(answer, (path, content[:80]))


async def test_files_that_are_no_journal(client: httpx.AsyncClient, person: people.Person) -> None:
    head = b"situation,emotions,intensity\n"
    for kind, bodies in {
        "application/json": (b"", b"{}", b"[[]]", b"[" * 100_000, b"\xff\xfe", b'[null, 1, ""]', b'{"entries": "x"}'),
        "text/csv": (b"", b"\x00", b"\xff\xfe\x00", head, head + b'"' * 99_999, head + b"a," * 50_000, b"\n" * 50_000),
    }.items():
        for body in bodies:
            headers = {**person.headers, "Content-Type": kind}
            assert_sound(await client.post(f"{ENTRIES}/import", content=body, headers=headers), (kind, body[:20]))
