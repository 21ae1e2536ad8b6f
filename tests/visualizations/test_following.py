"""Progress as it happens: server-sent events and WebSockets."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from evoke.bootstrap import Resources
from evoke.domains.visualizations import notices
from evoke.domains.visualizations.live import Feed
from evoke.platform.generation.errors import PictureServiceDown
from tests.factories import library
from tests.factories.generators import FakeArtist
from tests.factories.people import Person
from tests.jobs import stage as jobs
from tests.visualizations import stage
from tests.visualizations.stage import VISUALIZATIONS, error

Event = dict[str, Any]


def parsed(lines: list[str]) -> Event:
    fields = dict(line.split(": ", 1) for line in lines)
    return {**fields, "data": json.loads(fields["data"])} if "data" in fields else fields


async def events(answer: httpx.Response) -> AsyncIterator[Event]:
    """Those with data, as they come."""
    lines: list[str] = []
    async for line in answer.aiter_lines():
        if line and not line.startswith(":"):
            lines.append(line)
        elif not line:
            event, lines = parsed(lines), []
            if "data" in event:
                yield event


async def test_events_until_the_end(
    client: httpx.AsyncClient, resources: Resources, person: Person, artist: FakeArtist
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    heard: list[Event] = []
    async with library.working(resources), contextlib.AsyncExitStack() as stack:
        stack.enter_context(artist.hanging())
        address = f"{VISUALIZATIONS}/{id_}/events"
        async with client.stream("GET", address, headers=person.headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            async for event in events(answer):
                heard.append(event)
                if event["event"] == "progress" and event["data"]["progress"] >= 40:
                    await stack.aclose()
    *progress, last = heard
    percents = [event["data"]["progress"] for event in progress]
    assert percents == sorted(percents)
    assert percents[-1] >= 40
    assert all(event["event"] == "progress" and event["data"]["message"] for event in progress)
    assert [int(event["id"]) for event in heard] == sorted({int(event["id"]) for event in heard})
    assert last["event"] == "complete"
    assert last["data"]["visualization_id"] == id_
    assert (await client.get(last["data"]["image_url"])).status_code == 200
    # Who comes back with the last id hears the end again, and nothing of what was before.
    again = {**person.headers, "Last-Event-ID": last["id"]}
    async with client.stream("GET", f"{VISUALIZATIONS}/{id_}/events", headers=again) as answer:
        assert [event["event"] async for event in events(answer)] == ["complete"]


async def test_a_failure_ends_the_events(
    client: httpx.AsyncClient, resources: Resources, person: Person, artist: FakeArtist
) -> None:
    artist.fail(PictureServiceDown())
    id_ = await stage.asked(client, person, await stage.write(client, person))
    stream = client.stream("GET", f"{VISUALIZATIONS}/{id_}/events", headers=person.headers)
    async with library.working(resources), stream as answer:
        heard = [event async for event in events(answer)]
    assert heard[-1]["event"] == "failed"
    assert heard[-1]["data"]["code"] == "VISUALIZATION_ERROR"
    assert heard[-1]["data"]["retry_allowed"] is True


async def test_one_that_is_deleted_ends_the_events(client: httpx.AsyncClient, person: Person) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    async with client.stream("GET", f"{VISUALIZATIONS}/{id_}/events", headers=person.headers) as answer:
        heard = events(answer)
        assert (await anext(heard))["data"]["status"] == "pending"
        await client.delete(f"{VISUALIZATIONS}/{id_}", headers=person.headers)
        last = await anext(heard)
    assert (last["event"], last["data"]["code"]) == ("failed", "NOT_FOUND")


async def test_streams_are_bounded_and_hold_no_connection(
    client: httpx.AsyncClient, resources: Resources, person: Person
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    most = resources.visualizations.options.max_streams
    open_streams = []  # kept: one that nobody refers to any more is closed
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(most):
            stream = client.stream("GET", f"{VISUALIZATIONS}/{id_}/events", headers=person.headers)
            heard = events(await stack.enter_async_context(stream))
            assert (await anext(heard))["event"] == "progress"
            open_streams.append(heard)
        refused = await client.get(f"{VISUALIZATIONS}/{id_}/events", headers=person.headers)
        assert error(refused) == (429, "RATE_LIMIT_EXCEEDED")
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            while resources.database.pool_status()["in_use"] > 1:  # the one that listens
                await asyncio.sleep(0.05)
        assert resources.feed.followers == most
    async with asyncio.timeout(stage.PATIENCE_SECONDS):
        while resources.feed.followers:
            await asyncio.sleep(0.05)


async def test_a_lost_listener_is_made_up_for(resources: Resources, client: httpx.AsyncClient, person: Person) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    feed = Feed(resources.database)
    try:
        states = await feed.open(person.actor, uuid.UUID(id_))
        assert (await anext(states)).status == "pending"
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            while not feed._listener.connected:
                await asyncio.sleep(0.02)
        mine = "query LIKE 'LISTEN%' AND datname = current_database()"
        killed = await jobs.ask(
            resources.database, f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {mine}"
        )
        assert killed >= 1
        # Changed without a notice: only looking finds it.
        await jobs.ask(
            resources.database,
            "UPDATE visualizations SET status = 'failed', version = version + 1, error_code = 'X', error_message = 'x'",
        )
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            assert (await anext(states)).status == "failed"
        with pytest.raises(StopAsyncIteration):
            await anext(states)
        assert feed.followers == 0
    finally:
        await feed.close()


def test_what_is_no_notice() -> None:
    state = notices.State(uuid.uuid4(), uuid.uuid4(), 3, "processing", 40, "Drawing")
    text = json.dumps([str(state.owner_id), str(state.id), 3, "processing", 40, "Drawing"])
    assert notices.read(text) == state
    for broken in ("", "{}", "[1]", '["a","b",1,"c",2,"d"]'):
        assert notices.read(broken) is None


def socket(client: httpx.AsyncClient, id_: str, query: str = "", **options: Any) -> Any:
    base = str(client.base_url).rstrip("/").replace("http://", "ws://")
    return connect(f"{base}/api/v1/ws/visualizations/{id_}{query}", **options)


async def close_code(connection: ClientConnection) -> int | None:
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(stage.PATIENCE_SECONDS):
            while True:
                await connection.recv()
    return connection.close_code


@pytest.mark.parametrize("way", ["token", "access_token", "bearer", "protocol", "header"])
async def test_a_socket_until_the_end(
    client: httpx.AsyncClient, resources: Resources, person: Person, way: str
) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    query, options = "", {}
    if way in ("token", "access_token"):
        query = f"?{way}={person.token}"
    elif way == "header":
        options = {"additional_headers": person.headers}
    else:
        options = {"subprotocols": ["bearer", person.token] if way == "bearer" else [person.token]}
    heard: list[dict[str, Any]] = []
    async with library.working(resources), socket(client, id_, query, **options) as connection:
        assert connection.subprotocol == {"bearer": "bearer", "protocol": person.token}.get(way)
        with contextlib.suppress(websockets.ConnectionClosedOK):
            async with asyncio.timeout(stage.PATIENCE_SECONDS):
                while True:
                    heard.append(json.loads(await connection.recv()))
    assert connection.close_code == 1000
    assert {message["type"] for message in heard[:-1]} == {"progress"}
    assert set(heard[0]["data"]) == {"progress", "status", "message"}
    assert heard[-1]["type"] == "complete"
    assert heard[-1]["data"]["visualization_id"] == id_
    assert (await client.get(heard[-1]["data"]["image_url"])).status_code == 200


async def test_sockets_that_are_refused(client: httpx.AsyncClient, person: Person, stranger: Person) -> None:
    id_ = await stage.asked(client, person, await stage.write(client, person))
    for where, query, code in (
        (id_, "", 4401),
        (id_, "?token=nonsense", 4401),
        (id_, f"?token={stranger.token}", 4404),
        (str(uuid.uuid4()), f"?token={person.token}", 4404),
        ("no-id", f"?token={person.token}", 4404),
    ):
        async with socket(client, where, query) as connection:
            assert await close_code(connection) == code
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            connection = await stack.enter_async_context(socket(client, id_, f"?token={person.token}"))
            assert json.loads(await connection.recv())["type"] == "progress"
        last = await stack.enter_async_context(socket(client, id_, f"?token={person.token}"))
        assert await close_code(last) == 4429
