"""A stored blob, opened for reading: any range of its plaintext, at the cost of the chunks that hold it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import BinaryIO

from evoke.kit.boundaries import outside_transaction
from evoke.platform.blobs import framing
from evoke.platform.blobs.backend import Source
from evoke.platform.blobs.framing import Plain
from evoke.platform.blobs.plain_file import plain_file
from evoke.platform.crypto.keys import OwnerKey


class BlobReader:
    """`size` is that of the plaintext. Ranges exclude their end; one past the end of the blob means its end.

    Nothing needs closing. Any of the reads may raise BlobCorrupt, BlobNotFound, BlobChanged or StorageUnavailable.
    Integrity is that of the encryption: of a plain blob only the length is known to be right.
    """

    def __init__(self, source: Source, owner_key: OwnerKey | None) -> None:
        self._source = source
        self._frame = framing.framing_of(source.head, source.stored_size, owner_key)
        self.size = self._frame.plain_size
        self.encrypted = not isinstance(self._frame, Plain)

    @property
    def stored_size(self) -> int:
        return self._source.stored_size

    @property
    def last_modified(self) -> datetime:
        return self._source.last_modified

    async def read_range(self, start: int = 0, end: int | None = None) -> bytes:
        """The plaintext from `start` to `end`; nothing when the range is empty. ValueError when `start` is negative."""
        outside_transaction("blobs.read")
        start, end = self._within(start, end)

        def decode(stored: bytes | bytearray | memoryview) -> bytes:
            return self._frame.open_range(start, end, stored)

        return await self._source.read(*self._frame.stored_range(start, end), decode)

    def stream(self, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The same in pieces of a few MiB at most, the next one being fetched while one is used."""
        return self._pieces(*self._within(start, end))

    def as_file(self) -> BinaryIO:
        """The plaintext as a seekable file that blocks: for libraries that want one, in a thread."""
        outside_transaction("blobs.read")
        return plain_file(self._read_now, self.size)

    async def _pieces(self, start: int, end: int) -> AsyncGenerator[bytes]:
        ahead: asyncio.Task[bytes] | None = None
        try:
            while start < end or ahead is not None:
                # Pieces end where chunks do, so that no chunk is fetched and decrypted twice.
                stop = min(end, start + self._source.stride - start % self._source.stride)
                following = asyncio.create_task(self.read_range(start, stop)) if start < end else None
                current, ahead = ahead, following
                start = stop
                if current is not None:
                    yield await current
        finally:
            if ahead is not None:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    def _read_now(self, start: int, end: int) -> bytes:
        return self._frame.open_range(start, end, self._source.read_now(*self._frame.stored_range(start, end)))

    def _within(self, start: int, end: int | None) -> tuple[int, int]:
        if start < 0:
            raise ValueError("a range begins at 0 or later")
        stop = self.size if end is None else min(end, self.size)
        return min(start, stop), max(stop, 0)
