"""Names of blobs: what every kind of storage can hold, and nothing that means something to a file system."""

import re

from evoke.kit.errors import Invalid

MAX_KEY = 512

# No segment begins with a dot: that rules out `..`, and leaves names for our own use.
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._=-]{0,199}"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")


def checked(key: str) -> str:
    """`key` when it is one: segments of letters, digits and `._=-`, between slashes, 512 characters at most.

    Invalid otherwise. One key must not be a folder in another (`a` and `a/b`): a file system has no place for both.
    """
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise Invalid("This is not the name of a blob.", field="key", reason=f"not a valid key: {key[:80]!r}")
    return key


def checked_prefix(prefix: str) -> str:
    """`prefix` without a slash at its end: empty for everything, otherwise a key taken as a folder."""
    folder = prefix.removesuffix("/")
    return checked(folder) if folder else ""
