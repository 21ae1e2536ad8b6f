"""Files that are being written: private, locked while their writer lives, removed when it is gone.

The lock (flock) ends with the process, however it ends. So a file without a lock belongs to nobody and can be swept,
and one that a slow upload still writes to is left alone whatever its age.
"""

import fcntl
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from evoke.platform.crypto.stream import Buffer

_SUFFIX = ".part"


class ScratchFile:
    """A new file of mode 0600 in `folder`, open for writing and reading. All methods block; OSError as it comes.

    One that is to be `durable` goes to the disk as it is written, so that little is left to wait for in the end.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._durable = durable
        self._written = 0
        self.path = folder / f"{secrets.token_hex(16)}{_SUFFIX}"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            self._handle = os.open(self.path, flags, 0o600)
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self.path, flags, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def write(self, data: Buffer) -> None:
        view = memoryview(data)
        while view:
            # A disk that fills up takes a part first and reports the error on the next call.
            count = os.write(self._handle, view)
            if self._durable and hasattr(os, "posix_fadvise"):
                # On Linux this starts the writing of what is dirty, and drops nothing that is not written yet.
                os.posix_fadvise(self._handle, self._written, count, os.POSIX_FADV_DONTNEED)
            self._written += count
            view = view[count:]

    def read(self, start: int, end: int) -> bytes:
        return read_range(self._handle, start, end)

    def sync(self) -> None:
        os.fsync(self._handle)

    def discard(self) -> None:
        """Remove the file, unless it was moved away, and close it."""
        self.path.unlink(missing_ok=True)
        os.close(self._handle)


def read_range(handle: int, start: int, end: int) -> bytes:
    """The bytes from `start` to `end` of an open file, fewer where it ends before. One call gives 2 GiB at most."""
    piece = os.pread(handle, end - start, start)
    if len(piece) == end - start:
        return piece
    pieces = [piece]
    while piece:
        start += len(piece)
        piece = os.pread(handle, end - start, start)
        pieces.append(piece)
    return b"".join(pieces)


def sweep(folder: Path, older_than_seconds: float) -> int:
    """Remove the files in `folder` that have no writer and were not written to for so long. How many there were."""
    removed, limit = 0, time.time() - older_than_seconds
    for path in folder.glob(f"*{_SUFFIX}"):
        with suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                if os.fstat(handle).st_mtime > limit:
                    continue
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed += 1
            finally:
                os.close(handle)
    return removed
