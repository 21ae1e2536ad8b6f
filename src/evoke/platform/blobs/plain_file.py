"""A blob as a file object, for libraries that want to read and seek. It blocks: use it in a thread."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer as WritableBuffer

# A decrypted stretch is kept, because libraries read a few bytes here and a few there.
_STRETCH = 1 << 20


def plain_file(read_at: Callable[[int, int], bytes], size: int) -> BinaryIO:
    """A seekable, read-only file over `read_at(start, end)`, which gives the plaintext between them."""
    return cast(BinaryIO, io.BufferedReader(_PlainFile(read_at, size), buffer_size=1 << 16))


class _PlainFile(io.RawIOBase):
    def __init__(self, read_at: Callable[[int, int], bytes], size: int) -> None:
        super().__init__()
        self._read_at = read_at
        self._size = size
        self._position = 0
        self._stretch_start = 0
        self._stretch = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the start of the file")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: "WritableBuffer") -> int:
        if self._position >= self._size:
            return 0
        offset = self._position - self._stretch_start
        if not 0 <= offset < len(self._stretch):
            self._stretch_start = self._position - self._position % _STRETCH
            self._stretch = self._read_at(self._stretch_start, min(self._stretch_start + _STRETCH, self._size))
            offset = self._position - self._stretch_start
        with memoryview(buffer).cast("B") as target:
            count = min(len(target), len(self._stretch) - offset)
            target[:count] = self._stretch[offset : offset + count]
        self._position += count
        return count

    def readall(self) -> bytes:
        start, self._position = min(self._position, self._size), max(self._position, self._size)
        return self._read_at(start, self._size) if start < self._size else b""
