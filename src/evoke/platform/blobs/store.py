"""The store of blobs as the rest of the program sees it.

Every method leaves the process or waits for a disk, so none may be called while a database transaction is open
(RuntimeError). Errors: BlobNotFound, StorageFull, StorageUnavailable, BlobCorrupt, WrongKey, and Invalid for a bad key.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from evoke.kit.boundaries import outside_transaction
from evoke.platform.blobs import framing, keys, scratch
from evoke.platform.blobs.backend import Backend, BlobInfo
from evoke.platform.blobs.buffers import Buffers
from evoke.platform.blobs.errors import StorageUnavailable, disk_errors
from evoke.platform.blobs.reader import BlobReader
from evoke.platform.blobs.spool import Spool
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.stream import Buffer

# What a crash leaves has no writer; the age is for the moment between the creation of a file and its lock.
SWEEP_AGE: Final = timedelta(hours=1)
_DELETE_BATCH: Final = 1000


class BlobStore:
    """Blobs under keys in one `backend`; uploads in progress in the folder `scratch_folder` of this machine.

    Whether a blob is encrypted is said by the key that is given for it: an `OwnerKey`, or None. Reading needs the
    owner's key only when the blob is encrypted, and ignores it otherwise.
    """

    def __init__(self, backend: Backend, scratch_folder: Path, threads: ThreadPoolExecutor) -> None:
        self._backend = backend
        self._scratch = scratch_folder
        self._threads = threads
        self._buffers = Buffers()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the threads, once they are done with what they have."""
        self._threads.shutdown(wait=True)

    def spool(self, owner_key: OwnerKey | None, *, max_bytes: int | None = None) -> Spool:
        """Where an upload goes: `async with store.spool(key) as spool`. See `Spool`."""
        outside_transaction("blobs.spool")
        durable = self._backend.durable_drafts
        return Spool(self._scratch, self._threads, self._buffers, owner_key, max_bytes=max_bytes, durable=durable)

    async def adopt(self, spool: Spool, key: str) -> None:
        """Make a finished upload the blob `key`, whole and durably, replacing what was there. Once for each spool."""
        outside_transaction("blobs.adopt")
        await self._backend.adopt(spool.draft(), keys.checked(key))
        spool.adopted = True

    async def put_bytes(self, key: str, data: Buffer, owner_key: OwnerKey | None) -> None:
        """Store something small, whole and durably, replacing what was there."""
        outside_transaction("blobs.put")
        await self._backend.put(keys.checked(key), lambda: framing.framed(data, owner_key))

    async def open(self, key: str, owner_key: OwnerKey | None) -> BlobReader:
        outside_transaction("blobs.open")
        return BlobReader(await self._backend.open(keys.checked(key)), owner_key)

    async def get_bytes(self, key: str, owner_key: OwnerKey | None) -> bytes:
        """All of a blob, in memory."""
        return await (await self.open(key, owner_key)).read_range()

    async def exists(self, key: str) -> bool:
        outside_transaction("blobs.exists")
        return await self._backend.exists(keys.checked(key))

    async def delete(self, wanted: Iterable[str]) -> None:
        """Delete the blobs under these keys; a key without a blob is no error."""
        outside_transaction("blobs.delete")
        checked = [keys.checked(key) for key in wanted]
        for start in range(0, len(checked), _DELETE_BATCH):
            await self._backend.delete(checked[start : start + _DELETE_BATCH])

    async def iterate(self, prefix: str = "") -> AsyncIterator[BlobInfo]:
        """Every blob under the folder `prefix` (empty: all), in no particular order."""
        outside_transaction("blobs.iterate")
        async for info in self._backend.iterate(keys.checked_prefix(prefix)):
            yield info

    async def sweep_temporary(self, older_than: timedelta = SWEEP_AGE) -> int:
        """Remove what dead uploads left on this machine; how many there were. Running uploads are safe at any age."""
        outside_transaction("blobs.sweep")
        seconds = older_than.total_seconds()
        return await asyncio.get_running_loop().run_in_executor(self._threads, scratch.sweep, self._scratch, seconds)

    def free_bytes(self) -> int:
        """What is left on the disk that receives uploads (and holds the library, when that is a local folder)."""
        with disk_errors():
            self._scratch.mkdir(parents=True, exist_ok=True)
            return shutil.disk_usage(self._scratch).free

    async def check_writable(self) -> None:
        """Write, read and delete a small blob, and begin an upload. Raises what goes wrong."""
        key, content = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(64)
        try:
            await self.put_bytes(key, content, None)
            if await self.get_bytes(key, None) != content:
                raise StorageUnavailable("The storage gives back other bytes than it was given.")
        finally:
            await self.delete([key])
        async with self.spool(None) as spool:
            await spool.write(content)
            await spool.finish()
