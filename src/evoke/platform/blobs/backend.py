"""The port between the store and the places where blobs can be. It knows stored bytes only, nothing of keys."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from evoke.platform.crypto.stream import Buffer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A blob in a listing: `size` counts stored bytes (encryption adds 80, and 16 for each MiB)."""

    key: str
    size: int
    last_modified: datetime


class Source(Protocol):
    """One blob, opened. What it reads is of one version, even when the blob is replaced or deleted meanwhile;
    where that cannot be had, BlobChanged or BlobNotFound."""

    head: bytes
    stored_size: int
    last_modified: datetime
    # How many bytes a stream should ask for at once: few where asking is cheap.
    stride: int

    async def read(self, start: int, end: int, work: Callable[[Buffer], T]) -> T:
        """`work` applied, in a thread, to the stored bytes from `start` to `end`."""
        ...

    def read_now(self, start: int, end: int) -> Buffer:
        """The stored bytes, blocking: for code that is in a thread already."""
        ...


class Backend(Protocol):
    """Stores whole blobs, atomically: a reader sees all of a blob or nothing. Keys come checked."""

    durable_drafts: bool
    """Whether the bytes of a draft must be on the disk before it is adopted."""

    async def adopt(self, draft: Path, key: str) -> None:
        """Make the file `draft` the blob `key`, replacing what was there. The file may be gone afterwards."""
        ...

    async def put(self, key: str, make: Callable[[], Buffer]) -> None:
        """Store what `make` gives; it is called in a thread."""
        ...

    async def open(self, key: str) -> Source: ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete what is there; a key without a blob is no error."""
        ...

    async def exists(self, key: str) -> bool: ...

    def iterate(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Every blob under the folder `prefix` (empty: all), in no particular order."""
        ...
