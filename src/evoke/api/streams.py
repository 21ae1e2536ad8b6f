"""Server-sent events (WHATWG HTML, 9.2): news as they come, a sign of life in between, an end.

The framework's own response would notice a client that left only at the next event, which may be a minute away.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from evoke.api.leaving import until_gone

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
"""When a client that lost its connection comes back."""


@dataclass(frozen=True)
class Event:
    """`data` is sent as JSON; `id` is what the client sends as Last-Event-ID when it comes back."""

    event: str
    data: dict[str, Any]
    id: str | None = None

    def encoded(self) -> bytes:
        text = orjson.dumps(self.data, default=str, option=orjson.OPT_UTC_Z).decode()
        return format_sse_event(data_str=text, event=self.event, id=self.id)


class EventStream(Response):
    """Sends `events` until they end, or the client goes: then their generator is closed at once.

    `on_end` is called in any case, also where the generator was never begun.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncGenerator[Event],
        *,
        on_end: Callable[[], None] = lambda: None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        # Proxies that gather an answer before they pass it on would gather until the end.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._events = events
        self._on_end = on_end
        self._heartbeat = heartbeat_seconds

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(until_gone(receive))
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            self._on_end()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with aclosing(_alive(self._events, self._heartbeat)) as pieces:
            # The first bytes at once, so that the client knows that it is connected.
            await _pass_on(send, format_sse_event(retry=RETRY_MILLISECONDS))
            async for piece in pieces:
                await _pass_on(send, piece)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _pass_on(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _alive(events: AsyncGenerator[Event], seconds: float) -> AsyncGenerator[bytes]:
    """The events as bytes, and a comment whenever there was none for so long."""
    waiting: asyncio.Future[Event] | None = None
    try:
        while True:
            if waiting is None:
                waiting = asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait([waiting], timeout=seconds)
            if not done:
                yield KEEPALIVE_COMMENT
                continue
            try:
                event = waiting.result()
            except StopAsyncIteration:
                return
            waiting = None
            yield event.encoded()
    finally:
        if waiting is not None and not waiting.done():
            waiting.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting
        await events.aclose()


def last_id(text: str | None) -> int:
    """What a client that comes back has seen; 0 for whatever is no id of ours."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
