"""Master keys, owner keys, and how one wraps the other.

A wrapped owner key is `version (1) | master key id (8) | nonce (12) | ciphertext and tag (48)`, 69 bytes. The id lets
a keyring pick the right master key at once, and lets a wrong key be told from damaged data.

Every use of a key goes through its own subkey (HKDF-Expand, RFC 5869 section 2.3; the input is already uniformly
random, so the extract step adds nothing). Random 96-bit nonces are safe for 2**32 messages under one subkey
(NIST SP 800-38D section 8.3), and no use can eat into the budget of another.
"""

import secrets
from collections.abc import Iterable
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from evoke.platform.crypto.errors import WrongKey

KEY_BYTES = 32
ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
WRAPPED_OWNER_KEY_BYTES = 1 + ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES

_WRAP_VERSION = b"\x01"


class _Key:
    """32 secret bytes and what may be shown of them: the id. `repr` shows nothing else, so logs cannot leak a key."""

    _purpose: bytes

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, this has {len(secret)}")
        self._secret = bytes(secret)

    @cached_property
    def id(self) -> bytes:
        """8 bytes that name the key and, being the output of a one-way function, say nothing about it."""
        return self.subkey(b"id")[:ID_BYTES]

    def subkey(self, use: bytes) -> bytes:
        """32 bytes for one use, independent of those for any other."""
        return HKDFExpand(SHA256(), KEY_BYTES, b"evoke/" + self._purpose + b"/" + use).derive(self._secret)

    def reveal(self) -> bytes:
        """The key itself: for wrapping, backups and the key file only."""
        return self._secret

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and secrets.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash((type(self), self.id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id.hex()})"


class OwnerKey(_Key):
    """The key of one owner. Without it nothing of this owner can be read: forgetting it erases everything."""

    _purpose = b"owner"

    @classmethod
    def generate(cls) -> "OwnerKey":
        return cls(secrets.token_bytes(KEY_BYTES))

    @cached_property
    def for_blobs(self) -> AESGCM:
        return AESGCM(self.subkey(b"blobs"))

    @cached_property
    def for_texts(self) -> AESGCM:
        return AESGCM(self.subkey(b"texts"))


class MasterKey(_Key):
    """The key of an installation. It only ever encrypts owner keys."""

    _purpose = b"master"

    @classmethod
    def generate(cls) -> "MasterKey":
        return cls(secrets.token_bytes(KEY_BYTES))

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.subkey(b"wrap"))

    def wrap(self, owner_key: OwnerKey, *, context: bytes) -> bytes:
        """`owner_key` encrypted; `context` (the owner's id) must be given again to unwrap it.

        Binding the context keeps someone who can write to the database from giving one owner the key of another.
        """
        head = _WRAP_VERSION + self.id
        nonce = secrets.token_bytes(NONCE_BYTES)
        return head + nonce + self._cipher.encrypt(nonce, owner_key.reveal(), head + context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> OwnerKey:
        """The owner key. WrongKey when another master key made `wrapped`, or when it or `context` was changed."""
        needed = master_key_id(wrapped)
        if needed != self.id:
            raise WrongKey(needed=needed.hex(), given=self.id.hex())
        head, rest = wrapped[: 1 + ID_BYTES], wrapped[1 + ID_BYTES :]
        try:
            secret = self._cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + context)
        except InvalidTag:
            message = "The stored key of this owner is damaged or belongs to another owner. Restore it from a backup."
            raise WrongKey(message, needed=needed.hex()) from None
        return OwnerKey(secret)


def master_key_id(wrapped: bytes) -> bytes:
    """The id of the master key that made `wrapped`; WrongKey when it is not a wrapped owner key at all."""
    if len(wrapped) != WRAPPED_OWNER_KEY_BYTES or wrapped[:1] != _WRAP_VERSION:
        raise WrongKey("The stored key of this owner has an unknown format. Was it written by a newer version?")
    return wrapped[1 : 1 + ID_BYTES]


class Keyring:
    """The master key in use and those it replaced, so that a rotation can stop anywhere and go on later."""

    def __init__(self, current: MasterKey, previous: Iterable[MasterKey] = ()) -> None:
        self.current = current
        self._by_id = {key.id: key for key in (*previous, current)}

    @property
    def ids(self) -> frozenset[bytes]:
        return frozenset(self._by_id)

    def wrap(self, owner_key: OwnerKey, *, context: bytes) -> bytes:
        return self.current.wrap(owner_key, context=context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> OwnerKey:
        """As `MasterKey.unwrap`, with whichever key of the ring made it."""
        needed = master_key_id(wrapped)
        key = self._by_id.get(needed)
        if key is None:
            raise WrongKey(needed=needed.hex(), given=", ".join(sorted(known.hex() for known in self._by_id)))
        return key.unwrap(wrapped, context=context)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether `wrapped` was made with the master key in use, so that a rotation may pass over it."""
        return master_key_id(wrapped) == self.current.id

    def rewrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """The same owner key under the master key in use. Blobs stay as they are: their keys hang on the owner key."""
        return self.wrap(self.unwrap(wrapped, context=context), context=context)
