"""Uploading over HTTP: what is taken, what is refused, and what two do at once."""

import asyncio
import base64
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources
from evoke.domains.photos.schemas import PhotoOut
from tests.factories import library, people, pictures

TAKEOUT = b'{"title": "a.jpg", "description": "On the pier", "photoTakenTime": {"timestamp": "1553184262"}}'


async def files_of(resources: Resources, prefix: str = "") -> list[str]:
    return [info.key async for info in resources.blobs.iterate(prefix)]


async def test_a_photo_is_taken_and_described(client: httpx.AsyncClient, person: people.Person) -> None:
    content = pictures.jpeg(1)
    answer = await client.post(
        "/api/v1/photos",
        files={"file": ("IMG_20190321_160422.jpg", content, "image/jpeg")},
        data={"favorite": "true", "unknown": "ignored"},
        headers=person.headers,
    )
    assert answer.status_code == 201
    body = answer.json()
    assert set(body["data"]) == {"photo"}
    photo = body["data"]["photo"]
    PhotoOut.model_validate(photo)
    assert photo["checksum"] == {
        "sha256": hashlib.sha256(content).hexdigest(),
        "sha1": hashlib.sha1(content).hexdigest(),
    }
    assert photo["size_bytes"] == len(content)
    assert photo["favorite"] is True
    assert (photo["taken_at_local"], photo["taken_at_source"]) == ("2019-03-21T16:04:22", "file_name")
    assert photo["processing"]["state"] == "queued"


async def test_the_same_bytes_again(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    first = await library.upload(client, person, pictures.jpeg(1), "a.jpg")
    again = await client.post("/api/v1/photos", files={"file": ("b.jpg", pictures.jpeg(1))}, headers=person.headers)
    assert again.status_code == 200
    assert again.json()["data"]["duplicate"] is True
    assert again.json()["data"]["photo"]["id"] == first["id"]
    assert again.json()["data"]["photo"]["file_name"] == "a.jpg"
    assert len(await files_of(resources)) == 1


async def test_the_same_bytes_at_the_same_instant(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    answers = await asyncio.gather(
        *(
            client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(7))}, headers=person.headers)
            for _ in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["data"]["photo"]["id"] for answer in answers}) == 1
    assert len(await files_of(resources, "originals")) == 1
    jobs = await client.get("/api/v1/jobs?kind=photos.process", headers=person.headers)
    assert len(jobs.json()["data"]["jobs"]) == 1


async def test_two_owners_each_have_their_own(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person, resources: Resources
) -> None:
    first = await library.upload(client, person, pictures.jpeg(1))
    second = await library.upload(client, stranger, pictures.jpeg(1))
    assert first["id"] != second["id"]
    assert len(await files_of(resources, "originals")) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jpg", b""),
        ("lies.jpg", b"<html><script>alert(1)</script></html>"),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("program.png", b"\x7fELF" + bytes(100)),
        ("text.heic", "ein Text über nichts".encode()),
    ],
)
async def test_what_is_no_picture_is_refused(
    client: httpx.AsyncClient, person: people.Person, resources: Resources, name: str, content: bytes
) -> None:
    answer = await client.post("/api/v1/photos", files={"file": (name, content, "image/jpeg")}, headers=person.headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "UNSUPPORTED_MEDIA"
    assert await files_of(resources) == []


async def test_a_picture_counts_whatever_its_name_says(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.encode("PNG", 3), "invoice.pdf")
    assert (photo["mime_type"], photo["file_name"]) == ("image/png", "invoice.pdf")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("nul\x00byte.jpg", "nulbyte.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("صورة.jpg", "صورة.jpg"),
        ("🌻 Sonnenblume.jpg", "🌻 Sonnenblume.jpg"),
        ("..", "photo.jpg"),
        ("x" * 300 + ".jpg", "x" * 251 + ".jpg"),
        ("ü" * 300 + ".jpg", "ü" * 125 + ".jpg"),
    ],
)
async def test_names_are_kept_and_made_harmless(
    client: httpx.AsyncClient, person: people.Person, given: str, kept: str
) -> None:
    # By hand: the client library would escape what is to be tried.
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + given.encode()
        + b'"\r\n\r\n'
        + pictures.jpeg(len(given))
        + b"\r\n--b--\r\n"
    )
    answer = await client.post(
        "/api/v1/photos",
        content=body,
        headers={**person.headers, "Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 201, answer.text
    photo = answer.json()["data"]["photo"]
    assert photo["file_name"] == kept
    served = await client.get(photo["urls"]["original"])
    assert served.status_code == 200
    assert "\n" not in served.headers["content-disposition"]


async def test_bodies_that_are_no_upload(client: httpx.AsyncClient, person: people.Person) -> None:
    form = {**person.headers, "Content-Type": "multipart/form-data; boundary=b"}
    for headers, body in [
        (person.headers, b""),
        ({**person.headers, "Content-Type": "application/json"}, b"{}"),
        ({**person.headers, "Content-Type": "multipart/form-data"}, b"--b--"),
        (form, b"nothing of the kind"),
        (form, b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n'),
        (form, b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf of'),
        (form, b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 30 + b"--b--\r\n"),
    ]:
        answer = await client.post("/api/v1/photos", content=body, headers=headers)
        assert answer.status_code == 400, (body, answer.text)
        assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


async def test_one_file_at_a_time(client: httpx.AsyncClient, person: people.Person) -> None:
    files = [("file", ("a.jpg", pictures.jpeg(1))), ("file", ("b.jpg", pictures.jpeg(2)))]
    answer = await client.post("/api/v1/photos", files=files, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "file")


@pytest.mark.parametrize("moment", ["yesterday", "2019-13-45T00:00:00Z", "99999999"])
async def test_file_dates_must_be_dates(client: httpx.AsyncClient, person: people.Person, moment: str) -> None:
    answer = await client.post(
        "/api/v1/photos",
        files={"file": ("a.jpg", pictures.jpeg(1))},
        data={"file_created_at": moment},
        headers=person.headers,
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == "file_created_at"


async def test_without_a_token_nothing_is_taken(client: httpx.AsyncClient, resources: Resources) -> None:
    answer = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(1))})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert await files_of(resources) == []


async def test_a_file_over_the_limit(
    resources: Resources, person: people.Person, serve: Callable[[Resources], Any], tmp_path: Path
) -> None:
    small = replace(resources.library, options=replace(resources.library.options, max_upload_bytes=1000))
    client = await serve(replace(resources, library=small))
    answer = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(1))}, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE")
    assert list((tmp_path / "blobs").rglob("*.*")) == []


async def test_over_the_quota(resources: Resources, person: people.Person, serve: Callable[[Resources], Any]) -> None:
    size = len(pictures.jpeg(1))
    bounded = replace(resources.library, options=replace(resources.library.options, quota_bytes=size + 10))
    client = await serve(replace(resources, library=bounded))
    await library.upload(client, person, pictures.jpeg(1))
    answer = await client.post("/api/v1/photos", files={"file": ("b.jpg", pictures.jpeg(2))}, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "QUOTA_EXCEEDED")
    assert answer.json()["error"]["details"] == {"quota_bytes": size + 10, "used_bytes": size}
    again = await client.post("/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(1))}, headers=person.headers)
    assert again.status_code == 200


async def test_a_sidecar_comes_with_its_photo_or_later(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    (first,) = await library.add(client, resources, person, ("a.jpg", pictures.jpeg(1), {"sidecar": TAKEOUT}))
    assert (first["description"], first["taken_at"]) == ("On the pier", "2019-03-21T16:04:22Z")
    assert first["taken_at_source"] == "sidecar"
    (plain,) = await library.add(client, resources, person, ("b.jpg", pictures.jpeg(2), {}))
    assert plain["description"] == ""
    (later,) = await library.add(client, resources, person, ("b.jpg", pictures.jpeg(2), {"sidecar": TAKEOUT}))
    assert (later["id"], later["description"]) == (plain["id"], "On the pier")


async def test_a_broken_sidecar_is_refused_with_its_reason(client: httpx.AsyncClient, person: people.Person) -> None:
    files = {"file": ("a.jpg", pictures.jpeg(1)), "sidecar": ("a.xmp", b"<x:xmpmeta")}
    answer = await client.post("/api/v1/photos", files=files, headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["details"]["field"]) == (400, "sidecar")


async def test_check_says_what_is_there(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person
) -> None:
    here, gone, theirs = pictures.jpeg(1), pictures.jpeg(2), pictures.jpeg(3)
    photo = await library.upload(client, person, here)
    trashed = await library.upload(client, person, gone)
    await client.delete(f"/api/v1/photos/{trashed['id']}", headers=person.headers)
    await library.upload(client, stranger, theirs)
    asked = {
        "sha256 hex": hashlib.sha256(here).hexdigest(),
        "sha1 hex": hashlib.sha1(here).hexdigest().upper(),
        "sha256 base64": base64.b64encode(hashlib.sha256(here).digest()).decode(),
        "sha1 base64": base64.b64encode(hashlib.sha1(gone).digest()).decode(),
        "theirs": hashlib.sha1(theirs).hexdigest(),
    }
    items = [{"id": key, "checksum": value} for key, value in asked.items()]
    answer = await client.post("/api/v1/photos/check", json={"items": items}, headers=person.headers)
    results = {result.pop("id"): result for result in answer.json()["data"]["results"]}
    found = {"exists": True, "photo_id": photo["id"], "trashed": False}
    assert results["sha256 hex"] == results["sha1 hex"] == results["sha256 base64"] == found
    assert results["sha1 base64"] == {"exists": True, "photo_id": trashed["id"], "trashed": True}
    assert results["theirs"] == {"exists": False, "photo_id": None, "trashed": False}


async def test_check_takes_five_thousand_and_no_more(client: httpx.AsyncClient, person: people.Person) -> None:
    items = [{"id": str(number), "checksum": uuid.uuid4().hex + "0" * 8} for number in range(5001)]
    many = await client.post("/api/v1/photos/check", json={"items": items[:5000]}, headers=person.headers)
    assert len(many.json()["data"]["results"]) == 5000
    too_many = await client.post("/api/v1/photos/check", json={"items": items}, headers=person.headers)
    assert too_many.status_code == 400
    nonsense = await client.post(
        "/api/v1/photos/check", json={"items": [{"id": "1", "checksum": "zz"}]}, headers=person.headers
    )
    assert nonsense.json()["error"]["details"]["field"] == "items.0.checksum"


async def test_a_client_that_goes_away_leaves_nothing(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    host, port = client.base_url.host, client.base_url.port
    _reader, writer = await asyncio.open_connection(host, port)
    head = (
        f"POST /api/v1/photos HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {person.token}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    )
    writer.write(head.encode() + pictures.jpeg(1) + bytes(3_000_000))
    await writer.drain()
    writer.close()
    uploads = resources.settings.data_dir / "blobs" / "tmp"
    for _ in range(100):
        await asyncio.sleep(0.05)
        if not uploads.exists() or not list(uploads.iterdir()):
            break
    assert not uploads.exists() or list(uploads.iterdir()) == []
    assert await files_of(resources) == []
