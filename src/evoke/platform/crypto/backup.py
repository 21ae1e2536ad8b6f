"""The master key under a passphrase, as a text that can be printed or kept on a stick.

The text is JSON: `{"format": "evoke-master-key", "version": 1, "key_id": hex, "kdf": {"name": "scrypt", "n", "r", "p",
"salt": base64}, "cipher": {"name": "AES-256-GCM", "nonce": base64, "ciphertext": base64}}`. Everything but the
ciphertext is authenticated with it.

Cost of scrypt: N = 2**17, r = 8, p = 1 (OWASP Password Storage Cheat Sheet), 128 MiB and about half a second a guess.
"""

import base64
import binascii
import json
import secrets
import unicodedata
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from evoke.kit.errors import Invalid
from evoke.platform.crypto.errors import BackupInvalid, WrongPassphrase
from evoke.platform.crypto.keys import KEY_BYTES, NONCE_BYTES, MasterKey

MIN_PASSPHRASE: Final = 12

_FORMAT: Final = "evoke-master-key"
_VERSION: Final = 1
_N, _R, _P = 2**17, 8, 1
# A file from elsewhere must not make us allocate whatever it asks for: N * r * 128 bytes.
_MAX_N, _MAX_R, _MAX_P = 2**20, 8, 4
_SALT_BYTES: Final = 16


def export_backup(key: MasterKey, passphrase: str) -> str:
    """The backup of `key`. Invalid when `passphrase` has fewer than 12 characters. Half a second of CPU."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise Invalid(
            f"The passphrase must have at least {MIN_PASSPHRASE} characters.",
            field="passphrase",
            reason=f"at least {MIN_PASSPHRASE} characters",
        )
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    document: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "key_id": key.id.hex(),
        "kdf": {"name": "scrypt", "n": _N, "r": _R, "p": _P, "salt": _base64(salt)},
        "cipher": {"name": "AES-256-GCM", "nonce": _base64(nonce)},
    }
    cipher = AESGCM(_derive(passphrase, salt, n=_N, r=_R, p=_P))
    sealed = cipher.encrypt(nonce, key.reveal(), _canonical(document))
    document["cipher"]["ciphertext"] = _base64(sealed)
    return json.dumps(document, indent=2) + "\n"


def import_backup(text: str, passphrase: str) -> MasterKey:
    """The key in a backup. BackupInvalid when it is none, WrongPassphrase when it does not open."""
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise BackupInvalid("This is not a backup of a master key.")
        if document["version"] != _VERSION:
            raise BackupInvalid(f"This backup has version {document['version']!s:.20}; this program reads {_VERSION}.")
        kdf, sealed = document["kdf"], _unbase64(document["cipher"].pop("ciphertext"))
        salt, nonce = _unbase64(kdf["salt"]), _unbase64(document["cipher"]["nonce"])
        n, r, p = int(kdf["n"]), int(kdf["r"]), int(kdf["p"])
        if not (1 < n <= _MAX_N and n & (n - 1) == 0 and 0 < r <= _MAX_R and 0 < p <= _MAX_P):
            raise BackupInvalid("This backup asks for more work than is reasonable.")
        if len(nonce) != NONCE_BYTES:
            raise BackupInvalid("This backup is incomplete.")
    except (json.JSONDecodeError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise BackupInvalid("This is not a backup of a master key, or a part of it is missing.") from error
    try:
        return MasterKey(AESGCM(_derive(passphrase, salt, n=n, r=r, p=p)).decrypt(nonce, sealed, _canonical(document)))
    except (InvalidTag, ValueError):
        raise WrongPassphrase from None


def _derive(passphrase: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    # The same letters come composed or decomposed from different keyboards and systems.
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive(secret)


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unbase64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
