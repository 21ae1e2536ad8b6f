"""Short texts under an owner's key.

An encrypted text is `version (1) | nonce (12) | ciphertext and tag`, 29 bytes longer than its UTF-8. AES-256-GCM with
a random nonce: safe for 2**32 texts of one owner (NIST SP 800-38D section 8.3).
"""

import secrets

from cryptography.exceptions import InvalidTag

from evoke.platform.crypto.errors import TextCorrupt
from evoke.platform.crypto.keys import NONCE_BYTES, TAG_BYTES, OwnerKey

_VERSION = b"\x01"


def encrypt_text(owner_key: OwnerKey, plaintext: str, *, context: bytes) -> bytes:
    """`plaintext` encrypted. `context` says what it is (table, column, row id) and must be given again to read it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _VERSION + nonce + owner_key.for_texts.encrypt(nonce, plaintext.encode(), _VERSION + context)


def decrypt_text(owner_key: OwnerKey, encrypted: bytes, *, context: bytes) -> str:
    """The text. TextCorrupt when it was changed, or made with another key or for another context."""
    if len(encrypted) < 1 + NONCE_BYTES + TAG_BYTES or encrypted[:1] != _VERSION:
        raise TextCorrupt
    nonce, sealed = encrypted[1 : 1 + NONCE_BYTES], encrypted[1 + NONCE_BYTES :]
    try:
        return owner_key.for_texts.decrypt(nonce, sealed, _VERSION + context).decode()
    except InvalidTag:
        raise TextCorrupt from None
