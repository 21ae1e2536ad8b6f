"""The body of a request, as far as no client can see it: who reads when."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable

from starlette.types import Message, Receive, Scope, Send

from evoke.api.bounds import Bounds

MESSAGES: list[Message] = [
    {"type": "http.request", "body": b"a", "more_body": True},
    {"type": "http.request", "body": b"b", "more_body": True},
    {"type": "http.request", "body": b"c", "more_body": False},
]
SCOPE: Scope = {"type": "http", "path": "/", "headers": [(b"content-length", b"3")]}


def bounds(app: object, *, upload: bool) -> Bounds:
    return Bounds(app, max_body=10, timeout=5, stall=5, unbounded=lambda _: upload)  # type: ignore[arg-type]


async def ignore(_message: Message) -> None:
    """An answer that nobody reads."""


async def test_the_next_piece_is_on_its_way_while_one_is_worked_on() -> None:
    """A server whose `receive` begins at once, as granian's does."""
    asked: list[int] = []

    def receive() -> Awaitable[Message]:
        future = asyncio.get_running_loop().create_future()
        future.set_result(MESSAGES[len(asked)])
        asked.append(len(asked))
        return future

    seen: list[tuple[bytes, int]] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        more = True
        while more:
            message = await receive()
            seen.append((message["body"], len(asked)))
            more = message["more_body"]

    for upload in (True, False):
        asked.clear()
        seen.clear()
        await bounds(app, upload=upload)(SCOPE, receive, ignore)
        assert seen == [(b"a", 2), (b"b", 3), (b"c", 3)]


async def test_what_was_asked_for_ahead_is_not_left_behind() -> None:
    """A server whose `receive` is a coroutine, and a request that is given up in the middle."""

    async def receive() -> Message:
        return MESSAGES[0]

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        raise asyncio.CancelledError

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        task = asyncio.create_task(bounds(app, upload=True)(SCOPE, receive, ignore))
        await asyncio.wait([task])
        assert task.cancelled()
        del task  # and with it what its traceback holds
        gc.collect()
    assert caught == []
