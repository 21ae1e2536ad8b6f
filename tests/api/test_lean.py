"""Routes that find their arguments by themselves answer as all others do."""

import json
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from evoke.api.deps import WriteDep
from evoke.api.lean import LeanRoute, LeanRoutes
from tests.factories import people
from tests.factories.journal import ENTRIES, form

STRICT = "/api/v1/intake/analyze"
"""A route that the framework serves, to compare with."""


async def test_bodies_are_read_as_everywhere(client: httpx.AsyncClient, person: people.Person) -> None:
    def shown(answer: httpx.Response) -> tuple[int, Any]:
        return answer.status_code, {**answer.json()["error"], "details": answer.json()["error"]["details"]}

    for content, kind in (
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"\xff", "application/json"),
        (b'{"situation": NaN}', "application/json"),
        (b'{"situation": "\\ud800"}', "application/json"),
        (b"[]", "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b'{"situation": 1}', "text/plain"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ):
        headers = {**person.headers, "Content-Type": kind}
        lean = await client.post(ENTRIES, content=content, headers=headers)
        strict = await client.post(STRICT, content=content, headers=headers)
        assert lean.status_code == strict.status_code == 400, (content, lean.text, strict.text)
        ours, theirs = lean.json()["error"], strict.json()["error"]
        assert (ours["code"], ours["details"]["field"]) == (theirs["code"], theirs["details"]["field"]), content
    headers = {**person.headers, "Content-Type": "application/vnd.api+json; charset=utf-8"}
    assert (await client.post(ENTRIES, content=json.dumps(form()), headers=headers)).status_code == 201


async def test_credentials_are_those_of_everywhere(client: httpx.AsyncClient, person: people.Person) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic x"}, {"X-API-Key": "evk_a_b"}):
        for answer in (
            await client.get(ENTRIES, headers=headers),
            await client.post(ENTRIES, json=form(), headers=headers),
        ):
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
    answer = await client.get(f"{ENTRIES}?emotion=%00", headers=person.headers)
    assert answer.json()["error"]["details"]["field"] == "emotion"


def test_a_signature_that_it_does_not_know_is_refused_at_once() -> None:
    router = APIRouter(route_class=LeanRoute)

    async def endpoint(session: WriteDep) -> Response:
        return Response()

    with pytest.raises(TypeError, match="session"):
        router.add_api_route("/", endpoint)


def test_a_route_that_its_path_alone_does_not_find_is_refused_at_once() -> None:
    async def endpoint() -> Response:
        return Response()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None: ...

    for router, path in ((APIRouter(), "/"), (APIRouter(route_class=LeanRoute), "/{number}")):
        router.add_api_route(path, endpoint)
        with pytest.raises(TypeError, match="no lean route"):
            LeanRoutes(app, routes=router.routes)


async def test_they_are_counted_under_their_route(client: httpx.AsyncClient, person: people.Person) -> None:
    await client.get(f"{ENTRIES}?limit=1", headers=person.headers)
    assert (
        'evoke_http_requests_total{method="GET",route="/api/v1/entries",status="200"}'
        in (await client.get("/metrics")).text
    )
