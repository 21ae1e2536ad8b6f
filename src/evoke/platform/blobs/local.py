"""Blobs in a folder: `objects/<key>`, and `tmp` on the same file system, so that adopting a file is a rename.

Plain system calls rather than obstore's local store: a blob is durable before it counts as stored (obstore does not
call fsync), and a finished upload moves instead of being copied.
"""

import asyncio
import itertools
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from evoke.platform.blobs.backend import BlobInfo, Source
from evoke.platform.blobs.errors import BlobNotFound, disk_errors
from evoke.platform.blobs.framing import HEAD_BYTES
from evoke.platform.blobs.scratch import ScratchFile, read_range
from evoke.platform.crypto.stream import Buffer

T = TypeVar("T")

_LISTING_BATCH: Final = 500
_PLACING_ATTEMPTS: Final = 20


class LocalBackend:
    """`durable=False` leaves it to the system when bytes reach the disk: faster where that is slow, and unsafe."""

    def __init__(self, root: Path, threads: Executor, *, durable: bool = True) -> None:
        self.scratch = root / "tmp"
        self._objects = root / "objects"
        self._threads = threads
        self._durable = self.durable_drafts = durable

    async def adopt(self, draft: Path, key: str) -> None:
        await self._run(self._adopt, draft, key)

    async def put(self, key: str, make: Callable[[], Buffer]) -> None:
        await self._run(self._put, key, make)

    async def open(self, key: str) -> Source:
        return await self._run(_LocalSource, self._objects / key, self._threads)

    async def delete(self, keys: Sequence[str]) -> None:
        await self._run(self._delete, keys)

    async def exists(self, key: str) -> bool:
        return await self._run((self._objects / key).is_file)

    async def iterate(self, prefix: str) -> AsyncIterator[BlobInfo]:
        found = self._walk(self._objects / prefix)
        while batch := await self._run(_some_of, found):
            for info in batch:
                yield info

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)

    def _adopt(self, draft: Path, key: str) -> None:
        with disk_errors():
            self._place(draft, self._objects / key)

    def _put(self, key: str, make: Callable[[], Buffer]) -> None:
        data = make()
        with disk_errors():
            scratch = ScratchFile(self.scratch)
            try:
                scratch.write(data)
                if self._durable:
                    scratch.sync()
                self._place(scratch.path, self._objects / key)
            finally:
                scratch.discard()

    def _place(self, draft: Path, target: Path) -> None:
        for attempt in range(1, _PLACING_ATTEMPTS + 1):
            try:
                made = _make_folders(target.parent)
                draft.replace(target)
                break
            except (FileNotFoundError, FileExistsError):
                # A deletion next door may have removed the folder, which was empty until now, under our hands.
                if attempt == _PLACING_ATTEMPTS or not draft.exists():
                    raise
        if self._durable:
            # The rename is an entry in the folder, and a new folder an entry in the one above.
            for folder in (target.parent, *(folder.parent for folder in made)):
                # Gone again, when the blob was deleted meanwhile.
                with suppress(FileNotFoundError):
                    _sync(folder)

    def _delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            path = self._objects / key
            with disk_errors():
                try:
                    path.unlink(missing_ok=True)
                except (NotADirectoryError, IsADirectoryError):
                    continue
            self._prune(path.parent)

    def _prune(self, folder: Path) -> None:
        """Remove folders that are empty now: the name of one may be the last trace of an owner."""
        while folder != self._objects:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def _walk(self, folder: Path) -> Iterator[BlobInfo]:
        # Blobs come and go while this runs; what is gone by the time it is looked at is left out.
        try:
            entries = list(os.scandir(folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            key = Path(entry.path).relative_to(self._objects).as_posix()
            yield BlobInfo(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


class _LocalSource:
    """An open file. It stays readable when the blob is replaced or deleted, and closes when nobody holds it: a job in
    a thread holds it too, so the descriptor cannot be closed (and given to another file) under a read."""

    stride = 1 << 20

    def __init__(self, path: Path, threads: Executor) -> None:
        self._handle = -1
        self._threads = threads
        with disk_errors():
            try:
                self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise BlobNotFound from error
            status = os.fstat(self._handle)
            if not stat.S_ISREG(status.st_mode):
                raise BlobNotFound
            self.stored_size = status.st_size
            self.last_modified = datetime.fromtimestamp(status.st_mtime, UTC)
            self.head = os.pread(self._handle, HEAD_BYTES, 0)

    async def read(self, start: int, end: int, work: Callable[[Buffer], T]) -> T:
        def job() -> T:
            return work(self.read_now(start, end))

        return await asyncio.get_running_loop().run_in_executor(self._threads, job)

    def read_now(self, start: int, end: int) -> Buffer:
        with disk_errors():
            return read_range(self._handle, start, end)

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)


def _some_of(found: Iterator[BlobInfo]) -> list[BlobInfo]:
    with disk_errors():
        return list(itertools.islice(found, _LISTING_BATCH))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folders(folder: Path) -> list[Path]:
    """Make `folder` and what is missing above it; those that were missing."""
    missing = list(itertools.takewhile(lambda each: not each.exists(), (folder, *folder.parents)))
    folder.mkdir(parents=True, exist_ok=True)
    return missing
