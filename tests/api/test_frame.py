"""The frame around every request: the envelope of errors, ids, limits of size and time, CORS."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from evoke.bootstrap import Resources, compose
from tests.conftest import make_settings
from tests.factories import people, pictures, wire

Serve = Callable[[Resources], Awaitable[httpx.AsyncClient]]
Configured = Callable[..., Awaitable[httpx.AsyncClient]]
ORIGIN = "https://app.example.org"
SECURITY = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}
REFUSALS: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/nowhere", {}, 404, "NOT_FOUND"),
    ("GET", "/api/v1/nothing", {}, 404, "NOT_FOUND"),
    ("POST", "/api/v2/photos", {}, 404, "NOT_FOUND"),
    ("GET", "/api/v1/photos/not-an-id", {}, 400, "VALIDATION_ERROR"),
    ("GET", "/docs/static/none.js", {}, 404, "NOT_FOUND"),
    ("GET", "/docs/static/..%2f..%2f..%2f__init__.py", {}, 404, "NOT_FOUND"),
    ("PUT", "/api/v1/photos", {}, 405, "METHOD_NOT_ALLOWED"),
    ("BREW", "/api/v1/photos", {}, 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/health", {}, 405, "METHOD_NOT_ALLOWED"),
    ("DELETE", "/docs/static/swagger-ui.css", {}, 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/api/v1/photos/check", {"content": b"{"}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos/check", {"content": b""}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos/check", {"content": b"\xff\xfe{}"}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos/check", {"json": []}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos/check", {"json": {"items": "all"}}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos/check", {"data": {"items": "1"}}, 400, "VALIDATION_ERROR"),
    ("POST", "/api/v1/photos", {"json": {}}, 400, "VALIDATION_ERROR"),
]
NO_CREDENTIALS = [
    ("Authorization", b"Bearer nonsense"),
    ("Authorization", b"Bearer"),
    ("Authorization", b"Basic dXNlcjpwYXNzd29yZA=="),
    ("Authorization", b"Bearer evk_0123456789ab_nonsense"),
    ("Authorization", b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."),
    ("Authorization", b"Bearer \xff\xfe"),
    ("X-API-Key", b"\xc3\xa9vk_\xff"),
    ("X-API-Key", b"x" * 20_000),
]


@pytest.fixture
def configured(resources: Resources, serve: Serve, tmp_path: Path, request: pytest.FixtureRequest) -> Configured:
    """`client = await configured(http={...})`: a server with these settings beside `resources`."""

    async def start(**changes: Any) -> httpx.AsyncClient:
        assert resources.settings.database_url is not None
        url = resources.settings.database_url.get_secret_value()
        own = compose(make_settings(tmp_path, url, **changes), url)
        opened.append(own)
        return await serve(own)

    opened: list[Resources] = []
    request.getfixturevalue("_closing").append(opened)
    return start


@pytest.fixture
async def _closing() -> Any:
    """Resources that `configured` opened; closed after the servers that use them."""
    lists: list[list[Resources]] = []
    yield lists
    for opened in lists:
        for own in opened:
            await own.close()


def assert_refused(answer: httpx.Response | wire.Answer, status: int, code: str) -> dict[str, Any]:
    """The error of an answer, which is in the envelope and has everything that every answer has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"success", "error", "meta"}
    assert body["success"] is False
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert body["meta"]["timestamp"].endswith("Z")
    assert body["meta"]["api_version"] == "1.0"
    assert body["meta"]["request_id"] == answer.headers["x-request-id"]
    assert SECURITY.items() <= dict(answer.headers).items()
    error: dict[str, Any] = body["error"]
    return error


async def test_what_is_refused_is_refused_in_the_envelope(client: httpx.AsyncClient, person: people.Person) -> None:
    for method, path, sent, status, code in REFUSALS:
        answer = await client.request(method, path, headers=person.headers, **sent)
        error = assert_refused(answer, status, code)
        if code == "VALIDATION_ERROR":
            assert error["details"]["field"]
            assert error["details"]["reason"]
        if status == 405:
            assert answer.headers["allow"]


async def test_credentials_that_are_none(client: httpx.AsyncClient) -> None:
    for header, value in NO_CREDENTIALS:
        answer = await client.get("/api/v1/photos", headers=[(header.encode(), value)])
        assert_refused(answer, 401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_success_is_in_the_envelope_as_well(client: httpx.AsyncClient, person: people.Person) -> None:
    answer = await client.get("/api/v1/auth/me", headers=person.headers)
    body = answer.json()
    assert set(body) == {"success", "data", "meta"}
    assert body["success"] is True
    assert set(body["meta"]) == {"timestamp", "api_version", "request_id"}
    assert body["meta"]["request_id"] == answer.headers["x-request-id"]
    assert SECURITY.items() <= dict(answer.headers).items()
    # A slash too many leads to the address; HEAD is answered without a body; no other origin was allowed.
    slash = await client.get("/api/v1/photos/?limit=3", headers=person.headers, follow_redirects=True)
    assert (slash.status_code, slash.json()["data"]) == (200, {"photos": [], "next_cursor": None})
    head = await client.head("/api/v1/nothing", headers={"Origin": ORIGIN})
    assert (head.status_code, head.content) == (404, b"")
    assert "access-control-allow-origin" not in head.headers


async def test_request_ids(client: httpx.AsyncClient) -> None:
    mine = str(uuid.uuid4())
    answer = await client.get("/api/v1/photos", headers={"X-Request-ID": mine.upper()})
    assert answer.headers["x-request-id"] == mine
    assert answer.json()["meta"]["request_id"] == mine
    for given in (b"1", b"my request", b"\xff\xfe", b"0" * 5000, b"{}", b"' OR 1=1"):
        answer = await client.get("/api/v1/photos", headers=[(b"X-Request-ID", given)])
        assert uuid.UUID(answer.headers["x-request-id"]).version == 7
        assert answer.json()["meta"]["request_id"] == answer.headers["x-request-id"]


async def test_requests_at_once_keep_their_ids_apart(client: httpx.AsyncClient) -> None:
    ids = [str(uuid.uuid4()) for _ in range(20)]
    answers = await asyncio.gather(*(client.get("/api/v1/jobs", headers={"X-Request-ID": each}) for each in ids))
    assert [answer.json()["meta"]["request_id"] for answer in answers] == ids


async def test_a_body_over_the_limit(configured: Configured, person: people.Person) -> None:
    client = await configured(http={"max_body_bytes": 2000})
    path, fits = "/api/v1/photos/check", b'{"items":[]}' + b" " * 1988
    headers = {**person.headers, "Content-Type": "application/json"}
    assert (await client.post(path, content=fits, headers=headers)).status_code == 200
    declared = await client.post(path, content=fits + b" ", headers=headers)
    assert assert_refused(declared, 413, "TOO_LARGE")["details"] == {"max_bytes": 2000}

    async def pieces() -> Any:
        for _ in range(30):
            yield fits[:100]

    chunked = await client.post(path, content=pieces(), headers=headers)
    assert assert_refused(chunked, 413, "TOO_LARGE")["details"] == {"max_bytes": 2000}


async def test_a_refusal_reaches_who_is_still_sending(client: httpx.AsyncClient) -> None:
    """Most clients look at the answer when they have sent everything: the connection has to live that long."""
    files = {"file": ("a.jpg", pictures.jpeg() + bytes(30_000_000))}
    assert_refused(await client.post("/api/v1/photos", files=files), 401, "UNAUTHORIZED")
    answer = await client.post("/api/v1/search", content=bytes(30_000_000))
    assert_refused(answer, 413, "TOO_LARGE")

    async def pieces() -> Any:
        for _ in range(300):
            yield bytes(100_000)

    assert_refused(await client.post("/api/v1/nothing", content=pieces()), 404, "NOT_FOUND")


async def test_a_body_that_lies_about_its_length(client: httpx.AsyncClient, person: people.Person) -> None:
    head = wire.request("POST", "/api/v1/photos/check", "Content-Length: 99999999999999999999", token=person.token)
    answer = await wire.exchange(client, head)
    assert answer.status_code in (400, 413)
    head = wire.request("POST", "/api/v1/photos/check", "Content-Length: -1", token=person.token)
    assert (await wire.exchange(client, head)).status_code == 400


async def test_a_request_that_takes_too_long_is_given_up(
    configured: Configured, resources: Resources, person: people.Person
) -> None:
    client = await configured(http={"timeout_seconds": 0.5})
    async with resources.database.transaction() as session:
        await session.execute(text("LOCK TABLE photos IN ACCESS EXCLUSIVE MODE"))
        answers = await asyncio.gather(*(client.get("/api/v1/photos", headers=person.headers) for _ in range(20)))
    for answer in answers:
        assert_refused(answer, 503, "SERVICE_UNAVAILABLE")
        assert answer.headers["retry-after"]
    assert (await client.get("/api/v1/photos", headers=person.headers)).status_code == 200
    assert resources.database.pool_status()["in_use"] == 0


async def test_an_upload_is_no_slow_request(
    configured: Configured, resources: Resources, person: people.Person
) -> None:
    """Its limit is silence, not time: a phone on a bad line needs minutes."""
    client = await configured(http={"timeout_seconds": 0.3, "upload_stall_seconds": 20})
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%s\r\n--b--\r\n' % pictures.jpeg()
    )

    async def slowly() -> Any:
        for start in range(0, len(body), len(body) // 8):
            await asyncio.sleep(0.1)
            yield body[start : start + len(body) // 8]

    headers = {**person.headers, "Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post("/api/v1/photos", content=slowly(), headers=headers)
    assert answer.status_code == 201, answer.text


async def test_an_upload_that_stands_still(
    configured: Configured, resources: Resources, person: people.Person, tmp_path: Path
) -> None:
    client = await configured(http={"upload_stall_seconds": 0.3})
    head = wire.request(
        "POST",
        "/api/v1/photos",
        "Content-Type: multipart/form-data; boundary=b",
        "Content-Length: 5000000",
        token=person.token,
    )
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + pictures.jpeg()
    answer = await wire.exchange(client, head + part)
    assert_refused(answer, 408, "REQUEST_TIMEOUT")
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []
    assert (await client.get("/api/v1/photos", headers=person.headers)).json()["data"]["photos"] == []


async def test_a_page_of_another_origin_may_call_where_it_is_allowed(
    configured: Configured, person: people.Person
) -> None:
    client = await configured(allowed_origins=[ORIGIN], http={"max_body_bytes": 1024})
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,x-request-id"}
    preflight = await client.options("/api/v1/photos", headers={"Origin": ORIGIN, **asked})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    refused = await client.options("/api/v1/photos", headers={"Origin": "https://evil.example", **asked})
    assert "access-control-allow-origin" not in refused.headers
    real = await client.get("/api/v1/photos", headers={"Origin": ORIGIN, **person.headers})
    assert real.headers["access-control-allow-origin"] == ORIGIN
    assert "X-Request-ID" in real.headers["access-control-expose-headers"]
    other = await client.get("/api/v1/photos", headers={"Origin": "https://evil.example", **person.headers})
    assert "access-control-allow-origin" not in other.headers
    # A cache must not give one page what another one was told, nor what nobody asked for.
    of_no_page = await client.get("/api/v1/photos", headers=person.headers)
    for answer in (real, other, of_no_page):
        assert "origin" in answer.headers["vary"].lower()
    assert "access-control-allow-origin" not in of_no_page.headers
    # A page can only read why it was refused when the refusal names its origin, too.
    for answer in (
        await client.get("/api/v1/photos", headers={"Origin": ORIGIN}),
        await client.get("/api/v1/nothing", headers={"Origin": ORIGIN}),
        await client.post("/api/v1/photos/check", content=b" " * 1025, headers={"Origin": ORIGIN, **person.headers}),
    ):
        assert answer.status_code >= 400
        assert answer.headers["access-control-allow-origin"] == ORIGIN, answer.text
