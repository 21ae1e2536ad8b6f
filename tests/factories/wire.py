"""HTTP as bytes, for requests that no client library would send."""

import asyncio
import http.client
import io
import json
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class _Received:
    """What http.client takes for a socket."""

    def __init__(self, received: bytes) -> None:
        self.received = received

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.received)


def request(method: str, path: str | bytes, *headers: str | bytes, token: str | None = None) -> bytes:
    """The head of a request that closes the connection after its answer."""
    lines: list[str | bytes] = [b" ".join([method.encode(), _bytes(path), b"HTTP/1.1"]), "Host: evoke", *headers]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    return b"\r\n".join(map(_bytes, [*lines, "Connection: close"])) + b"\r\n\r\n"


async def exchange(client: httpx.AsyncClient, sent: bytes, *more: bytes, seconds: float = 30) -> Answer:
    """Send bytes to the server of `client`, piece by piece, and read its answer to the end of the connection."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    try:
        for piece in (sent, *more):
            writer.write(piece)
            try:
                await writer.drain()
            except ConnectionError:
                break  # it has heard enough; what it says about that is to be read
        received = bytearray()
        async with asyncio.timeout(seconds):
            while piece := await _read(reader):
                received += piece
    finally:
        writer.close()
    return parse(bytes(received))


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65536)
    except ConnectionError:
        return b""


def parse(received: bytes) -> Answer:
    response = http.client.HTTPResponse(_Received(received))  # type: ignore[arg-type]  # all that it needs of a socket
    response.begin()
    headers = httpx.Headers(response.getheaders())
    return Answer(response.status, headers, response.read())


def chunk(data: bytes) -> bytes:
    """A piece of a body with `Transfer-Encoding: chunked`; an empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


async def exchange_until_cut(client: httpx.AsyncClient, sent: bytes) -> Answer:
    """As `exchange`; of an answer that ends before its declared length, what came of it."""
    try:
        return await exchange(client, sent)
    except http.client.IncompleteRead as error:
        return Answer(200, httpx.Headers(), error.partial)
