"""Blobs in an object store that obstore speaks to: S3, Google Cloud Storage, Azure, and its store in memory."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from obstore.exceptions import BaseError, PreconditionError

from evoke.platform.blobs.backend import BlobInfo, Source
from evoke.platform.blobs.errors import BlobChanged, BlobNotFound, StorageUnavailable
from evoke.platform.blobs.framing import HEAD_BYTES
from evoke.platform.crypto.stream import Buffer

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult, ObjectMeta
    from obstore.store import ObjectStore

T = TypeVar("T")

_MiB: Final = 1 << 20
# The first request brings this much, so that a thumbnail takes one.
_FIRST_BYTES: Final = 128 << 10
# S3 wants parts of 5 MiB at least and takes 10,000; two at a time keep an upload within about 16 MiB of memory.
_PART_BYTES: Final = 8 * _MiB
_MAX_PARTS: Final = 9_000
_PARTS_AT_ONCE: Final = 2


class ObjectBackend:
    """Uploads are atomic in all of these stores: a multipart upload that was not completed shows nothing.

    Its parts take up room until the bucket drops them: set a lifecycle rule that aborts incomplete multipart uploads.
    """

    durable_drafts = False

    def __init__(self, store: "ObjectStore", threads: Executor) -> None:
        self._store = store
        self._threads = threads

    async def adopt(self, draft: Path, key: str) -> None:
        status = await asyncio.get_running_loop().run_in_executor(self._threads, draft.stat)
        part = max(_PART_BYTES, math.ceil(status.st_size / _MAX_PARTS))
        with _store_errors():
            await self._store.put_async(key, draft, chunk_size=part, max_concurrency=_PARTS_AT_ONCE)

    async def put(self, key: str, make: Callable[[], Buffer]) -> None:
        data = await asyncio.get_running_loop().run_in_executor(self._threads, make)
        with _store_errors():
            await self._store.put_async(key, data, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)

    async def open(self, key: str) -> Source:
        with _store_errors():
            try:
                got = await self._store.get_async(key, options={"range": (0, _FIRST_BYTES)})
                return _ObjectSource(self._store, self._threads, got.meta, bytes(await got.bytes_async()))
            except FileNotFoundError:
                raise
            except (BaseError, ValueError):
                # No store gives a range of an empty object; other errors come again from this call.
                meta = await self._store.head_async(key)
                if meta["size"]:
                    raise
                return _ObjectSource(self._store, self._threads, meta, b"")

    async def delete(self, keys: Sequence[str]) -> None:
        with _store_errors():
            try:
                await self._store.delete_async(list(keys))
            except FileNotFoundError:
                # GCS and Azure report what was not there, and may have stopped at it.
                for key in keys:
                    try:
                        await self._store.delete_async(key)
                    except FileNotFoundError:
                        continue

    async def exists(self, key: str) -> bool:
        with _store_errors():
            try:
                await self._store.head_async(key)
            except FileNotFoundError:
                return False
            return True

    async def iterate(self, prefix: str) -> AsyncIterator[BlobInfo]:
        with _store_errors():
            async for batch in self._store.list(prefix or None, chunk_size=500):
                for meta in batch:
                    yield BlobInfo(meta["path"], meta["size"], meta["last_modified"])


class _ObjectSource:
    """One version of an object, by its ETag."""

    # A request takes tens of milliseconds however little it asks for.
    stride = 4 * _MiB

    def __init__(self, store: "ObjectStore", threads: Executor, meta: "ObjectMeta", first: bytes) -> None:
        self.stored_size = meta["size"]
        self.last_modified = meta["last_modified"]
        self.head = first[:HEAD_BYTES]
        self._store = store
        self._threads = threads
        self._key = meta["path"]
        self._e_tag = meta["e_tag"]
        self._first = first

    async def read(self, start: int, end: int, work: Callable[[Buffer], T]) -> T:
        stored: Buffer
        if end <= len(self._first) or start >= end:
            stored = self._first[start:end]
        else:
            with _store_errors():
                got: GetResult = await self._store.get_async(self._key, options=self._options(start, end))
                stored = memoryview(await got.bytes_async())
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, stored)

    def read_now(self, start: int, end: int) -> Buffer:
        if end <= len(self._first) or start >= end:
            return self._first[start:end]
        with _store_errors():
            return memoryview(self._store.get(self._key, options=self._options(start, end)).bytes())

    def _options(self, start: int, end: int) -> "GetOptions":
        options: GetOptions = {"range": (start, end)}
        if self._e_tag is not None:
            options["if_match"] = self._e_tag
        return options


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what obstore raises into BlobNotFound, BlobChanged or StorageUnavailable."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobNotFound from error
    except PreconditionError as error:
        raise BlobChanged from error
    except (BaseError, OSError, ValueError) as error:
        raise StorageUnavailable from error
