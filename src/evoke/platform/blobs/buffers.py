"""Buffers that are used again. Memory fresh from the system costs a page fault for every 4 KiB, which on a virtual
machine can take longer than to hash, encrypt and write what goes in."""

from typing import Final

from evoke.platform.crypto.keys import TAG_BYTES
from evoke.platform.crypto.stream import CHUNK_BYTES

# Four for each of three uploads at the same instant; what more uploads need is given back to the system.
_KEPT: Final = 12


class Buffers:
    """Buffers for one chunk, plain or sealed. May be used from several threads: `list` operations are atomic."""

    size: Final = CHUNK_BYTES + TAG_BYTES

    def __init__(self) -> None:
        self._idle: list[bytearray] = []

    def take(self) -> bytearray:
        """A buffer of `size` bytes with anything in it."""
        try:
            return self._idle.pop()
        except IndexError:
            return bytearray(self.size)

    def give_back(self, buffer: bytearray) -> None:
        if len(self._idle) < _KEPT:
            self._idle.append(buffer)
