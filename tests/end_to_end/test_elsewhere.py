"""The same program with its parts elsewhere: files in an object store, questions to a replica."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from evoke.bootstrap import Resources, compose
from tests.conftest import make_settings
from tests.factories import databases, library, people, pictures


@pytest.fixture
async def on_s3(tmp_path: Path, database_url: str, bucket: str, s3_options: dict[str, str]) -> AsyncIterator[Resources]:
    storage = {"url": f"s3://{bucket}/library", "options": s3_options}
    resources = compose(make_settings(tmp_path, database_url, storage=storage), database_url)
    yield resources
    await resources.close()


async def test_a_library_in_an_object_store(
    on_s3: Resources, serve: Callable[[Resources], Any], tmp_path: Path
) -> None:
    client, person = await serve(on_s3), await people.create(on_s3)
    content = pictures.jpeg(1, size=(900, 700)) + bytes(3 * 1024**2)
    (photo,) = await library.add(client, on_s3, person, ("a.jpg", content, {}))
    assert photo["processing"]["state"] == "done"
    original = await client.get(photo["urls"]["original"])
    assert original.content == content
    part = await client.get(photo["urls"]["original"], headers={"Range": "bytes=1048570-1048590"})
    assert (part.status_code, part.content) == (206, content[1048570:1048591])
    assert (await client.get(photo["urls"]["thumbnail"])).headers["content-type"] == "image/webp"
    stored = [info.key async for info in on_s3.blobs.iterate()]
    assert len(stored) == 3
    assert not (tmp_path / "blobs").exists()
    ready = await client.get("/health/ready")
    assert ready.json()["checks"]["storage"] == {"status": "ok"}


async def test_questions_go_to_the_replica(
    tmp_path: Path, database_url: str, postgres_url: str, serve: Callable[[Resources], Any]
) -> None:
    """The "replica" is a copy made after the first photo and never brought up to date, so what it misses shows."""
    first = compose(make_settings(tmp_path, database_url), database_url)
    person = await people.create(first)
    await library.upload(await serve(first), person, pictures.jpeg(1))
    await first.close()
    copy = await databases.create(postgres_url, database_url.partition("?")[0].rpartition("/")[2])
    settings = make_settings(tmp_path, database_url, database_read_url=copy)
    second = compose(settings, database_url)
    try:
        client = await serve(second)
        await library.upload(client, person, pictures.jpeg(2))
        seen = await client.get("/api/v1/photos", headers=person.headers)
        assert len(seen.json()["data"]["photos"]) == 1
    finally:
        await second.close()
        await databases.drop(copy, postgres_url)
