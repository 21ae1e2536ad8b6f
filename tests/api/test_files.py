"""A photo's files over HTTP: conditional requests, ranges, names, signed addresses."""

import io
import time
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from evoke.bootstrap import Resources
from evoke.domains.photos.urls import DAY, Signer
from tests.factories import library, people, pictures

MiB = 1 << 20
VARIANTS = ("original", "preview", "thumbnail")
EXIF = {0x010F: "Harbour", 0x0110: "Harbour Pocket 7", 0x9003: "2019:03:21 11:04:22", 0xA431: "SN-0042"}
LISBON = {"latitude": 38.7167, "longitude": -9.1333}


@dataclass(frozen=True)
class Shown:
    """A processed photo and its bytes."""

    photo: dict[str, Any]
    content: bytes

    def path(self, variant: str = "original") -> str:
        return f"/api/v1/photos/{self.photo['id']}/{variant}"


def large(seed: int) -> bytes:
    """A JPEG of more than two chunks of the encryption: a picture, and what some cameras write after it."""
    tail = bytes((index * 31 + seed) % 251 for index in range(4096)) * 640
    return pictures.jpeg(seed, size=(1600, 300), exif=EXIF, **LISBON) + tail


@pytest.fixture
async def shown(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> Shown:
    content = large(1)
    (photo,) = await library.add(client, resources, person, ("a.jpg", content, {}))
    return Shown(photo, content)


async def test_the_original_is_what_was_sent(
    client: httpx.AsyncClient, person: people.Person, shown: Shown, resources: Resources
) -> None:
    answer = await client.get(shown.path(), headers=person.headers)
    assert answer.status_code == 200
    assert answer.content == shown.content
    headers = answer.headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["etag"] == f'"{shown.photo["checksum"]["sha256"]}"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["content-disposition"] == "inline; filename=\"a.jpg\"; filename*=UTF-8''a.jpg"
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    saved = await client.get(f"{shown.path()}?download=true", headers=person.headers)
    assert saved.headers["content-disposition"].startswith("attachment; ")


async def test_renditions_are_small_pictures_that_tell_nothing(
    client: httpx.AsyncClient, person: people.Person, shown: Shown
) -> None:
    assert shown.photo["location"]
    assert shown.photo["camera"]["model"] == "Harbour Pocket 7"
    for variant, edge in (("thumbnail", 250), ("preview", 1440)):
        answer = await client.get(shown.path(variant), headers=person.headers)
        assert answer.status_code == 200
        with Image.open(io.BytesIO(answer.content)) as image:
            assert max(image.size) == edge
            assert Image.MIME[image.format or ""] == answer.headers["content-type"]
            assert not image.getexif()
            assert not {"exif", "xmp", "XML:com.adobe.xmp", "photoshop"} & set(image.info)
        for secret in (b"Harbour", b"SN-0042", b"2019:03:21", b"Exif", b"GPS", b"http://ns.adobe.com"):
            assert secret not in answer.content


async def test_a_client_that_has_it_is_told_so(client: httpx.AsyncClient, person: people.Person, shown: Shown) -> None:
    for variant in VARIANTS:
        first = await client.get(shown.path(variant), headers=person.headers)
        tag = first.headers["etag"]
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            for method in ("GET", "HEAD"):
                headers = {**person.headers, "If-None-Match": given}
                again = await client.request(method, shown.path(variant), headers=headers)
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["etag"] == tag
                assert again.headers["cache-control"] == first.headers["cache-control"]
        for given in ('"other"', tag.strip('"'), "", '"'):
            fresh = await client.get(shown.path(variant), headers={**person.headers, "If-None-Match": given})
            assert (fresh.status_code, fresh.content) == (200, first.content)
    tags = {(await client.head(shown.path(variant), headers=person.headers)).headers["etag"] for variant in VARIANTS}
    assert len(tags) == 3


async def test_head_is_get_without_the_bytes(client: httpx.AsyncClient, person: people.Person, shown: Shown) -> None:
    for variant in VARIANTS:
        for extra in ({}, {"Range": "bytes=10-19"}):
            got = await client.get(shown.path(variant), headers={**person.headers, **extra})
            head = await client.head(shown.path(variant), headers={**person.headers, **extra})
            assert (head.status_code, head.content) == (got.status_code, b"")
            assert own_headers(head) == own_headers(got)


def own_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id")}


async def test_ranges(client: httpx.AsyncClient, person: people.Person, shown: Shown) -> None:
    size = len(shown.content)
    for asked, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        (f"bytes={MiB - 3}-{MiB + 3}", MiB - 3, MiB + 4),
        (f"bytes={MiB}-{2 * MiB - 1}", MiB, 2 * MiB),
        (f"bytes=100-{2 * MiB + 100}", 100, 2 * MiB + 101),
        (f"bytes={size - 10}-", size - 10, size),
        ("bytes=5-", 5, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=-{size + 5}", 0, size),
        (f"bytes={size - 1}-{size + 1000}", size - 1, size),
        ("bytes=0-18446744073709551615", 0, size),
    ):
        answer = await client.get(shown.path(), headers={**person.headers, "Range": asked})
        assert answer.status_code == 206, asked
        assert answer.content == shown.content[start:end], asked
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - start)


async def test_ranges_that_the_file_does_not_have(
    client: httpx.AsyncClient, person: people.Person, shown: Shown
) -> None:
    size = len(shown.content)
    for asked in (f"bytes={size}-", f"bytes={size + 10}-{size + 20}", "bytes=-0"):
        answer = await client.get(shown.path(), headers={**person.headers, "Range": asked})
        assert (answer.status_code, answer.json()["error"]["code"]) == (416, "RANGE_NOT_SATISFIABLE"), asked
        assert answer.headers["content-range"] == f"bytes */{size}"
        assert "immutable" not in answer.headers.get("cache-control", "")


async def test_what_is_no_range_gets_the_whole_file(
    client: httpx.AsyncClient, person: people.Person, shown: Shown
) -> None:
    """RFC 9110, 14.2: a server may ignore what it does not understand or does not like."""
    for asked in ("bytes=0-9,20-29", "bytes=9-0", "bytes=-", "bytes=", "bytes=a-b", "rows=0-5", "bytes=1-2-3", "bytes"):
        answer = await client.get(shown.path("thumbnail"), headers={**person.headers, "Range": asked})
        assert answer.status_code == 200, asked
        assert "content-range" not in answer.headers


async def test_a_range_of_these_very_bytes(client: httpx.AsyncClient, person: people.Person, shown: Shown) -> None:
    ranged = {**person.headers, "Range": "bytes=0-9"}
    tag = (await client.head(shown.path(), headers=person.headers)).headers["etag"]
    same = await client.get(shown.path(), headers={**ranged, "If-Range": tag})
    assert (same.status_code, same.content) == (206, shown.content[:10])
    # A weak tag or a date is not strong enough to put pieces together (RFC 9110, 13.1.5).
    for given in ('"other"', f"W/{tag}", "Thu, 21 Mar 2019 16:04:22 GMT", "*"):
        other = await client.get(shown.path(), headers={**ranged, "If-Range": given})
        assert (other.status_code, len(other.content)) == (200, len(shown.content)), given


async def test_an_interrupted_download_goes_on(client: httpx.AsyncClient, person: people.Person, shown: Shown) -> None:
    async with client.stream("GET", shown.path(), headers=person.headers) as answer:
        beginning = await anext(answer.aiter_bytes(700_000))
        tag = answer.headers["etag"]
    rest = {**person.headers, "Range": f"bytes={len(beginning)}-", "If-Range": tag}
    ending = await client.get(shown.path(), headers=rest)
    assert ending.status_code == 206
    assert beginning + ending.content == shown.content


async def test_names_of_every_script_reach_the_disk(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    names = [
        "Ä ö ü.jpg",
        "写真.heic",
        'quo"te\\s.jpg',
        "semi;colon, comma.jpg",
        "100%.jpg",
        "🌻.jpg",
        ".jpg",
        "no extension",
    ]
    for number, name in enumerate(names):
        photo = await library.upload(client, person, pictures.jpeg(number), name)
        answer = await client.head(f"/api/v1/photos/{photo['id']}/original", headers=person.headers)
        disposition = answer.headers["content-disposition"]
        assert disposition.isascii()
        plain, _, encoded = disposition.partition("; filename*=UTF-8''")
        assert unquote(encoded) == photo["file_name"]
        assert plain.startswith('inline; filename="')
        assert plain.count('"') == 2
        assert "\\" not in plain


async def test_a_rendition_before_its_time(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    for variant in ("thumbnail", "preview"):
        answer = await client.get(f"/api/v1/photos/{photo['id']}/{variant}", headers=person.headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
        assert "preview yet" in answer.json()["error"]["message"]
        assert "immutable" not in answer.headers.get("cache-control", "")


async def test_a_signed_address_opens_by_itself(client: httpx.AsyncClient, shown: Shown) -> None:
    for variant, address in shown.photo["urls"].items():
        answer = await client.get(address)
        assert answer.status_code == 200, variant
        part = await client.get(address, headers={"Range": "bytes=1-3"})
        assert (part.status_code, part.content) == (206, answer.content[1:4])
        assert (await client.head(address)).status_code == 200
        saved = await client.get(address, params={**query_of(address), "download": "true"})
        assert saved.headers["content-disposition"].startswith("attachment")


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def test_a_signature_is_for_one_file_of_one_owner(
    client: httpx.AsyncClient,
    person: people.Person,
    stranger: people.Person,
    shown: Shown,
    resources: Resources,
) -> None:
    other = await library.upload(client, person, pictures.jpeg(2))
    address = shown.photo["urls"]["thumbnail"]
    path, query = urlsplit(address).path, query_of(address)
    later = str(int(query["expires"]) + DAY)
    flipped = query["signature"][:-1] + ("A" if query["signature"][-1] != "A" else "B")
    for changed_path, changes in (
        (shown.path("original"), {}),
        (shown.path("preview"), {}),
        (f"/api/v1/photos/{other['id']}/thumbnail", {}),
        (path, {"owner": str(stranger.actor.user_id)}),
        (path, {"owner": str(uuid.uuid4())}),
        (path, {"expires": later}),
        (path, {"signature": flipped}),
        (path, {"signature": query["signature"].lower()}),
        (path, {"signature": "é" * 24}),
    ):
        answer = await client.get(changed_path, params={**query, **changes})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN"), (changed_path, changes)
    for missing in ("owner", "expires", "signature"):
        rest = {name: value for name, value in query.items() if name != missing}
        assert (await client.get(path, params=rest)).status_code == 401, missing
    for name, value in (("owner", "me"), ("expires", "-1"), ("expires", "soon"), ("signature", "x" * 65)):
        assert (await client.get(path, params={**query, name: value})).status_code == 400, name
    # Good for files alone, and not a way around who is signed in.
    assert (await client.get(f"/api/v1/photos/{shown.photo['id']}", params=query)).status_code in (400, 401)
    assert (await client.get(address, headers=stranger.headers)).status_code == 404
    foreign = replace(resources.library.signer, key=bytes(32))
    forged = foreign.urls(person.actor.user_id, uuid.UUID(shown.photo["id"]), 1)["original"]
    assert (await client.get(forged)).status_code == 403


async def test_a_signature_expires(
    client: httpx.AsyncClient, person: people.Person, shown: Shown, resources: Resources
) -> None:
    signer: Signer = resources.library.signer
    owner, photo_id = person.actor.user_id, uuid.UUID(shown.photo["id"])
    old = signer.urls(owner, photo_id, 1, now=time.time() - 3 * DAY)["original"]
    answer = await client.get(old)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert "no longer valid" in answer.json()["error"]["message"]
    assert (await client.get(signer.urls(owner, photo_id, 1, now=time.time() - DAY / 2)["original"])).status_code == 200


async def test_files_of_a_photo_in_the_trash_and_after(
    client: httpx.AsyncClient, person: people.Person, shown: Shown, resources: Resources
) -> None:
    """In the trash they can still be looked at; once it is emptied, a link that is still good opens nothing."""
    await client.delete(f"/api/v1/photos/{shown.photo['id']}", headers=person.headers)
    assert (await client.get(shown.photo["urls"]["thumbnail"])).status_code == 200
    async with resources.database.transaction() as session:
        await session.execute(text("DELETE FROM photos"))
    for address in shown.photo["urls"].values():
        assert (await client.get(address)).status_code == 404
