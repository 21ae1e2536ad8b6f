"""The middleware by itself, around a small application."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from evoke.api import limits
from evoke.api.limits import Budgets, LimitMiddleware
from evoke.domains.accounts.errors import TokenInvalid
from evoke.domains.accounts.schemas import Actor
from evoke.kit.errors import Misconfigured
from evoke.platform.limits import Limiter, MemoryCounter

START = 1_774_108_800.0
KNOWN = {"one": Actor(uuid.uuid4(), "user"), "two": Actor(uuid.uuid4(), "user")}
BUDGETS = Budgets(per_minute=3, per_hour=100, library_per_minute=50, sign_in_per_minute=2, drawing_per_hour=1)


async def authenticate(_scope: Scope, credential: str) -> Actor:
    if credential == "broken":
        raise RuntimeError("the database is away")
    if credential not in KNOWN:
        raise TokenInvalid
    return KNOWN[credential]


async def answer(request: Request) -> Response:
    return JSONResponse({"address": limits.meter(request).address})


async def fail(_request: Request) -> Response:
    return JSONResponse({}, status_code=503)


async def sign_in(request: Request) -> Response:
    try:
        await limits.meter(request).spend_on_sign_in((await request.json())["email"])
    except limits.RateLimited as error:
        return limits.envelope.failure(error)
    return JSONResponse({})


async def health(request: Request) -> Response:
    return JSONResponse({"metered": hasattr(request.state, "meter")})


def make_app(*, enabled: bool = True, trusted: tuple[str, ...] = ()) -> LimitMiddleware:
    routes = [
        Route("/health", health),
        Route("/api/v1/auth/login", sign_in, methods=["POST"]),
        Route("/api/v1/failing", fail),
        Route("/api/v1/photos/{rest:path}", answer),
        Route("/api/v1/{rest:path}", answer, methods=["GET", "OPTIONS"]),
    ]
    limiter = Limiter(MemoryCounter(now=lambda: START), enabled=enabled, now=lambda: START)
    return LimitMiddleware(
        Starlette(routes=routes),
        limiter=lambda _scope: limiter,
        authenticate=authenticate,
        budgets=BUDGETS,
        trusted_proxies=trusted,
    )


def connect(app: Any, address: str = "203.0.113.7") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(address, 5000)), base_url="http://evoke")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with connect(make_app()) as client:
        yield client


def spent(response: httpx.Response) -> tuple[int, str, str]:
    headers = response.headers
    return response.status_code, headers.get("X-RateLimit-Limit"), headers.get("X-RateLimit-Remaining")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_every_answer_says_what_is_left_and_the_last_one_when_to_come_back(client: httpx.AsyncClient) -> None:
    assert spent(await client.get("/api/v1/entries")) == (200, "3", "2")
    assert spent(await client.get("/api/v1/failing")) == (503, "3", "1")
    assert spent(await client.post("/api/v1/failing")) == (405, "3", "0")
    refused = await client.get("/api/v1/entries")
    assert spent(refused) == (429, "3", "0")
    assert refused.headers["Retry-After"] == "60"
    assert refused.headers["X-RateLimit-Reset"] == str(int(START) + 60)
    body = refused.json()
    assert body["success"] is False
    assert body["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert body["error"]["details"]["retry_after_seconds"] == 60
    assert body["meta"]["timestamp"]


async def test_users_pay_for_themselves_wherever_they_are(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        await client.get("/api/v1/entries", headers=bearer("one"))
    elsewhere = connect(client._transport.app, "198.51.100.1")  # type: ignore[attr-defined]  # the same application
    assert (await elsewhere.get("/api/v1/entries", headers={"X-API-Key": "one"})).status_code == 429
    assert spent(await client.get("/api/v1/entries", headers=bearer("two"))) == (200, "3", "2")
    assert spent(await client.get("/api/v1/entries")) == (200, "3", "2")
    await elsewhere.aclose()


@pytest.mark.parametrize(
    "headers", [bearer("unknown"), bearer("broken"), bearer(""), {"Authorization": "Basic eDp5"}, {"X-API-Key": ""}]
)
async def test_whoever_is_not_known_pays_by_address(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    await client.get("/api/v1/entries")
    assert spent(await client.get("/api/v1/entries", headers=headers)) == (200, "3", "1")


async def test_the_library_has_a_budget_of_its_own(client: httpx.AsyncClient) -> None:
    for path in ("photos/1/thumbnail", "search", "jobs/1", "albums", "photos/"):
        response = await client.get(f"/api/v1/{path}", headers=bearer("one"))
    assert spent(response) == (200, "50", "45")
    assert spent(await client.get("/api/v1/photosynthesis", headers=bearer("one"))) == (200, "3", "2")


async def test_signing_in_is_limited_by_account_and_by_address(client: httpx.AsyncClient) -> None:
    async def attempt(email: str, app_client: httpx.AsyncClient = client) -> tuple[int, str, str]:
        return spent(await app_client.post("/api/v1/auth/login", json={"email": email}, headers=bearer("one")))

    assert await attempt("user1@example.org") == (200, "2", "1")
    assert await attempt(" USER1@example.org") == (200, "2", "0")
    assert await attempt("user1@example.org") == (429, "2", "0")
    async with connect(client._transport.app, "198.51.100.1") as elsewhere:  # type: ignore[attr-defined]  # the same
        assert await attempt("user1@example.org", elsewhere) == (200, "2", "1")
    for number in range(2, 10):
        await attempt(f"user{number}@example.org")
    assert await attempt("user99@example.org") == (200, "12", "0")
    assert await attempt("user100@example.org") == (429, "12", "0")
    assert spent(await client.get("/api/v1/entries")) == (200, "3", "2")


async def test_preflights_and_health_cost_nothing(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        assert spent(await client.options("/api/v1/entries")) == (200, None, None)
    assert (await client.get("/health")).json() == {"metered": False}


async def test_switched_off_there_are_no_limits_and_no_headers() -> None:
    async with connect(make_app(enabled=False)) as client:
        for _ in range(5):
            assert spent(await client.get("/api/v1/entries")) == (200, None, None)


def test_drawing_has_its_own_budgets() -> None:
    assert [Budgets().drawing(signed_in=who).rates[0].amount for who in (True, False)] == [50, 10]
    assert BUDGETS.drawing(signed_in=True).name != BUDGETS.drawing(signed_in=False).name


PROXIES = ("10.0.0.0/8", "2001:db8::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client_address"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # a stranger may claim what they like
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # the first entry is what the client claims
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "'; DROP TABLE users", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", " ,, ", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:5000", "198.51.100.1"),
        ("2001:db8::1", "[2001:db8::9]:5000", "2001:db8::9"),
        ("::ffff:10.0.0.1", "2001:db8::9", "2001:db8::9"),
    ],
)
async def test_only_our_proxies_say_where_somebody_is(peer: str, forwarded: str | None, client_address: str) -> None:
    async with connect(make_app(trusted=PROXIES), peer) as client:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        assert (await client.get("/api/v1/where", headers=headers)).json() == {"address": client_address}


async def test_several_headers_count_as_one_list() -> None:
    async with connect(make_app(trusted=PROXIES), "10.0.0.1") as client:
        headers = [("X-Forwarded-For", "192.0.2.66"), ("X-Forwarded-For", "198.51.100.1")]
        assert (await client.get("/api/v1/where", headers=headers)).json() == {"address": "198.51.100.1"}


async def test_one_household_cannot_multiply_by_its_ipv6_addresses() -> None:
    app = make_app()
    for number in range(3):
        async with connect(app, f"2001:db8:1:2::{number}") as client:
            await client.get("/api/v1/entries")
    async with connect(app, "2001:db8:1:2:ffff::1") as client:
        assert (await client.get("/api/v1/entries")).status_code == 429
    async with connect(app, "2001:db8:1:3::1") as client:
        assert (await client.get("/api/v1/entries")).status_code == 200


def test_a_proxy_that_is_no_address_is_told_at_the_start() -> None:
    with pytest.raises(Misconfigured, match="TRUSTED_PROXIES"):
        make_app(trusted=("my-proxy",))
