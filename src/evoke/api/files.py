"""Bytes of a file as an HTTP answer: conditional requests and ranges (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from evoke.domains.photos.errors import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=([0-9]{0,20})-([0-9]{0,20})")
FOREVER = "private, max-age=31536000, immutable"
SMALL_BYTES = 256 * 1024


class Readable(Protocol):
    @property
    def size(self) -> int: ...

    async def read_range(self, start: int = 0, end: int | None = None) -> bytes: ...

    def stream(self, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]: ...


def not_modified(request: Request, etag: str) -> bool:
    """Whether the client has these very bytes (weak comparison, as If-None-Match wants it)."""
    wanted = request.headers.get("if-none-match")
    if wanted is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
    return "*" in tags or f'"{etag}"' in tags


def headers(etag: str, file_name: str, *, download: bool) -> dict[str, str]:
    disposition = "attachment" if download else "inline"
    plain = re.sub(r"[^ !#-\[\]-~]", "_", file_name)
    return {
        "ETag": f'"{etag}"',
        "Cache-Control": FOREVER,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}",
        # A file that somebody uploaded is never a page: no script of it runs, whatever a browser makes of it.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


async def answer(request: Request, blob: Readable, *, mime_type: str, base: dict[str, str]) -> Response:
    """The whole file, or the one range that was asked for; several ranges at once get the whole."""
    wanted = _range(request, blob.size, base["ETag"])
    start, end = wanted or (0, blob.size)
    length = {"Content-Length": str(end - start)}
    if wanted:
        length["Content-Range"] = f"bytes {start}-{end - 1}/{blob.size}"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return Response(status_code=status, media_type=mime_type, headers={**base, **length})
    if end - start <= SMALL_BYTES:
        content = await blob.read_range(start, end)
        return Response(content, status_code=status, media_type=mime_type, headers={**base, **length})
    # Damage at the beginning is told as an error; once the answer is on its way, only cutting it off is left.
    pieces = blob.stream(start, end)
    begun = _joined(await anext(pieces), pieces)
    return StreamingResponse(begun, status_code=status, media_type=mime_type, headers={**base, **length})


async def _joined(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece


def _range(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    header = request.headers.get("range")
    if header is None or request.headers.get("if-range", etag) != etag:
        return None
    match = _RANGE.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(size_bytes=size)
    return start, end
