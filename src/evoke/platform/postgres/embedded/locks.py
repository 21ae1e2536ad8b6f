"""Advisory file locks (flock): the kernel lets go of them when their holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evoke.platform.postgres.embedded.errors import FolderInUse

PAUSE_SECONDS = 0.01


class FileLock:
    """One open lock file. Two of them exclude each other within one process as well.

    A descriptor that a child inherits is the same lock: it is free once the last of them is closed.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock, or change its kind, without waiting; False if another holds it (an old hold is lost then)."""
        try:
            fcntl.flock(self.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Close our descriptor of the lock; may be called again."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@contextmanager
def exclusive(path: Path, *, timeout: float) -> Iterator[None]:
    """Hold the lock at `path` for the block; raises FolderInUse after `timeout` seconds of waiting."""
    lock = FileLock(path)
    deadline = time.monotonic() + timeout
    try:
        while not lock.take():
            if time.monotonic() > deadline:
                raise FolderInUse(
                    f"Another process has been starting or stopping the database in {path.parent} "
                    f"for {timeout:.0f} seconds. Wait for it to finish, or end it, then start again."
                )
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        lock.close()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock at `path` exclusively; creates nothing."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # A shared probe, so that two probes do not see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
