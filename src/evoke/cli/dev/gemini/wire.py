"""HTTP/1.1 on a socket, by h11: connections that can be reset, cut, closed and stalled as no web framework lets one."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import h11

_CHUNK = 65_536
_MAX_BODY = 200 * 1024 * 1024


class Conduct(Enum):
    """What is done with an answer."""

    WHOLE = auto()
    RESET = auto()
    CLOSE = auto()
    CUT = auto()
    STALL = auto()


@dataclass
class Received:
    """A request. `headers` have names in lower case; `gone` is set when the client does not get all of its answer."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    conduct: Conduct = Conduct.WHOLE


Handler = Callable[[Received], Coroutine[Any, Any, Reply]]


class Server:
    """Calls `handler` for each request, and cancels it when the client leaves."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port; 0 is a free one. Raises OSError."""
        self._server = await asyncio.start_server(self._accept, host, port, backlog=1024)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_Connection(reader, writer, self._handler).run())
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Serve one request after the other until an end."""
        try:
            while (received := await self._receive()) is not None:
                reply = await self._while_there(self._handler(received), received.gone)
                if reply is None or not await self._send(reply, received.gone):
                    break
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            await self._complain(error)
        except ConnectionError:
            pass  # the other side is gone, and with it whoever could be told
        finally:
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()

    async def _receive(self) -> Received | None:
        event = await self._event()
        if not isinstance(event, h11.Request):
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
        received = Received(event.method.decode("ascii"), event.target.decode("ascii"), headers)
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > _MAX_BODY:
                raise h11.RemoteProtocolError("The request is too large", 413)
        received.body = bytes(body)
        return received

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._writer.write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _while_there(self, work: Awaitable[Reply], gone: asyncio.Event) -> Reply | None:
        """What the handler returns; None, and the handler cancelled, if the client leaves first."""
        working, leaving = asyncio.ensure_future(work), asyncio.create_task(self._until_gone())
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            gone.set()
            return None
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)

    async def _until_gone(self) -> None:
        with suppress(ConnectionError):
            while data := await self._reader.read(_CHUNK):
                self._http.receive_data(data)  # the next request may come before this one's answer

    async def _send(self, reply: Reply, gone: asyncio.Event) -> bool:
        """Whether the connection can go on."""
        if reply.conduct in (Conduct.RESET, Conduct.CLOSE):
            if reply.conduct is Conduct.RESET:
                self._reset()
            gone.set()
            return False
        headers = [("content-type", reply.content_type), ("content-length", str(len(reply.body)))]
        head = self._http.send(h11.Response(status_code=reply.status, headers=[*headers, ("server", "stand-in")]))
        part = reply.body if reply.conduct is Conduct.WHOLE else reply.body[: len(reply.body) // 2]
        try:
            self._writer.write((head or b"") + (self._http.send(h11.Data(data=part)) or b""))
            await self._writer.drain()
        except ConnectionError:
            gone.set()
            return False
        if reply.conduct is Conduct.WHOLE:
            self._http.send(h11.EndOfMessage())
            return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if reply.conduct is Conduct.STALL:
            await self._until_gone()
        gone.set()
        return False

    def _reset(self) -> None:
        # To linger for no time is to send RST in place of FIN (SO_LINGER in socket(7)).
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _complain(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [("content-type", "text/plain"), ("connection", "close"), ("content-length", "0")]
            answer = self._http.send(h11.Response(status_code=error.error_status_hint, headers=headers))
            self._writer.write(answer or b"")
            with suppress(ConnectionError):
                await self._writer.drain()
