"""As many requests as a server answers over some connections, each sending its next when its last is answered."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.figures import percentile


@dataclass
class Pressed:
    """`seconds` in all, and those of each request."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def p99_ms(self) -> float:
        return percentile(self.latencies, 0.99) * 1000


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def press(port: int, content: bytes, *, connections: int, seconds: float) -> Pressed:
    """Send `content` over and over. Raises RuntimeError for an answer that is no success."""
    loop = asyncio.get_running_loop()
    pressed = Pressed()
    until = time.perf_counter() + seconds
    opened = [
        await loop.create_connection(lambda: _Client(content, until, pressed.latencies), "127.0.0.1", port)
        for _ in range(connections)
    ]
    started = time.perf_counter()
    for _, client in opened:
        client.begin()
    try:
        for outcome in await asyncio.gather(*(client.done for _, client in opened), return_exceptions=True):
            if outcome is not None:
                raise outcome
    finally:
        for transport, _ in opened:
            transport.close()
    pressed.seconds = time.perf_counter() - started
    return pressed


class _Client(asyncio.Protocol):
    """Reads just enough of HTTP to know where an answer ends."""

    def __init__(self, content: bytes, until: float, latencies: list[float]) -> None:
        self._content = content
        self._until = until
        self._latencies = latencies
        self._answer = bytearray()
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def begin(self) -> None:
        assert self._transport is not None
        self._sent = time.perf_counter()
        self._transport.write(self._content)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        if len(body) < int(length.partition(b":")[2]):
            return
        if not self._answer.startswith(b"HTTP/1.1 2"):
            self._end(RuntimeError(bytes(self._answer[:500]).decode(errors="replace")))
            return
        now = time.perf_counter()
        self._latencies.append(now - self._sent)
        self._answer.clear()
        if now < self._until:
            self.begin()
        else:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("The server closed the connection."))

    def _end(self, error: Exception | None = None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
