"""The format of an encrypted blob: a header, then chunks that can be read in any order.

    header (80 bytes)   "EVK1" | version 1 (1) | zero (3) | chunk size (4) | owner key id (8)
                        | nonce (12) | wrapped data key and its tag (48)
    chunk i             AES-256-GCM of `chunk size` bytes of plaintext (the last: 0 to `chunk size`) and its tag (16)

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", CRYPTO 2015, section 7): the nonce of chunk i is `zero (3) | i (8) | last (1)`, so that a chunk
opens only in its own place, and only the chunk that was written last opens as the last. Cutting, reordering, repeating
and appending are all seen. Counting up nonces is safe because the data key is random and used for one blob only.
The hash of the header is authenticated with each chunk, so chunks of two blobs cannot be exchanged.

A blob that is read in part is verified in part: only what was read. A cut at the border of a chunk shows when the
last chunk is read.
"""

import hashlib
import secrets
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from evoke.platform.crypto.errors import BlobCorrupt, WrongKey
from evoke.platform.crypto.keys import KEY_BYTES, NONCE_BYTES, TAG_BYTES, OwnerKey

Buffer = bytes | bytearray | memoryview

MAGIC: Final = b"EVK1"
VERSION: Final = 1
CHUNK_BYTES: Final = 1 << 20
# What a header may ask for: a damaged one must not make a reader fetch gigabytes for a byte.
MAX_CHUNK_BYTES: Final = 1 << 24

_PREFIX = struct.Struct(">4sB3xI8s")
_NONCE = struct.Struct(">3xQ?")
HEADER_BYTES: Final = _PREFIX.size + NONCE_BYTES + KEY_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in a blob of `stored_size` bytes. All sizes in bytes; every range excludes its end."""

    stored_size: int
    chunk_size: int

    def __post_init__(self) -> None:
        body = self.stored_size - HEADER_BYTES
        tail = body % (self.chunk_size + TAG_BYTES)
        # No body, half a tag, or an empty chunk after full ones: no writer leaves that.
        if body < TAG_BYTES or 0 < tail < TAG_BYTES or (tail == TAG_BYTES and body > TAG_BYTES):
            raise BlobCorrupt

    @property
    def chunks(self) -> int:
        return -(-(self.stored_size - HEADER_BYTES) // (self.chunk_size + TAG_BYTES))

    @property
    def plain_size(self) -> int:
        return self.stored_size - HEADER_BYTES - self.chunks * TAG_BYTES

    def chunk_at(self, position: int) -> int:
        """The index of the chunk with the plaintext byte at `position`; the last one for the end of the blob."""
        return min(position // self.chunk_size, self.chunks - 1)

    def stored_range(self, start: int, end: int) -> tuple[int, int]:
        """The stored bytes of the chunks that hold the plaintext from `start` to `end`: one chunk at least."""
        step = self.chunk_size + TAG_BYTES
        first = self.chunk_at(start)
        stop = max(-(-end // self.chunk_size), first + 1)
        return HEADER_BYTES + first * step, min(HEADER_BYTES + stop * step, self.stored_size)


class _Chunks:
    """What sealing and opening share: the data key and what is authenticated with each chunk."""

    def __init__(self, data_key: bytes, header: bytes) -> None:
        self._cipher = AESGCM(data_key)
        self._header_digest = hashlib.sha256(header).digest()

    def seal_into(self, index: int, plaintext: Buffer, out: bytearray, *, last: bool) -> int:
        with memoryview(out) as view, view[: len(plaintext) + TAG_BYTES] as room:
            nonce = _NONCE.pack(index, last)
            return self._cipher.encrypt_into(nonce, plaintext, self._header_digest + nonce, room)

    def open(self, index: int, sealed: Buffer, *, last: bool) -> bytes:
        nonce = _NONCE.pack(index, last)
        try:
            return self._cipher.decrypt(nonce, sealed, self._header_digest + nonce)
        except InvalidTag:
            raise BlobCorrupt from None


class Encryptor:
    """Seals one blob under a data key of its own. First comes `header`, then each chunk in order."""

    def __init__(self, owner_key: OwnerKey, *, chunk_size: int = CHUNK_BYTES) -> None:
        data_key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        prefix = _PREFIX.pack(MAGIC, VERSION, chunk_size, owner_key.id)
        self.header = prefix + nonce + owner_key.for_blobs.encrypt(nonce, data_key, prefix)
        self.chunk_size = chunk_size
        self._chunks = _Chunks(data_key, self.header)
        self._next = 0
        self._finished = False

    def seal_into(self, plaintext: Buffer, out: bytearray, *, last: bool) -> int:
        """Seal the next chunk into `out`; how many bytes of it are used (16 more than `plaintext` has).

        Every chunk but the last has exactly `chunk_size` bytes; a blob has at least one chunk, the last, which is empty
        only when the blob is. Anything else is a bug of the caller: ValueError.
        """
        full = len(plaintext) == self.chunk_size
        if self._finished or len(plaintext) > self.chunk_size or not (full or last):
            raise ValueError("a chunk after the last one, or of the wrong size")
        if last and not plaintext and self._next:
            raise ValueError("an empty last chunk after others")
        used = self._chunks.seal_into(self._next, plaintext, out, last=last)
        self._next += 1
        self._finished = last
        return used


class Decryptor:
    """Opens any part of one blob, given its header (the first 80 bytes) and its stored size.

    BlobCorrupt when the header is damaged, WrongKey when it was made with another owner key.
    """

    def __init__(self, header: Buffer, stored_size: int, owner_key: OwnerKey) -> None:
        header = bytes(header[:HEADER_BYTES])
        if len(header) < HEADER_BYTES:
            raise BlobCorrupt
        magic, version, chunk_size, key_id = _PREFIX.unpack_from(header)
        if magic != MAGIC or not 0 < chunk_size <= MAX_CHUNK_BYTES:
            raise BlobCorrupt
        if version != VERSION:
            raise BlobCorrupt(f"The stored file has format {version}; this program reads {VERSION}.")
        if key_id != owner_key.id:
            raise WrongKey(needed=key_id.hex(), given=owner_key.id.hex())
        prefix, rest = header[: _PREFIX.size], header[_PREFIX.size :]
        try:
            data_key = owner_key.for_blobs.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], prefix)
        except InvalidTag:
            raise BlobCorrupt from None
        self.layout = Layout(stored_size, chunk_size)
        self.plain_size = self.layout.plain_size
        self._chunks = _Chunks(data_key, header)

    def stored_range(self, start: int, end: int) -> tuple[int, int]:
        """Which stored bytes `open_range` needs; `0 <= start <= end <= plain_size`."""
        return self.layout.stored_range(start, end)

    def open_range(self, start: int, end: int, stored: Buffer) -> bytes:
        """The plaintext from `start` to `end`, given the stored bytes of `stored_range(start, end)`."""
        layout, step = self.layout, self.layout.chunk_size + TAG_BYTES
        low, high = layout.stored_range(start, end)
        if len(stored) != high - low:
            raise BlobCorrupt
        first = layout.chunk_at(start)
        final = layout.chunks - 1
        view = memoryview(stored)
        pieces: list[Buffer] = [
            self._chunks.open(first + number, view[offset : offset + step], last=first + number == final)
            for number, offset in enumerate(range(0, len(view), step))
        ]
        skip = start - first * layout.chunk_size
        if len(pieces) == 1:
            return bytes(pieces[0])[skip : skip + end - start]
        pieces[0] = memoryview(pieces[0])[skip:]
        surplus = sum(map(len, pieces)) - (end - start)
        pieces[-1] = memoryview(pieces[-1])[: len(pieces[-1]) - surplus]
        return b"".join(pieces)


def seal(owner_key: OwnerKey, plaintext: Buffer, *, chunk_size: int = CHUNK_BYTES) -> bytes:
    """A whole encrypted blob, for what is small enough to be in memory."""
    encryptor = Encryptor(owner_key, chunk_size=chunk_size)
    sealed, out = [encryptor.header], bytearray(min(chunk_size, len(plaintext)) + TAG_BYTES)
    view = memoryview(plaintext)
    for start in range(0, max(len(view), 1), chunk_size):
        chunk = view[start : start + chunk_size]
        used = encryptor.seal_into(chunk, out, last=start + chunk_size >= len(view))
        sealed.append(bytes(out[:used]))
    return b"".join(sealed)


def open_sealed(owner_key: OwnerKey, stored: Buffer) -> bytes:
    """The plaintext of a whole encrypted blob. BlobCorrupt, WrongKey."""
    decryptor = Decryptor(stored, len(stored), owner_key)
    low, high = decryptor.stored_range(0, decryptor.plain_size)
    return decryptor.open_range(0, decryptor.plain_size, memoryview(stored)[low:high])
