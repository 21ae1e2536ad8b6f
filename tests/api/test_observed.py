"""What the server says of itself: health, metrics, logs."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text
from websockets.asyncio.client import connect

from evoke.bootstrap import Resources
from evoke.platform.postgres.engine import Database, PoolOptions
from evoke.platform.telemetry import logs
from tests.factories import library, people, pictures

Serve = Callable[[Resources], Awaitable[httpx.AsyncClient]]
PASSWORD = "quiet-river-92-and-a-boat"


@pytest.fixture
def log_lines(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged since the beginning of the test, read back from the file."""
    folder = tmp_path / "told"
    logs.configure("INFO", folder=folder, name="api", console=False)
    yield lambda: [json.loads(line) for line in (folder / "api.log").read_text().splitlines()]
    logs.configure("WARNING", console=False)


@pytest.fixture
async def without_database(resources: Resources, serve: Serve, tmp_path: Path) -> Any:
    """A server whose database is away."""
    away = Database.connect(f"postgresql://evoke@/evoke?host={tmp_path}", pool=PoolOptions(wait=1))
    yield await serve(replace(resources, database=away))
    await away.close()


def samples(answer: httpx.Response) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_healthy_and_ready(client: httpx.AsyncClient) -> None:
    healthy = await client.get("/health")
    assert healthy.json().keys() == {"status", "timestamp", "version"}
    assert healthy.json()["status"] == "healthy"
    ready = await client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    checks = ready.json()["checks"]
    assert checks["database"] == checks["storage"] == {"status": "ok"}
    assert checks["gemini_api"] == checks["nanobanana_api"] == {"status": "not_configured"}


async def test_without_its_database_it_is_healthy_and_not_ready(
    without_database: httpx.AsyncClient, person: people.Person
) -> None:
    assert (await without_database.get("/health")).status_code == 200
    ready = await without_database.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert ready.json()["checks"]["database"]["status"] == "failed"
    assert ready.json()["checks"]["storage"]["status"] == "ok"
    for method, path in (("GET", "/api/v1/photos"), ("GET", "/api/v1/jobs"), ("POST", "/api/v1/search")):
        body = {"json": {}} if method == "POST" else {}
        answer = await without_database.request(method, path, headers=person.headers, **body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE"), path
        assert answer.headers["retry-after"]
    told = samples(await without_database.get("/metrics"))
    assert told["evoke_http_requests_total", "GET", "/api/v1/photos", "503"] >= 1
    assert told["evoke_database_up",] == 0


async def test_without_its_storage_it_is_degraded(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "blobs").rename(tmp_path / "elsewhere") if (tmp_path / "blobs").exists() else None
    (tmp_path / "blobs").write_text("a file where the folder should be")
    ready = await client.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert ready.json()["checks"]["storage"]["status"] == "failed"
    assert str(tmp_path) not in ready.text


async def test_metrics_count_what_happens(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    before = samples(await client.get("/metrics"))
    content = pictures.jpeg(1)
    await library.upload(client, person, content)
    for _ in range(3):
        await client.get(f"/api/v1/photos/{uuid.uuid4()}", headers=person.headers)
    await client.get("/api/v1/nothing/of/the/kind")
    await client.request("BREW", "/health")
    after = samples(await client.get("/metrics"))

    def more(*key: str) -> float:
        return after.get(key, 0) - before.get(key, 0)

    assert more("evoke_http_requests_total", "GET", "/api/v1/photos/{photo_id}", "404") == 3
    assert more("evoke_http_requests_total", "POST", "/api/v1/photos", "201") == 1
    assert more("evoke_http_requests_total", "GET", "unmatched", "404") == 1
    assert more("evoke_http_requests_total", "other", "/health", "405") == 1
    assert more("evoke_http_request_duration_seconds_count", "POST", "/api/v1/photos") == 1
    assert more("evoke_http_request_duration_seconds_bucket", "+Inf", "GET", "/api/v1/photos/{photo_id}") == 3
    assert more("evoke_uploaded_bytes_total") == len(content)
    assert after["evoke_jobs", "photos.process", "queued"] == 1
    assert after["evoke_queue_depth", "photos"] == 1
    assert after["evoke_queue_oldest_seconds", "photos"] >= 0
    assert after["evoke_database_connections", "size"] >= 1
    assert after["evoke_database_up",] == 1
    async with library.working(resources):
        (photo,) = (await client.get("/api/v1/photos", headers=person.headers)).json()["data"]["photos"]
        await library.processed(client, person, photo["id"])
    done = samples(await client.get("/metrics"))
    assert done["evoke_jobs", "photos.process", "done"] == 1
    assert done.get(("evoke_queue_depth", "photos"), 0) == 0


async def test_metrics_may_ask_for_a_token(resources: Resources, serve: Serve, person: people.Person) -> None:
    http = resources.settings.http.model_copy(update={"metrics_token": SecretStr("scrape-me")})
    guarded = resources.settings.model_copy(update={"http": http})
    client = await serve(replace(resources, settings=guarded))
    for headers in ({}, person.headers, {"Authorization": "Bearer scrape"}, {"Authorization": "Bearer "}):
        answer = await client.get("/metrics", headers={name: value.strip() for name, value in headers.items()})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")
    let_in = await client.get("/metrics", headers={"Authorization": "Bearer scrape-me"})
    assert let_in.status_code == 200


async def test_each_request_is_a_line_of_the_log(
    client: httpx.AsyncClient, person: people.Person, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    mine = str(uuid.uuid4())
    await client.get("/api/v1/photos?city=Lisbon", headers={**person.headers, "X-Request-ID": mine})
    await client.get("/health")
    (line,) = [line for line in log_lines() if line["event"] == "request"]
    assert line["request_id"] == mine
    assert (line["method"], line["path"], line["route"]) == ("GET", "/api/v1/photos", "/api/v1/photos")
    assert line["status"] == 200
    assert line["ms"] >= 0
    assert line["timestamp"].endswith("Z")
    assert line["level"] == "info"


async def test_each_socket_leaves_one_line(
    client: httpx.AsyncClient, person: people.Person, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    address = f"{str(client.base_url).replace('http', 'ws', 1)}/api/v1/ws/visualizations/{uuid.uuid4()}"
    for query, code in (("", 4401), (f"?token={person.token}", 4404)):
        async with connect(address + query) as socket:
            await socket.wait_closed()
        assert socket.close_code == code
    ends: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while len(ends) < 2:
            await asyncio.sleep(0.02)
            ends = [line for line in log_lines() if line["event"] == "socket"]
    assert [line["code"] for line in ends] == [4401, 4404]
    assert {line["route"] for line in ends} == {"/api/v1/ws/visualizations/{visualization_id}"}
    assert len({uuid.UUID(line["request_id"]) for line in ends}) == 2
    assert person.token not in json.dumps(log_lines())


async def test_a_crash_is_in_the_log_and_not_in_the_answer(
    client: httpx.AsyncClient,
    person: people.Person,
    resources: Resources,
    log_lines: Callable[[], list[dict[str, Any]]],
) -> None:
    async with resources.database.transaction() as session:
        await session.execute(text("ALTER TABLE photos RENAME COLUMN lens TO looking_glass"))
    answer = await client.get("/api/v1/photos", headers=person.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert answer.json()["error"]["details"] == {}
    for internal in ("lens", "SELECT", "sqlalchemy", "Traceback", "photos"):
        assert internal not in answer.text
    (crash,) = [line for line in log_lines() if line["event"] == "request.crashed"]
    assert crash["request_id"] == answer.json()["meta"]["request_id"]
    assert "lens" in crash["exception"]


async def test_no_secret_reaches_the_log(
    client: httpx.AsyncClient, resources: Resources, log_lines: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    account = {"email": "user@example.org", "password": PASSWORD, "name": "User"}
    signed_in = (await client.post("/api/v1/auth/register", json=account)).json()["data"]
    await client.post("/api/v1/auth/login", json={**account, "password": PASSWORD + "x"})
    bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
    key = {"name": "Backup", "scopes": ["photos:read", "photos:write"]}
    made = (await client.post("/api/v1/auth/api-keys", json=key, headers=bearer)).json()["data"]["key"]
    added = await client.post(
        "/api/v1/photos", files={"file": ("a.jpg", pictures.jpeg(1))}, headers={"X-API-Key": made}
    )
    link = added.json()["data"]["photo"]["urls"]["original"]
    assert (await client.get(link)).status_code == 200
    await client.get(f"/api/v1/photos?token={signed_in['access_token']}", headers=bearer)
    # Where statements fail, what they were given is not told either.
    async with resources.database.transaction() as session:
        refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$"
        await session.execute(text(refuse))
        await session.execute(
            text("CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()")
        )
    failed = await client.post("/api/v1/auth/register", json={**account, "email": "other@example.org"})
    assert failed.status_code == 500
    await client.post("/api/v1/auth/refresh", json={"refresh_token": signed_in["refresh_token"]})
    assert [line for line in log_lines() if line["event"] == "request.crashed"]
    written = (tmp_path / "told" / "api.log").read_text()
    signature = link.rpartition("signature=")[2]
    for secret in (PASSWORD, signed_in["access_token"], signed_in["refresh_token"], made, signature, "$argon2"):
        assert secret not in written
