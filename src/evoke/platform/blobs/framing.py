"""How the stored bytes of a blob give its plaintext: encrypted, as they are, or after a mark.

Plain blobs are stored as they are, so that a library without encryption is a folder of ordinary files. What begins like
an encrypted blob but is none (a plain file that starts with the magic, or is cut short within it, or is empty) gets a
mark of 8 bytes before it. So every stored blob says what it is, an encrypted blob that was cut to nothing is not
taken for an empty plain one, and encryption can be switched on and off with blobs of both kinds in place.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from evoke.platform.crypto import stream
from evoke.platform.crypto.errors import BlobCorrupt, WrongKey
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.crypto.stream import MAGIC, Buffer

PLAIN_MARK: Final = MAGIC + bytes(4)
HEAD_BYTES: Final = stream.HEADER_BYTES


class Framing(Protocol):
    """Where the plaintext is in the stored bytes. Every range excludes its end."""

    plain_size: int

    def stored_range(self, start: int, end: int) -> tuple[int, int]: ...

    def open_range(self, start: int, end: int, stored: Buffer) -> bytes: ...


@dataclass
class Plain:
    """The plaintext is the stored bytes from `offset` on."""

    offset: int
    plain_size: int

    def stored_range(self, start: int, end: int) -> tuple[int, int]:
        return self.offset + start, self.offset + end

    def open_range(self, start: int, end: int, stored: Buffer) -> bytes:
        if len(stored) != end - start:
            raise BlobCorrupt
        return bytes(stored)


def plain_mark(head: Buffer) -> bytes:
    """What must stand before a plain blob that begins with `head` (its first four bytes, or all when it has fewer)."""
    return PLAIN_MARK if MAGIC.startswith(bytes(head[: len(MAGIC)])) else b""


def framing_of(head: Buffer, stored_size: int, owner_key: OwnerKey | None) -> Framing:
    """How to read a blob, given its first 80 stored bytes (fewer when it has fewer). BlobCorrupt, WrongKey."""
    head = bytes(head[:HEAD_BYTES])
    if head.startswith(PLAIN_MARK):
        return Plain(len(PLAIN_MARK), stored_size - len(PLAIN_MARK))
    if not plain_mark(head):
        return Plain(0, stored_size)
    if len(head) < HEAD_BYTES:
        raise BlobCorrupt
    if owner_key is None:
        raise WrongKey("This file is encrypted, and no key was given to read it with.")
    return stream.Decryptor(head, stored_size, owner_key)


def framed(plaintext: Buffer, owner_key: OwnerKey | None) -> Buffer:
    """The stored bytes of a small blob: encrypted when there is a key."""
    if owner_key is not None:
        return stream.seal(owner_key, plaintext)
    mark = plain_mark(plaintext)
    return mark + bytes(plaintext) if mark else plaintext
