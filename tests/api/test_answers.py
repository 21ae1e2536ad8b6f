"""What answers look like on the wire: compression, and the pages of documentation."""

import json
import re

import httpx

from evoke.bootstrap import Resources
from tests.factories import library, people, pictures

ENCODINGS = {
    "gzip, deflate, br, zstd": "zstd",
    "gzip, br": "br",
    "gzip": "gzip",
    "gzip;q=0": None,
    "identity": None,
    "snappy, *;q=0": None,
    "": None,
}


async def test_long_answers_are_compressed_as_the_client_likes(client: httpx.AsyncClient) -> None:
    plain = (await client.get("/openapi.json", headers={"Accept-Encoding": "identity"})).content
    for accepted, chosen in ENCODINGS.items():
        async with client.stream("GET", "/openapi.json", headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == chosen, accepted
        assert "accept-encoding" in answer.headers["vary"].lower()
        if chosen is None:
            assert raw == plain
        else:
            assert len(raw) < len(plain) / 3
    decoded = await client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert decoded.content == plain


async def test_short_answers_are_not(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_bytes_of_pictures_are_sent_as_they_are(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    """They are compressed already, and a range of compressed bytes would be a range of something else."""
    sent = {
        "a.jpg": pictures.jpeg(1, size=(1600, 1200)),
        "b.tiff": pictures.encode("TIFF", 2, size=(800, 600)),
        "c.gif": pictures.encode("GIF", 3, size=(800, 600)),
    }
    photos = await library.add(client, resources, person, *((name, data, {}) for name, data in sent.items()))
    headers = {"Accept-Encoding": "gzip, br, zstd", **person.headers}
    for photo, content in zip(photos, sent.values(), strict=True):
        for variant in ("original", "preview", "thumbnail"):
            answer = await client.get(f"/api/v1/photos/{photo['id']}/{variant}", headers=headers)
            assert "content-encoding" not in answer.headers, variant
            assert int(answer.headers["content-length"]) == len(answer.content)
            if variant == "original":
                assert answer.content == content
            part = await client.get(
                f"/api/v1/photos/{photo['id']}/{variant}", headers={**headers, "Range": "bytes=5-8"}
            )
            assert (part.status_code, part.content) == (206, answer.content[5:9])


async def test_the_documentation_asks_no_other_host(client: httpx.AsyncClient) -> None:
    for page in ("/docs", "/redoc"):
        answer = await client.get(page)
        assert answer.headers["content-type"].startswith("text/html")
        assert not re.search(r"(?:https?:)?//[\w.-]+", answer.text), page
        parts = re.findall(r"(?:src|href)=\"([^\"]+)\"", answer.text)
        assert any(part.endswith(".js") for part in parts)
        for part in parts:
            served = await client.get(part)
            assert (served.status_code, bool(served.content)) == (200, True), part
        # What a script would like to fetch from elsewhere (a logo, a badge), the browser refuses.
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
    described = (await client.get("/openapi.json")).json()
    assert described["info"]["title"] == "Evoke"
    assert described["paths"]["/api/v1/photos"]["post"]["requestBody"]


async def test_every_schema_has_an_example_or_lies_within_one(client: httpx.AsyncClient) -> None:
    """What a client sends or gets as a whole is shown; its parts are seen within it."""
    described = (await client.get("/openapi.json")).json()
    schemas = described["components"]["schemas"]
    parts: set[str] = set()
    for schema in schemas.values():
        if schema.get("examples"):
            parts |= _names_within(schemas, schema)
    for path, operations in described["paths"].items():
        for operation in operations.values():
            for name in _named(operation):
                name = _payload(schemas, name)
                assert name is None or schemas[name].get("examples") or name in parts, (path, name)


def _named(part: object) -> set[str]:
    """The schemas that a part of the description names."""
    return set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(part)))


def _names_within(schemas: dict[str, dict[str, object]], schema: dict[str, object]) -> set[str]:
    found: set[str] = set()
    waiting = _named(schema)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= _named(schemas[name])
    return found


def _payload(schemas: dict[str, dict[str, object]], name: str) -> str | None:
    """What an envelope holds, which is what the example is about; None for a simple type."""
    if not name.startswith("Envelope_"):
        return name
    data = schemas[name]["properties"]["data"]  # type: ignore[index]  # JSON
    return next(iter(_named(data)), None)


async def test_times_end_with_z(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    jobs = (await client.get("/api/v1/jobs", headers=person.headers)).json()["data"]["jobs"]
    me = (await client.get("/api/v1/auth/me", headers=person.headers)).json()["data"]
    sessions = (await client.get("/api/v1/auth/sessions", headers=person.headers)).json()["data"]["sessions"]
    for holder in (photo, jobs[0], me, sessions[0]):
        times = {name: value for name, value in holder.items() if name.endswith("_at") and value}
        assert times
        for name, value in times.items():
            assert value.endswith("Z"), (name, value)
