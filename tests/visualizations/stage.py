"""Entries, wishes and drawings over HTTP, as the journal app sends them."""

import asyncio
from typing import Any

import httpx

from tests.factories.people import Person, data

VISUALIZATIONS = "/api/v1/visualizations"
SITUATION = "My talk went better than I had feared."
STORY = (
    "Since the team was halved I answer for two jobs at work. Every evening I carry the rest home, my manager asks for "
    "more, and I lie awake because I cannot say no."
)
DARK_STORY = "I cannot go on like this any more. I want to kill myself and nobody would even notice that I am gone."
PATIENCE_SECONDS = 60


async def write(client: httpx.AsyncClient, person: Person, **changes: Any) -> str:
    """The id of a new entry."""
    form = {"situation": SITUATION, "emotions": ["joy", "surprise"], "intensity": 0.7, **changes}
    answer = await client.post("/api/v1/entries", json=form, headers=person.headers)
    entry: Any = data(answer)["entry"]
    return str(entry["id"])


async def ask(client: httpx.AsyncClient, person: Person, entry_id: str, style: str = "abstract") -> httpx.Response:
    return await client.post(VISUALIZATIONS, json={"entry_id": entry_id, "style": style}, headers=person.headers)


async def asked(client: httpx.AsyncClient, person: Person, entry_id: str, style: str = "abstract") -> str:
    """The id of the visualization."""
    answer = await ask(client, person, entry_id, style)
    assert answer.status_code == 202, answer.text
    return str(data(answer)["visualization_id"])


async def look(client: httpx.AsyncClient, person: Person, visualization_id: str) -> dict[str, Any]:
    answer = await client.get(f"{VISUALIZATIONS}/{visualization_id}", headers=person.headers)
    found: dict[str, Any] = data(answer)
    return found


async def until_status(
    client: httpx.AsyncClient, person: Person, visualization_id: str, *wanted: str
) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (found := await look(client, person, visualization_id))["status"] not in wanted:
            await asyncio.sleep(0.05)
    return found


async def entry(client: httpx.AsyncClient, person: Person, entry_id: str) -> dict[str, Any]:
    found: dict[str, Any] = data(await client.get(f"/api/v1/entries/{entry_id}", headers=person.headers))
    return found


async def photos(client: httpx.AsyncClient, person: Person) -> list[dict[str, Any]]:
    found: Any = data(await client.get("/api/v1/photos", headers=person.headers))
    listed: list[dict[str, Any]] = found["photos"]
    return listed


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
