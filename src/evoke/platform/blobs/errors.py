"""What storage answers when it cannot do what it was asked. `StorageFull` is in the kit: other disks fill up too."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from evoke.kit.errors import NotFound, ServiceUnavailable, StorageFull

# A quota and the largest size of a file end a write the same way as a full disk, and are mended the same way.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class BlobNotFound(NotFound):
    """There is no blob under the key. For a photo that is in the database this means that its file was lost."""

    default_message = "The file is not in the storage. If it should be, bring it back from a backup."


class BlobChanged(ServiceUnavailable):
    """The blob was replaced while it was being read, so that what follows would not fit what was read before."""

    code = "BLOB_CHANGED"
    default_message = "The file was replaced while it was being read. Read it again from the start."


class StorageUnavailable(ServiceUnavailable):
    """The place for blobs does not answer or refuses; the cause is chained, for the log."""

    code = "STORAGE_UNAVAILABLE"
    default_message = "The storage for files is not available. Try again soon; `evoke doctor` says what is wrong."


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the file system reports into StorageFull or StorageUnavailable."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise StorageUnavailable from error
