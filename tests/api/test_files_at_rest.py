"""What lies on the disk: encrypted, found out when it is damaged, missed when it is lost."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources, compose, open_resources
from evoke.domains.photos import addresses
from evoke.kit.errors import Misconfigured
from evoke.platform.telemetry import logs
from tests.conftest import make_settings
from tests.factories import library, people, pictures, wire

Serve = Callable[[Resources], Awaitable[httpx.AsyncClient]]
MiB = 1 << 20
SIDECAR = (
    b'{"title": "a.jpg", "description": "Nobody else is to read this: petrichor", "photoTakenTime": {"timestamp": "1"}}'
)
MARK = b"A sentence after the end of a picture, spelled out for a search of the disk. "


def marked(seed: int, size: int = 3 * MiB) -> bytes:
    return pictures.jpeg(seed) + MARK * (size // len(MARK))


def file_of(resources: Resources, person: people.Person, photo: dict[str, Any]) -> Path:
    """Where the original of a photo is on this machine."""
    key = addresses.original(person.actor.user_id, bytes.fromhex(photo["checksum"]["sha256"]))
    return resources.settings.data_dir / "blobs" / "objects" / key


def flip(path: Path, position: int) -> None:
    """Change one bit, as a disk that forgets does."""
    with path.open("r+b") as file:
        file.seek(position, os.SEEK_SET if position >= 0 else os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


async def test_nothing_of_a_photo_lies_open_on_the_disk(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, tmp_path: Path
) -> None:
    content = marked(1)
    (photo,) = await library.add(client, resources, person, ("a.jpg", content, {"sidecar": SIDECAR}))
    assert photo["description"].endswith("petrichor")
    preview = (await client.get(photo["urls"]["preview"])).content
    assert (await client.get(photo["urls"]["original"])).content == content
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len([path for path in files if "objects" in path.parts]) == 4
    for path in files:
        stored = path.read_bytes()
        for plain in (
            MARK[:20],
            content[:64],
            content[-64:],
            b"petrichor",
            preview[:64],
            preview[-64:],
            b"JFIF",
            b"WEBP",
        ):
            assert plain not in stored, (path, plain)
        assert path.stat().st_mode & 0o077 == 0 or "objects" not in path.parts


async def test_without_encryption_they_are_files_as_they_came(
    resources: Resources, serve: Serve, person: people.Person, tmp_path: Path
) -> None:
    assert resources.settings.database_url is not None
    url = resources.settings.database_url.get_secret_value()
    plain = compose(make_settings(tmp_path, url, storage={"encrypt": False}), url)
    client = await serve(plain)
    content = marked(1)
    (photo,) = await library.add(client, plain, person, ("a.jpg", content, {}))
    assert photo["processing"]["state"] == "done"
    assert file_of(resources, person, photo).read_bytes() == content
    # Switched on again, new ones are encrypted, and those that are there stay readable.
    again = await serve(resources)
    (second,) = await library.add(again, resources, person, ("b.jpg", marked(2), {}))
    assert MARK not in file_of(resources, person, second).read_bytes()
    for photo_, expected in ((photo, content), (second, marked(2))):
        served = await again.get(f"/api/v1/photos/{photo_['id']}/original", headers=person.headers)
        assert served.content == expected
    await plain.close()


async def test_an_encrypted_library_is_not_opened_without_its_key(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    """A new key would open none of the files, and hide for a while that the old one is missing."""
    await library.upload(client, person, pictures.jpeg(1))
    (resources.settings.config_dir / "master.key").unlink()
    with pytest.raises(Misconfigured, match="evoke key restore"):
        async with open_resources(resources.settings, migrated=False):
            raise AssertionError("it was opened")
    assert not (resources.settings.config_dir / "master.key").exists()


async def test_a_file_that_is_lost(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    (photo,) = await library.add(client, resources, person, ("a.jpg", pictures.jpeg(1), {}))
    file_of(resources, person, photo).unlink()
    for method in ("GET", "HEAD"):
        answer = await client.request(method, f"/api/v1/photos/{photo['id']}/original", headers=person.headers)
        assert answer.status_code == 404
    answer = await client.get(f"/api/v1/photos/{photo['id']}/original", headers=person.headers)
    assert answer.json()["error"]["code"] == "FILE_MISSING"
    assert "backup" in answer.json()["error"]["message"]
    assert str(resources.settings.data_dir) not in answer.text
    # The photo is still there, with what is known of it.
    assert (await client.get(photo["urls"]["preview"])).status_code == 200
    assert (await client.get(f"/api/v1/photos/{photo['id']}", headers=person.headers)).status_code == 200


async def test_a_lost_or_damaged_file_comes_back_with_an_upload(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    """That is what the errors say: upload the photo again."""
    (photo,) = await library.add(client, resources, person, ("a.jpg", pictures.jpeg(1), {}))
    path = file_of(resources, person, photo)
    for harm in (path.unlink, lambda: flip(path, 100)):
        harm()
        assert (await client.get(photo["urls"]["original"])).status_code in (404, 500)
        again = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(1))}, headers=person.headers)
        assert (again.status_code, again.json()["data"]["photo"]["id"]) == (200, photo["id"])
        served = await client.get(photo["urls"]["original"])
        assert (served.status_code, served.content) == (200, pictures.jpeg(1))
    assert (await client.get("/api/v1/photos", headers=person.headers)).json()["data"]["photos"] == [photo]


async def test_a_photo_whose_file_is_gone_before_it_was_processed(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    file_of(resources, person, photo).unlink()
    async with library.working(resources):
        failed = await library.processed(client, person, photo["id"])
    assert failed["processing"]["state"] == "failed"
    assert {problem["code"] for problem in failed["processing"]["errors"]} == {"NOT_FOUND"}
    jobs = (await client.get("/api/v1/jobs", headers=person.headers)).json()["data"]["jobs"]
    assert [job["attempts"] for job in jobs if job["kind"] == "photos.process"] == [1]
    async with library.working(resources):
        await library.upload(client, person, pictures.jpeg(1))
        mended = await library.processed(client, person, photo["id"])
    assert mended["processing"]["state"] == "done"
    assert mended["processing"]["errors"] == []


@pytest.mark.parametrize("position", [100, 5 * MiB // 2, -1], ids=["first chunk", "later chunk", "last byte"])
async def test_damaged_bytes_are_never_served(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, position: int, tmp_path: Path
) -> None:
    """Where the damage is known in time the answer is an error; later the connection is cut short of it."""
    logs.configure("INFO", folder=tmp_path / "told", name="api", console=False)
    content = marked(1)
    photo = await library.upload(client, person, content)
    flip(file_of(resources, person, photo), position)
    answer = await wire.exchange_until_cut(
        client, wire.request("GET", f"/api/v1/photos/{photo['id']}/original", token=person.token)
    )
    logs.configure("WARNING", console=False)
    if answer.status_code == 200:
        assert len(answer.content) < len(content)
        assert content.startswith(answer.content)
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "BLOB_CORRUPT")
    assert "BlobCorrupt" in (tmp_path / "told" / "api.log").read_text()
    whole = await client.get(
        f"/api/v1/photos/{photo['id']}/original", headers={**person.headers, "Range": f"bytes={MiB + 5}-{MiB + 9}"}
    )
    assert (whole.status_code, whole.content) == (206, content[MiB + 5 : MiB + 10])


async def test_damage_is_a_problem_of_the_photo(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    photo = await library.upload(client, person, marked(1))
    flip(file_of(resources, person, photo), 200)
    async with library.working(resources):
        failed = await library.processed(client, person, photo["id"])
    assert failed["processing"]["state"] == "failed"
    assert {problem["code"] for problem in failed["processing"]["errors"]} == {"BLOB_CORRUPT"}


async def test_a_file_cut_short(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    for seed, keep in ((1, 0), (2, 10), (3, 100), (4, MiB), (5, 2 * MiB + 77)):
        photo = await library.upload(client, person, marked(seed))
        path = file_of(resources, person, photo)
        os.truncate(path, keep)
        answer = await wire.exchange_until_cut(
            client, wire.request("GET", f"/api/v1/photos/{photo['id']}/original", token=person.token)
        )
        if answer.status_code == 200:
            assert marked(seed).startswith(answer.content)
            assert answer.content != marked(seed)
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (500, "BLOB_CORRUPT"), keep


async def test_the_file_of_another_photo_in_its_place(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person, resources: Resources
) -> None:
    """Whoever can write to the disk can exchange files, but not make one owner's open for another."""
    mine = await library.upload(client, person, marked(1))
    theirs = await library.upload(client, stranger, marked(2))
    file_of(resources, person, mine).write_bytes(file_of(resources, stranger, theirs).read_bytes())
    answer = await client.get(f"/api/v1/photos/{mine['id']}/original", headers=person.headers)
    assert answer.status_code >= 500
    assert MARK not in answer.content


async def test_many_read_one_file_at_once(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    content = marked(1)
    photo = await library.upload(client, person, content)
    path = f"/api/v1/photos/{photo['id']}/original"
    answers = await asyncio.gather(*(client.get(path, headers=person.headers) for _ in range(12)))
    assert all(answer.content == content for answer in answers)
    # Half of them go away in the middle; nothing of theirs stays behind.
    for _ in range(6):
        async with client.stream("GET", path, headers=person.headers) as answer:
            await anext(answer.aiter_bytes())
    assert (await client.get(path, headers=person.headers)).content == content
    assert resources.database.pool_status()["in_use"] == 0
