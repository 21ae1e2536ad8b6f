"""Reading multipart/form-data as it arrives: the file goes to a sink piece by piece, the fields stay small.

Starlette's own form parser would first write the whole upload to a temporary file, which hashing and encrypting
would then have to read again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from evoke.kit.errors import Invalid, TooLarge

MAX_PARTS = 20
MAX_FIELD_BYTES = 64 * 1024


class Sink(Protocol):
    async def write(self, data: memoryview) -> None: ...


@dataclass
class Part:
    name: str
    file_name: str | None
    content: bytearray = field(default_factory=bytearray)


@dataclass
class Form:
    """`file_name` is what the client said of its file; `parts` are the other parts, small and in memory."""

    file_name: str | None = None
    has_file: bool = False
    parts: dict[str, Part] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        part = self.parts.get(name)
        if part is None:
            return None
        try:
            return part.content.decode().strip() or None
        except UnicodeDecodeError as error:
            raise Invalid(f"{name} is not UTF-8.", field=name, reason="not UTF-8") from error


async def receive(request: Request, *, file_part: str, sink: Sink, limits: dict[str, int]) -> Form:
    """Read the whole body. `limits`: bytes for named parts that may be larger than a field.

    Raises Invalid for what is no multipart body or has the file twice, TooLarge for a field over its limit, and
    what the sink raises.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Invalid("Send the photo as multipart/form-data.", field="body", reason="not multipart/form-data")
    reader = _Reader(file_part, sink, limits)
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]  # its callbacks are optional
        async for chunk in request.stream():
            parser.write(chunk)
            await reader.drain()
        parser.finalize()
    except FormParserError as error:
        raise Invalid("The multipart body is damaged.", field="body", reason=str(error)) from error
    if not reader.ended:
        raise Invalid("The upload ended before its last byte.", field="body", reason="incomplete")
    return reader.form


class _Reader:
    """Collects what the parser calls out (it is synchronous) and works it off between chunks."""

    def __init__(self, file_part: str, sink: Sink, limits: dict[str, int]) -> None:
        self.form = Form()
        self.ended = False
        self._file_part = file_part
        self._sink = sink
        self._limits = limits
        self._todo: list[Callable[[], Awaitable[None]]] = []
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._part: Part | None = None
        self._in_file = False
        self._count = 0

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value_,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_end": self._end,
        }

    async def drain(self) -> None:
        todo, self._todo = self._todo, []
        for step in todo:
            await step()

    def _part_begin(self) -> None:
        self._count += 1
        if self._count > MAX_PARTS:
            raise Invalid(f"An upload has at most {MAX_PARTS} parts.", field="body", reason="too many parts")
        self._headers = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_value_(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode(errors="replace")
        given = options.get(b"filename")
        file_name = given.decode(errors="replace") if given is not None else None
        self._in_file = name == self._file_part
        if self._in_file:
            if self.form.has_file:
                raise Invalid(f"Send one {name} at a time.", field=name, reason="given twice")
            self.form.has_file, self.form.file_name = True, file_name
            self._part = None
        else:
            self._part = Part(name, file_name)
            self.form.parts[name] = self._part

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]  # nearly all of it each time, and not copied for that
        if self._in_file:
            self._todo.append(lambda: self._sink.write(piece))
        elif self._part is not None:
            limit = self._limits.get(self._part.name, MAX_FIELD_BYTES)
            if len(self._part.content) + len(piece) > limit:
                raise TooLarge(f"{self._part.name} may have {limit} bytes.", field=self._part.name, max_bytes=limit)
            self._part.content += piece

    def _end(self) -> None:
        self.ended = True
