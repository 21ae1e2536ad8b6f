"""The limits of one request, of size and time, and the answer when it goes beyond them or fails unforeseen.

Inside of CORS: a web page can only read why its request was refused when the refusal carries CORS headers, too.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evoke.api import envelope
from evoke.api.errors import answer_unforeseen
from evoke.kit import errors

log = structlog.get_logger(__name__)
MAX_HEADER_BYTES = 64 * 1024
"""Of all headers of a request, names and values. The server itself gives up somewhere between 0.5 and 1 MiB."""
LINGER_SECONDS = 30.0
LINGER_SILENCE_SECONDS = 5.0


class RequestTimeout(errors.EvokeError):
    status = 408
    code = "REQUEST_TIMEOUT"
    default_message = "The upload stood still for too long. Send it again."


class HeadersTooLarge(errors.EvokeError):
    status = 431
    code = "HEADERS_TOO_LARGE"
    default_message = f"The headers of a request may have {MAX_HEADER_BYTES} bytes together."


class Bounds:
    """Bytes of headers and of a body, seconds for an answer.

    `unbounded(scope)` says which requests stream and have limits of their own: those may take as long as they like, but
    an upload must not be silent for `stall` seconds. `patience(scope)` is the seconds that a request has where
    `timeout` would be too few.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body: int,
        timeout: float,
        stall: float,
        unbounded: Callable[[Scope], bool],
        patience: Callable[[Scope], float] = lambda _: 0,
    ) -> None:
        self.app = app
        self.max_body = max_body
        self.timeout = timeout
        self.stall = stall
        self.unbounded = unbounded
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        with closing(_Body(scope, receive)) as body:
            try:
                await self._bounded(scope, body, answer)
            except ClientDisconnect:
                raise  # nobody is left to answer
            except Exception as error:
                if begun:  # the answer is on its way: all that is left is to cut the connection
                    log.error("request.cut_off", path=scope["path"], exc_info=error)
                    raise
                await _failed(error)(scope, receive, answer)
            await body.linger()

    async def _bounded(self, scope: Scope, body: "_Body", send: Send) -> None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            raise HeadersTooLarge(max_bytes=MAX_HEADER_BYTES)
        if self.unbounded(scope):
            await self.app(scope, self._unless_stalled(body), send)
            return
        limited = self._limited(scope, body.receive)
        try:
            async with asyncio.timeout(max(self.timeout, self.patience(scope))) as limit:
                await self.app(scope, limited, send)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise errors.ServiceUnavailable("This took too long and was given up. Try again.") from error

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        too_large = errors.TooLarge(f"A request body may have {self.max_body} bytes here.", max_bytes=self.max_body)
        if declared.isdigit() and int(declared) > self.max_body:
            raise too_large
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_body:
                raise too_large
            return message

        return counted

    def _unless_stalled(self, body: "_Body") -> Receive:
        async def watched() -> Message:
            if not body.is_open:  # what is left to come is the disconnect, and that may take as long as it likes
                return await body.receive()
            try:
                async with asyncio.timeout(self.stall):
                    return await body.receive()
            except TimeoutError as error:
                body.is_open = False  # nothing to wait for after the answer either
                raise RequestTimeout from error

        return watched


class _Body:
    """The body of a request, which may be answered before it has come to its end.

    It is read one message ahead: granian starts to receive when it is asked, not when somebody waits for it, and so
    goes on while the message before is worked on.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._ahead: Awaitable[Message] | None = None
        self.is_open = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])

    async def receive(self) -> Message:
        expected, self._ahead = self._ahead, None
        message = await (self._receive() if expected is None else expected)
        if message["type"] == "http.request" and message.get("more_body", False):
            self._ahead = self._receive()
        else:
            self.is_open = False
        return message

    def close(self) -> None:
        """Let go of what nobody waited for. A server whose `receive` is a coroutine has not begun with it."""
        if inspect.iscoroutine(self._ahead):
            self._ahead.close()

    async def linger(self) -> None:
        """Take what is still being sent, for a while, and drop it.

        Many clients read an answer only when they have sent everything. To close the connection under them would
        reset it, and the reason, a full disk or a file too large, would never be seen.
        """
        if not self.is_open:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while self.is_open:
                    async with asyncio.timeout(LINGER_SILENCE_SECONDS):
                        await self.receive()


def _failed(error: Exception) -> Response:
    return envelope.failure(error) if isinstance(error, errors.EvokeError) else answer_unforeseen(error)
