"""What surrounds every request and every WebSocket: its id, its log line, its metrics.

A pure ASGI middleware: a Starlette BaseHTTPMiddleware would put a task and a queue around each body.
"""

import time
import uuid
from functools import lru_cache

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evoke.kit import ids
from evoke.platform.telemetry import metrics

log = structlog.get_logger("evoke.access")
QUIET = {"/health", "/health/ready", "/metrics"}
NORMAL, NO_STATUS, ABNORMAL = 1000, 1005, 1006
"""Codes of a WebSocket's end: as meant, without one, without a word."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


class Frame:
    """The outermost layer but for the framework's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # As they are: MutableHeaders would look through all of them for each.
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                given.append((b"x-request-id", request_id.encode()))
                given.extend(header for header in SECURITY_HEADERS if header[0] not in names)
                message["headers"] = given
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            status = 0  # nobody is left to answer
        finally:
            _record(scope, status, time.perf_counter() - started)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Logged when it ends, with the code of whoever closed it first (RFC 6455, section 7.4)."""
        started = time.perf_counter()
        codes: list[int] = []

        async def hear() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                codes.append(message.get("code") or NO_STATUS)
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "websocket.close":
                codes.append(message.get("code") or NORMAL)
            await send(message)

        try:
            await self.app(scope, hear, answer)
        finally:
            code = codes[0] if codes else ABNORMAL
            seconds = round(time.perf_counter() - started, 1)
            log.info("socket", path=scope["path"], route=_route(scope), code=code, seconds=seconds)


def _request_id(scope: Scope) -> str:
    """The caller's X-Request-ID where it is a UUID, so that a client can follow its request; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            try:
                return str(uuid.UUID(value.decode("ascii")))
            except ValueError:
                break
    return str(ids.new_id())


def _record(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    route = _route(scope)
    # Anybody may send any word for a method; each new label would stay in memory for ever.
    method = scope["method"] if scope["method"] in METHODS else "other"
    count, latency = _meters(method, route, status or 499)
    count.inc()
    latency.observe(seconds)
    if path not in QUIET:
        log.info(
            "request", method=scope["method"], path=path, route=route, status=status or 499, ms=round(seconds * 1000, 1)
        )


@lru_cache(maxsize=4096)
def _meters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return metrics.REQUESTS.labels(method, route, str(status)), metrics.LATENCY.labels(method, route)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or "unmatched"
