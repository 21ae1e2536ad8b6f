"""Accounts over HTTP, as the clients see them."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from evoke.bootstrap import Resources, compose
from tests.conftest import make_settings

PASSWORD = "blue-window-47"


def form(email: str = "user1@example.org", password: str = PASSWORD, name: str = "User One") -> dict[str, str]:
    return {"email": email, "password": password, "name": name}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def sign_up(client: httpx.AsyncClient, email: str = "user1@example.org") -> dict[str, object]:
    response = await client.post("/api/v1/auth/register", json=form(email))
    assert response.status_code == 201, response.text
    found: dict[str, object] = response.json()["data"]
    return found


def refused(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    body = response.json()
    assert body["success"] is False
    assert body["error"]["code"] == code
    assert body["meta"]["timestamp"].endswith("Z")
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"
    found: dict[str, object] = body["error"]
    return found


async def test_what_the_journal_app_does(client: httpx.AsyncClient) -> None:
    registered = await client.post("/api/v1/auth/register", json=form())
    assert registered.status_code == 201
    signed_in = await client.post("/api/v1/auth/login", json={"email": "USER1@example.org", "password": PASSWORD})
    assert signed_in.status_code == 200
    for response in (registered, signed_in):
        body = response.json()
        assert body["success"] is True
        assert body["meta"]["api_version"] == "1.0"
        data = body["data"]
        assert uuid.UUID(data["user"]["id"])
        assert {key: data["user"][key] for key in ("email", "name")} == {
            "email": "user1@example.org",
            "name": "User One",
        }
        assert datetime.fromisoformat(data["user"]["created_at"]).utcoffset() == timedelta(0)
        assert data["user"]["created_at"].endswith("Z")
        assert (data["token_type"], data["expires_in"]) == ("bearer", 900)
        assert "password" not in response.text
    token = signed_in.json()["data"]["access_token"]
    headers = {**bearer(token), "Content-Type": "application/json"}
    for body in (b"", b"{}", b"null"):
        refreshed = (await client.post("/api/v1/auth/refresh", headers=headers, content=body)).json()["data"]
    assert (refreshed["token_type"], refreshed["expires_in"]) == ("bearer", 900)
    me = await client.get("/api/v1/auth/me", headers=bearer(refreshed["access_token"]))
    assert me.status_code == 200
    assert me.json()["data"] == {
        **registered.json()["data"]["user"],
        "role": "admin",
        "quota_bytes": None,
        "entry_count": 0,
        "visualization_count": 0,
    }


async def test_refresh_tokens_in_the_body_rotate_and_reuse_ends_the_session(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    first = await sign_up(client)
    second = (await client.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()["data"]
    third = (await client.post("/api/v1/auth/refresh", json={"refresh_token": second["refresh_token"]})).json()["data"]
    assert len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3
    again = await client.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert "ended" in str(refused(again, 401, "UNAUTHORIZED")["message"])
    # The end was committed although the answer was an error.
    refused(await client.get("/api/v1/auth/me", headers=bearer(third["access_token"])), 401, "UNAUTHORIZED")
    last = await client.post("/api/v1/auth/refresh", json={"refresh_token": third["refresh_token"]})
    refused(last, 401, "UNAUTHORIZED")


async def test_refresh_without_anything_good_is_a_401(client: httpx.AsyncClient) -> None:
    refused(await client.post("/api/v1/auth/refresh"), 401, "UNAUTHORIZED")
    refused(await client.post("/api/v1/auth/refresh", json={}), 401, "UNAUTHORIZED")
    refused(await client.post("/api/v1/auth/refresh", json={"refresh_token": "evr_\0"}), 401, "UNAUTHORIZED")
    refused(await client.post("/api/v1/auth/refresh", headers=bearer("a.b.c")), 401, "UNAUTHORIZED")
    refused(await client.post("/api/v1/auth/refresh", json={"refresh_token": 7}), 400, "VALIDATION_ERROR")


async def test_registrations_at_the_same_instant(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.post("/api/v1/auth/register", json=form()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "CONFLICT")


async def test_first_registrations_at_the_same_instant_make_one_administrator(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/v1/auth/register", json=form(f"user{number}@example.org")) for number in range(4))
    )
    roles = sorted(answer.json()["data"]["user"]["role"] for answer in answers)
    assert roles == ["admin", "user", "user", "user"]


async def test_forms_that_keep_no_rule(client: httpx.AsyncClient) -> None:
    wrong = {
        "email": ["", "user1", "user1\0@example.org", "a" * 2000 + "@example.org", None, 7],
        "password": ["", "short", "password", "x" * 129, "x" * 5000, None, ["blue-window-47"]],
        "name": ["", "  ", "n\0", "n" * 300, "n" * 5000, None, {"first": "User"}],
    }
    for field, values in wrong.items():
        for value in values:
            response = await client.post("/api/v1/auth/register", json={**form(), field: value})
            details = refused(response, 400, "VALIDATION_ERROR")["details"]
            assert isinstance(details, dict)
            assert details["field"] == field
            assert details["reason"]
    long = await client.post("/api/v1/auth/register", json=form(name="n" * 300))
    details = refused(long, 400, "VALIDATION_ERROR")["details"]
    assert isinstance(details, dict)
    assert (details["max_length"], details["actual_length"]) == (200, 300)
    broken = b'{"email": "user1@example.org", "password": "blue-window-47", "name": "\\ud800"}'
    for body in (b"", b"{", b"[]", b"null", broken):
        response = await client.post(
            "/api/v1/auth/register", content=body, headers={"Content-Type": "application/json"}
        )
        refused(response, 400, "VALIDATION_ERROR")
    await sign_up(client)


@pytest.mark.parametrize("name", ["محمد علي", "\u200fשם\u200f", "👩\u200d👩\u200d👧\u200d👦 🦊"])
async def test_names_of_any_script_come_back(client: httpx.AsyncClient, name: str) -> None:
    response = await client.post("/api/v1/auth/register", json=form(name=name))
    assert response.json()["data"]["user"]["name"] == name


async def test_signing_in_wrong_has_one_answer(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    told = set()
    for email, password in (
        ("user1@example.org", "wrong-password"),
        ("nobody@example.org", PASSWORD),
        ("%@example.org", PASSWORD),
        ("user_@example.org", PASSWORD),
        ("\0", PASSWORD),
        ("user1@example.org", "\0"),
    ):
        response = await client.post("/api/v1/auth/login", json={"email": email, "password": password})
        error = refused(response, 401, "UNAUTHORIZED")
        told.add(f"{error['message']} {error['details']}")
    assert len(told) == 1


async def test_forged_tokens_open_nothing(client: httpx.AsyncClient, resources: Resources) -> None:
    signed_up = await sign_up(client)
    token = str(signed_up["access_token"])
    head, body, signature = token.split(".")
    other_key = jwt.encode({"alg": "HS256"}, {"typ": "access"}, OctKey.import_key("x" * 32))
    tampered = f"{head}.{body[:-2]}AA.{signature}"
    unsigned = f"eyJhbGciOiJub25lIn0.{body}."
    for credential in ("x", other_key, tampered, unsigned, str(signed_up["refresh_token"]), token + "\u00e9"):
        headers = {"Authorization": f"Bearer {credential}".encode("latin-1")}
        refused(await client.get("/api/v1/auth/me", headers=headers), 401, "UNAUTHORIZED")
    refused(await client.get("/api/v1/auth/me"), 401, "UNAUTHORIZED")
    refused(await client.get("/api/v1/auth/me", headers={"Authorization": f"Basic {token}"}), 401, "UNAUTHORIZED")
    assert (await client.get("/api/v1/auth/me", headers=bearer(token))).status_code == 200


async def test_sessions_are_listed_and_ended(client: httpx.AsyncClient) -> None:
    mine = await sign_up(client)
    theirs = await sign_up(client, "user2@example.org")
    login = {"email": "user1@example.org", "password": PASSWORD}
    agent = {"User-Agent": "EmotionVisualizer/1.0"}
    phone = (await client.post("/api/v1/auth/login", json=login, headers=agent)).json()["data"]
    tablet = (await client.post("/api/v1/auth/login", json=login)).json()["data"]
    here = bearer(str(mine["access_token"]))

    async def listed(headers: dict[str, str]) -> list[dict[str, object]]:
        found = (await client.get("/api/v1/auth/sessions", headers=headers)).json()["data"]["sessions"]
        assert isinstance(found, list)
        return found

    sessions = await listed(here)
    assert [each["current"] for each in sessions].count(True) == 1
    on_phone = next(each for each in sessions if each["user_agent"] == "EmotionVisualizer/1.0")
    assert on_phone["address"] == "127.0.0.1"
    assert "hash" not in str(sessions)
    (foreign,) = await listed(bearer(str(theirs["access_token"])))
    for session_id in (foreign["id"], uuid.uuid4()):
        refused(await client.delete(f"/api/v1/auth/sessions/{session_id}", headers=here), 404, "NOT_FOUND")
    refused(await client.delete("/api/v1/auth/sessions/mine", headers=here), 400, "VALIDATION_ERROR")
    gone = await client.delete(f"/api/v1/auth/sessions/{on_phone['id']}", headers=here)
    assert (gone.status_code, gone.content) == (204, b"")
    refused(await client.get("/api/v1/auth/me", headers=bearer(phone["access_token"])), 401, "UNAUTHORIZED")
    assert (await client.delete("/api/v1/auth/sessions", headers=here)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=bearer(tablet["access_token"])), 401, "UNAUTHORIZED")
    assert [each["current"] for each in await listed(here)] == [True]
    assert (await client.post("/api/v1/auth/logout", headers=here)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=here), 401, "UNAUTHORIZED")
    refused(await client.post("/api/v1/auth/refresh", headers=here), 401, "UNAUTHORIZED")
    assert len(await listed(bearer(str(theirs["access_token"])))) == 1


async def test_a_password_is_changed(client: httpx.AsyncClient) -> None:
    here = bearer(str((await sign_up(client))["access_token"]))
    login = {"email": "user1@example.org", "password": PASSWORD}
    there = (await client.post("/api/v1/auth/login", json=login)).json()["data"]

    async def change(old: str, new: str) -> httpx.Response:
        body = {"old_password": old, "new_password": new}
        return await client.post("/api/v1/auth/password", json=body, headers=here)

    refused(await change("wrong-password", "quiet-river-92"), 400, "VALIDATION_ERROR")
    refused(await change(PASSWORD, "password"), 400, "VALIDATION_ERROR")
    assert (await change(PASSWORD, "quiet-river-92")).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=bearer(there["access_token"])), 401, "UNAUTHORIZED")
    assert (await client.get("/api/v1/auth/me", headers=here)).status_code == 200
    refused(await client.post("/api/v1/auth/login", json=login), 401, "UNAUTHORIZED")
    assert (await client.post("/api/v1/auth/login", json={**login, "password": "quiet-river-92"})).is_success


async def test_api_keys_work_wherever_a_token_does_within_their_scopes(client: httpx.AsyncClient) -> None:
    here = bearer(str((await sign_up(client))["access_token"]))
    body = {"name": "Backup", "scopes": ["account:read"], "expires_at": "2100-01-01T00:00:00Z"}
    created = await client.post("/api/v1/auth/api-keys", json=body, headers=here)
    assert created.status_code == 201
    key, key_id = created.json()["data"]["key"], created.json()["data"]["api_key"]["id"]
    for headers in (bearer(key), {"X-API-Key": key}):
        assert (await client.get("/api/v1/auth/me", headers=headers)).json()["data"]["email"] == "user1@example.org"
        error = refused(await client.post("/api/v1/auth/api-keys", json=body, headers=headers), 403, "FORBIDDEN")
        assert error["details"] == {"scope": "account:write"}
        refused(await client.post("/api/v1/auth/refresh", headers=headers), 401, "UNAUTHORIZED")
    listing = await client.get("/api/v1/auth/api-keys", headers=here)
    assert [each["id"] for each in listing.json()["data"]["api_keys"]] == [key_id]
    assert key.split("_", 2)[2] not in listing.text
    stranger = bearer(str((await sign_up(client, "user2@example.org"))["access_token"]))
    refused(await client.delete(f"/api/v1/auth/api-keys/{key_id}", headers=stranger), 404, "NOT_FOUND")
    assert (await client.delete(f"/api/v1/auth/api-keys/{key_id}", headers=here)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=bearer(key)), 401, "UNAUTHORIZED")
    for wrong in ({**body, "scopes": ["all"]}, {**body, "expires_at": "2001-01-01T00:00:00Z"}, {**body, "name": "\0"}):
        refused(await client.post("/api/v1/auth/api-keys", json=wrong, headers=here), 400, "VALIDATION_ERROR")


async def test_administrators_make_accounts_and_nobody_else(client: httpx.AsyncClient) -> None:
    admin = bearer(str((await sign_up(client))["access_token"]))
    body = {**form("user2@example.org"), "role": "user"}
    created = await client.post("/api/v1/auth/users", json=body, headers=admin)
    assert created.status_code == 201
    assert created.json()["data"]["user"]["role"] == "user"
    assert "access_token" not in created.text
    user = await client.post("/api/v1/auth/login", json={"email": "user2@example.org", "password": PASSWORD})
    token = user.json()["data"]["access_token"]
    refused(
        await client.post("/api/v1/auth/users", json=form("user3@example.org"), headers=bearer(token)), 403, "FORBIDDEN"
    )
    refused(await client.post("/api/v1/auth/users", json=body, headers=admin), 409, "CONFLICT")


async def test_sign_in_attempts_run_out(
    tmp_path: Path, database_url: str, serve: Callable[[Resources], Awaitable[httpx.AsyncClient]]
) -> None:
    settings = make_settings(tmp_path, database_url, limits={"enabled": True}, auth={"open_registration": False})
    resources = compose(settings, database_url)
    client = await serve(resources)
    await sign_up(client)
    refused(await client.post("/api/v1/auth/register", json=form("user2@example.org")), 403, "FORBIDDEN")
    statuses = []
    for _ in range(21):  # the minute may turn once while this runs
        body = {"email": "user1@example.org", "password": "wrong-password"}
        response = await client.post("/api/v1/auth/login", json=body)
        assert response.headers["X-RateLimit-Limit"] == "10"
        statuses.append(response.status_code)
    assert set(statuses) == {401, 429}
    assert response.headers["Retry-After"]
    refused(response, 429, "RATE_LIMIT_EXCEEDED")
    me = await client.get("/api/v1/auth/me")
    assert (me.status_code, me.headers["X-RateLimit-Limit"]) == (401, "100")
    await resources.close()
