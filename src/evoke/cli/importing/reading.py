"""Reading files of a person's own: they may be large, locked, changed or gone while we read them."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from evoke.cli.importing import kinds
from evoke.cli.importing.findings import File
from evoke.domains.photos.errors import UnsupportedMedia
from evoke.kit.errors import EvokeError
from evoke.platform.blobs.spool import Spool
from evoke.platform.pictures import sniff

BLOCK_BYTES = 1 << 20

Told = Callable[[int], None]


class Unreadable(EvokeError):
    code = "UNREADABLE"
    default_message = "It cannot be read."

    @classmethod
    def of(cls, error: OSError | ValueError) -> "Unreadable":
        text = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return cls(f"It cannot be read: {text[:1].lower()}{text[1:]}.")


class FileChanged(EvokeError):
    code = "FILE_CHANGED"
    default_message = "It changed while it was being read. Import it again when nobody writes to it any more."


class FileEmpty(EvokeError):
    code = "FILE_EMPTY"
    default_message = "It is empty."


class Stopped(EvokeError):
    default_message = "Stopped."


@contextmanager
def file_errors() -> Iterator[None]:
    """What the system says of a person's file, told from what it says of our own."""
    try:
        yield
    except OSError as error:
        raise Unreadable.of(error) from error


class Source:
    """A picture or a video, open for reading; `kind` is what it is by its content.

    `stopped` is asked between blocks. Raises Unreadable, FileEmpty, UnsupportedMedia, and later on FileChanged.
    """

    def __init__(self, file: File, stopped: Callable[[], bool]) -> None:
        self._file = file
        self._stopped = stopped
        if file.size == 0:
            raise FileEmpty
        with file_errors():
            self._handle = kinds.open_regular(file.path)
            try:
                kind = sniff.sniff(os.pread(self._handle.fileno(), sniff.HEAD_BYTES, 0))
            except BaseException:
                self._handle.close()
                raise
        if kind is None:
            self._handle.close()
            raise UnsupportedMedia
        self.kind = kind
        self._size = 0
        self._ended = False

    def close(self) -> None:
        self._handle.close()

    def sha256(self) -> bytes:
        """Of all of it; reading begins at the start again afterwards. Blocks."""
        digest, view = hashlib.sha256(), self._buffer()
        while not self._ended:
            digest.update(view[: self._fill(view)])
        self._handle.seek(0)
        self._size, self._ended = 0, False
        return digest.digest()

    async def send(self, spool: Spool, told: Told) -> None:
        """Everything into `spool`, a block at a time; `told(bytes)` after each."""
        view = self._buffer()
        while not self._ended:
            count = await asyncio.to_thread(self._fill, view)
            await spool.write(view[:count])
            told(count)

    def _buffer(self) -> memoryview:
        # One byte more than a small file has: so its end is seen by the first read.
        return memoryview(bytearray(min(BLOCK_BYTES, self._file.size + 1)))

    def _fill(self, view: memoryview) -> int:
        """Read a full block, unless the file ends; then it has to be the file that we were to read."""
        filled = 0
        while filled < len(view):
            if self._stopped():
                raise Stopped
            with file_errors():
                count = self._handle.readinto(view[filled:])
            if not count:
                self._ended = True
                break
            filled += count
        self._size += filled
        if self._ended:
            self._check()
        return filled

    def _check(self) -> None:
        expected, status = self._file, os.fstat(self._handle.fileno())
        if (self._size, status.st_size, status.st_mtime_ns) != (expected.size, expected.size, expected.modified_ns):
            raise FileChanged


async def opened(file: File, stopped: Callable[[], bool]) -> Source:
    return await asyncio.to_thread(Source, file, stopped)


def read_sidecar(file: File, max_bytes: int) -> bytes:
    """All of the sidecar; one byte more than is allowed, at most, so that whoever parses it can tell. Blocks."""
    with file_errors(), kinds.open_regular(file.path) as handle:
        content = bytearray()
        while len(content) <= max_bytes and (block := handle.read(max_bytes + 1 - len(content))):
            content += block
        return bytes(content)


def file_name(file: File) -> str:
    """The name as text. Bytes that are not UTF-8 come from old Western archives nearly always: Windows-1252."""
    raw = os.fsencode(file.name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def moments(file: File) -> tuple[datetime | None, datetime | None]:
    """When the file was made, where the system knows, and last changed."""
    return _moment(file.created), _moment(file.modified_ns / 1e9)


def _moment(seconds: float | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        # File systems hold times that no calendar has.
        return None
