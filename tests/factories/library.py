"""Photos in a library, uploaded over HTTP and processed by a real worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from evoke import worker as workers
from evoke.bootstrap import Resources
from tests.factories.people import Person

FINISHED = {"done", "partial", "failed"}


async def upload(
    client: httpx.AsyncClient, person: Person, content: bytes, name: str = "photo.jpg", **fields: Any
) -> dict[str, Any]:
    """The photo that the server answers with, new or known."""
    sidecar = fields.pop("sidecar", None)
    files: dict[str, Any] = {"file": (name, content, "application/octet-stream")}
    if sidecar is not None:
        files["sidecar"] = ("sidecar", sidecar, "application/octet-stream")
    answer = await client.post("/api/v1/photos", files=files, data=fields, headers=person.headers)
    assert answer.status_code in (200, 201), answer.text
    photo: dict[str, Any] = answer.json()["data"]["photo"]
    return photo


@asynccontextmanager
async def working(resources: Resources, **options: Any) -> AsyncIterator[workers.Worker]:
    """A worker in this process while the block runs."""
    worker = workers.Worker(resources.database, resources.registry, workers.Options(**{"poll": 0.2, **options}))
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await task


async def processed(client: httpx.AsyncClient, person: Person, photo_id: str, seconds: float = 30) -> dict[str, Any]:
    """The photo once its processing has come to an end."""
    for _ in range(int(seconds / 0.05)):
        answer = await client.get(f"/api/v1/photos/{photo_id}", headers=person.headers)
        photo: dict[str, Any] = answer.json()["data"]["photo"]
        if photo["processing"]["state"] in FINISHED:
            return photo
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{photo_id} is still {photo['processing']}")


async def add(
    client: httpx.AsyncClient, resources: Resources, person: Person, *uploads: tuple[str, bytes, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Upload and process; each upload is a file name, the bytes, and other form fields."""
    async with working(resources):
        ids = [(await upload(client, person, content, name, **fields))["id"] for name, content, fields in uploads]
        return [await processed(client, person, each) for each in ids]
