"""An upload on its way in: hashed, encrypted and written to a scratch file while it is being received.

Bytes gather in a buffer of 1 MiB. When it is full two strands take it, one that hashes and one that encrypts and writes
(all of this leaves the interpreter lock), while the next buffer fills: a disk that makes the one wait does not hold up
the other. When all buffers are busy `write` waits, which is what holds a fast sender back. So memory stays at 4 MiB for
an upload of any size, and the event loop only copies. More strands would end one upload sooner and several at a time
later: each turn of a thread costs a turn of the interpreter lock.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, TypeVar

from evoke.kit.errors import TooLarge
from evoke.platform.blobs import framing
from evoke.platform.blobs.buffers import Buffers
from evoke.platform.blobs.errors import disk_errors
from evoke.platform.blobs.plain_file import plain_file
from evoke.platform.blobs.scratch import ScratchFile
from evoke.platform.blobs.strand import Strand
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.stream import CHUNK_BYTES, Buffer, Encryptor

T = TypeVar("T")

HEAD_BYTES: Final = 4096
# One block is worked on and one is ready, while a third one fills: the strands never wait for the event loop.
_BLOCKS_UNDER_WAY: Final = 2


@dataclass(frozen=True, slots=True)
class SpoolResult:
    """What was received: sizes in bytes, digests (32 and 20 bytes) of the plaintext, and where the stored bytes are."""

    size: int
    stored_size: int
    sha256: bytes
    sha1: bytes
    path: Path


@dataclass(frozen=True, slots=True)
class _Block:
    """A filled buffer, and the jobs that read it."""

    buffer: bytearray
    jobs: tuple[futures.Future[None], ...]


class Spool:
    """`async with store.spool(key) as spool`: write, finish, look at it, give it to `store.adopt`.

    What was not adopted is gone when the block ends, however it ends. Not for several tasks at once. `head` has the
    first 4 KiB of the plaintext (or what was received of it), for a look at the type.
    """

    def __init__(
        self,
        folder: Path,
        threads: futures.Executor,
        buffers: Buffers,
        owner_key: OwnerKey | None,
        *,
        max_bytes: int | None = None,
        durable: bool = False,
    ) -> None:
        self.size = 0
        self.result: SpoolResult | None = None
        self.adopted = False
        self._folder = folder
        self._strand, self._hash_strand = Strand(threads), Strand(threads)
        self._owner_key = owner_key
        self._max_bytes = max_bytes
        self._durable = durable
        self._encryptor = Encryptor(owner_key) if owner_key else None
        self._sha256, self._sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
        self._head = bytearray()
        self._buffers = buffers
        self._fill(buffers.take())
        self._under_way: deque[_Block] = deque()
        self._stored_size = 0
        self._scratch: ScratchFile | None = None
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._is_open = True
        self._strand.submit(self._create)  # not waited for: where it fails, so does the first block
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # In the strand: the file is never closed under a job that writes to it (the number of its descriptor may
        # already be another file's), and it goes even when this task is cancelled once more.
        self._is_open = False
        discarded = self._strand.submit(self._discard)
        if not self.adopted:  # else all that is left is to close it, and nobody needs to wait for that
            await _outcome(discarded)

    @property
    def head(self) -> bytes:
        return bytes(self._head)

    async def write(self, data: Buffer) -> None:
        """Take the next bytes. TooLarge past `max_bytes`; StorageFull or StorageUnavailable from the disk."""
        if self.result is not None or not self._is_open:
            raise RuntimeError("a spool takes bytes within `async with`, until it is finished")
        view = memoryview(data).cast("B")
        if self._max_bytes is not None and self.size + len(view) > self._max_bytes:
            raise TooLarge(f"The file is larger than the {self._max_bytes} bytes allowed.", max_bytes=self._max_bytes)
        self.size += len(view)
        if (missing := HEAD_BYTES - len(self._head)) > 0:
            self._head += view[:missing]
        if not self._room:
            await self._settle(0)  # The last write failed; so does this one, in the same way.
        while view:
            # A full buffer waits for one more byte: only then it is known not to be the last.
            if self._filled == CHUNK_BYTES:
                await self._process(last=False)
            taken = min(len(view), CHUNK_BYTES - self._filled)
            self._room[self._filled : self._filled + taken] = view[:taken]
            self._filled += taken
            view = view[taken:]

    async def finish(self) -> SpoolResult:
        """End of input. The digests; the bytes are in the scratch file, and on the disk when the spool is `durable`."""
        if self.result is None:
            await self._process(last=True)
            await self._settle(0)
            self.result = SpoolResult(
                size=self.size,
                stored_size=self._stored_size,
                sha256=self._sha256.digest(),
                sha1=self._sha1.digest(),
                path=self._file().path,
            )
        return self.result

    def draft(self) -> Path:
        """The file to adopt. RuntimeError when the spool is not finished, or was adopted."""
        if self.result is None or self.adopted:
            raise RuntimeError("a spool is adopted once, after it is finished")
        return self.result.path

    async def read_plain(self, start: int = 0, end: int | None = None) -> bytes:
        """The plaintext from `start` to `end` (excluded; None: all), decrypted again. After `finish`."""
        return await _outcome(self._strand.submit(self._read_plain, start, end))

    def open_plain(self) -> BinaryIO:
        """The plaintext as a seekable file, valid within the block, for use in a thread. After `finish`."""
        return plain_file(self._reader(), self.size)

    async def _process(self, *, last: bool) -> None:
        """Hand the buffer that was filled to the strands, and find another one to fill."""
        block = self._room[: self._filled]
        jobs = self._strand.submit(self._store, block, last=last), self._hash_strand.submit(self._hash, block)
        self._under_way.append(_Block(self._filling, jobs))
        self._fill(bytearray())
        await self._settle(_BLOCKS_UNDER_WAY)
        if not last:
            self._fill(self._buffers.take())

    def _fill(self, buffer: bytearray) -> None:
        # Through a view, bytes are copied once; an assignment to a part of a bytearray copies them twice.
        self._filling, self._room, self._filled = buffer, memoryview(buffer), 0

    async def _settle(self, keep: int) -> None:
        """Wait until no more than `keep` blocks are under way. A block whose job failed stays, and raises each time."""
        while len(self._under_way) > keep:
            block = self._under_way[0]
            for job in block.jobs:
                await _outcome(job)
            self._under_way.popleft()
            self._buffers.give_back(block.buffer)

    def _create(self) -> None:
        """The file with its header, or no file at all."""
        with disk_errors():
            scratch = ScratchFile(self._folder, durable=self._durable)
            try:
                if self._encryptor:
                    scratch.write(self._encryptor.header)
                    self._stored_size = len(self._encryptor.header)
            except BaseException:
                scratch.discard()
                raise
        self._scratch = scratch

    def _hash(self, block: memoryview) -> None:
        self._sha256.update(block)
        self._sha1.update(block)

    def _store(self, block: memoryview, *, last: bool) -> None:
        if self._scratch is None:
            self._create()
        if self._encryptor:
            sealed = self._buffers.take()
            used = self._encryptor.seal_into(block, sealed, last=last)
            self._append(memoryview(sealed)[:used])
            self._buffers.give_back(sealed)
        else:
            if not self._stored_size:
                self._append(framing.plain_mark(block))
            self._append(block)
        if last and self._durable:
            with disk_errors():  # while the other strand still hashes, which takes longer
                self._file().sync()

    def _append(self, data: Buffer) -> None:
        with disk_errors():
            self._file().write(data)
        self._stored_size += len(data)

    def _read_plain(self, start: int, end: int | None) -> bytes:
        return self._reader()(start, self.size if end is None else min(end, self.size))

    def _reader(self) -> Callable[[int, int], bytes]:
        if self.result is None:
            raise RuntimeError("a spool is read after it is finished")
        scratch = self._file()
        frame = framing.framing_of(scratch.read(0, framing.HEAD_BYTES), self.result.stored_size, self._owner_key)

        def read_at(start: int, end: int) -> bytes:
            with disk_errors():
                stored = scratch.read(*frame.stored_range(start, end))
            return frame.open_range(start, end, stored)

        return read_at

    def _file(self) -> ScratchFile:
        if self._scratch is None:
            raise RuntimeError("a spool is used within `async with`")
        return self._scratch

    def _discard(self) -> None:
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            with disk_errors():
                scratch.discard()


async def _outcome(job: futures.Future[T]) -> T:
    """The result of a job. Shielded: the job goes on when whoever waits is cancelled, else a block would be missing."""
    return job.result() if job.done() else await asyncio.shield(asyncio.wrap_future(job))
