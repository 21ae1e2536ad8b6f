"""Entries as clients send them, and what the API says of them."""

import re
from typing import Any

import httpx

from tests.factories import people

ENTRIES = "/api/v1/entries"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def form(**changes: Any) -> dict[str, Any]:
    """A sound entry; `changes` replace its fields."""
    return {
        "situation": "My talk went better than I had feared.",
        "emotions": ["joy", "surprise"],
        "intensity": 0.7,
        "notes": "I slept well.",
        **changes,
    }


async def write(client: httpx.AsyncClient, person: people.Person, **changes: Any) -> dict[str, Any]:
    """A new entry as the API answers it."""
    answer = await client.post(ENTRIES, json=form(**changes), headers=person.headers)
    assert answer.status_code == 201, answer.text
    entry: dict[str, Any] = answer.json()["data"]["entry"]
    return entry


async def read(client: httpx.AsyncClient, person: people.Person, path: str) -> Any:
    """What a path under /api/v1 answers."""
    answer = await client.get(f"/api/v1/{path}", headers=person.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def refused(answer: httpx.Response, field: str | None = None, *, status: int = 400) -> dict[str, Any]:
    """The details of an answer that says no, because of `field`."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    if field is not None:
        assert error["code"] == "VALIDATION_ERROR"
        assert error["details"]["field"] == field
        assert error["details"]["reason"]
    details: dict[str, Any] = error["details"]
    return details
