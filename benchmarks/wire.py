"""A client that costs next to nothing, so that what is measured is the server: blocking sockets, no copies."""

import json
import secrets
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

Buffer = bytes | memoryview


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def data(self) -> Any:
        """What the envelope holds. Raises RuntimeError when the answer is an error."""
        if self.status >= 300:
            raise RuntimeError(f"HTTP {self.status}: {self.body[:500]!r}")
        return json.loads(self.body)["data"]


class Connection:
    """One keep-alive connection to the loopback, without compression."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None, *, timeout: float = 120) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def get(self, path: str) -> Answer:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{self._headers}\r\n".encode())
        return self._answer()

    def post(self, path: str, body: object = None) -> Answer:
        return self._post(path, "application/json", [json.dumps(body).encode()])

    def upload(self, name: str, pieces: Iterable[Buffer], size: int) -> Answer:
        """Send a photo as a browser does; `pieces` have `size` bytes together."""
        boundary = secrets.token_hex(16)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return self._post("/api/v1/photos", kind, [head, *pieces, tail], len(head) + size + len(tail))

    def _post(self, path: str, kind: str, body: Iterable[Buffer], size: int | None = None) -> Answer:
        if size is None:
            body = list(body)
            size = sum(map(len, body))
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{self._headers}Content-Type: {kind}\r\n"
        self._socket.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
        for piece in body:
            self._socket.sendall(piece)
        return self._answer()

    def _answer(self) -> Answer:
        status = int(self._line().split()[1])
        length = 0
        while line := self._line():
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
        return Answer(status, self._file.read(length))

    def _line(self) -> str:
        line = self._file.readline()
        if not line:
            raise ConnectionError("The server closed the connection.")
        return line.decode("latin-1").rstrip("\r\n")
