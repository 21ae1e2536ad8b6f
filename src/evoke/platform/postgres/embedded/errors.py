"""What can go wrong between a folder and a running server; every message says what to do about it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evoke.kit.errors import ServiceUnavailable

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FULL_WORDS = ("No space left on device", "Disk quota exceeded")


class EmbeddedPostgresError(ServiceUnavailable):
    """The embedded database cannot be used; what all errors of this package derive from."""

    default_message = "The embedded database cannot be used."


class NoBinaries(EmbeddedPostgresError):
    """No server was installed for this platform."""


class WrongVersion(EmbeddedPostgresError):
    """The cluster was made by another major version of PostgreSQL."""


class NotACluster(EmbeddedPostgresError):
    """The folder has content, and it is not a cluster of ours."""


class FolderInUse(EmbeddedPostgresError):
    """Another server or another start has the folder."""


class FolderUnusable(EmbeddedPostgresError):
    """Permissions, ownership or the kind of file system stand in the way."""


class DiskFull(EmbeddedPostgresError):
    """There is no space for the database."""


class ServerFailed(EmbeddedPostgresError):
    """A PostgreSQL program ended with an error; the message carries its last words."""


def failed(what: str, output: str) -> EmbeddedPostgresError:
    """The error for a PostgreSQL program that failed with `output`."""
    if any(words in output for words in _FULL_WORDS):
        return DiskFull(f"{what}: the disk is full. Free some space and start again; nothing is lost.")
    return ServerFailed(f"{what}. Its last words:\n{output.strip() or '(nothing)'}")


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn an OSError inside the block into one of ours that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(
                f"The disk of {folder} is full. Free some space and start again; nothing is lost."
            ) from error
        where = error.filename or folder
        raise FolderUnusable(
            f"The database folder {folder} cannot be used: {error.strerror or error} ({where}). "
            "Run as the user who owns the folder, give it to this user, or choose another data folder."
        ) from error
