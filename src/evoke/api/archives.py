"""A ZIP archive that is sent while it is made: no file of it is ever whole in memory or on disk."""

import asyncio
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Member:
    """A file of the archive. Pictures are compressed already: `is_packed`."""

    name: str
    content: AsyncIterator[bytes]
    is_packed: bool = False


class _Pipe:
    """What `zipfile` writes to: it is never asked to go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


async def zipped(members: AsyncIterator[Member]) -> AsyncGenerator[bytes]:
    """The archive, a piece at a time."""
    pipe, now = _Pipe(), datetime.now(UTC)
    with zipfile.ZipFile(pipe, "w") as archive:
        async for member in members:
            info = zipfile.ZipInfo(member.name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_STORED if member.is_packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                async for piece in member.content:
                    await asyncio.to_thread(file.write, piece)
                    if ready := pipe.take():
                        yield ready
    if rest := pipe.take():
        yield rest
