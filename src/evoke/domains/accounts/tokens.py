"""Tokens: signed ones that say who is calling, and opaque ones whose hash is all we keep.

- access token: a JWT (HS256 by default) with `sub`, `sid`, `role`, `iat`, `exp`, `jti` and `typ`
- refresh token: `evr_` and 64 bytes: session id (16), a secret of the whole family (16), a secret of its own (32)
- API key: `evk_<prefix>_<secret>`; the prefix finds the row, the secret has 32 random bytes
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from evoke.domains.accounts.errors import TokenExpired, TokenInvalid
from evoke.kit.errors import Misconfigured
from evoke.kit.time import Clock, utc_now

ALGORITHMS = ("HS256", "HS384", "HS512")
MIN_KEY_BYTES = 16
CLOCK_SKEW = timedelta(seconds=60)
MAX_TOKEN = 4096
MAX_VERIFIED = 1024
"""Tokens whose signature is known to be good: it stays so, while what the claims say is looked at each time."""
REFRESH_PREFIX = "evr_"
API_KEY_PREFIX = "evk_"
_FAMILY_BYTES = 16
_SECRET_BYTES = 32


class TokenSigner:
    """Signs and reads tokens with one key and one algorithm; a token that names another algorithm is refused."""

    def __init__(self, key: bytes, algorithm: str = "HS256", clock: Clock = utc_now) -> None:
        if algorithm not in ALGORITHMS:
            raise Misconfigured(f"JWT_ALGORITHM is {algorithm!r}; Evoke signs with one of {', '.join(ALGORITHMS)}.")
        if len(key) < MIN_KEY_BYTES:
            raise Misconfigured(
                f"JWT_SECRET_KEY has {len(key)} bytes and needs {MIN_KEY_BYTES} or more. "
                "Take the output of `openssl rand -hex 32`, or leave it out: Evoke then makes a key of its own."
            )
        self._raw = key
        self._key = OctKey.import_key(key)
        self._algorithm = algorithm
        self._clock = clock
        self._verified = lru_cache(maxsize=MAX_VERIFIED)(self._verify)

    def sign(self, kind: str, claims: dict[str, Any], lifetime: timedelta) -> str:
        """A token of one `kind` (claim `typ`): no token of one kind passes for another."""
        now = self._clock()
        standard = {
            "typ": kind,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode({"alg": self._algorithm}, {**claims, **standard}, self._key, algorithms=[self._algorithm])

    def read(self, kind: str, token: str, *, grace: timedelta = timedelta(0)) -> dict[str, Any]:
        """The claims. TokenExpired when `exp` is further back than `grace`, TokenInvalid for anything else amiss."""
        if len(token) > MAX_TOKEN:
            raise TokenInvalid
        claims = dict(self._verified(token))
        issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
        if claims.get("typ") != kind or issued > self._clock() + CLOCK_SKEW:
            raise TokenInvalid
        if expires <= self._clock() - grace:
            raise TokenExpired
        return claims

    def _verify(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._key, algorithms=[self._algorithm]).claims
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise TokenInvalid from error

    def derive(self, purpose: bytes, data: bytes) -> bytes:
        """32 bytes that only the holder of the key can compute from `data`, different for each purpose."""
        subkey = hmac.digest(self._raw, b"evoke/derive/" + purpose, hashlib.sha256)
        return hmac.digest(subkey, data, hashlib.sha256)


@dataclass(frozen=True)
class RefreshToken:
    session_id: uuid.UUID
    family: bytes
    secret: bytes

    @classmethod
    def generate(cls, session_id: uuid.UUID) -> "RefreshToken":
        return cls(session_id, secrets.token_bytes(_FAMILY_BYTES), secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def parse(cls, text: str) -> "RefreshToken":
        """TokenInvalid for whatever does not have the shape."""
        try:
            encoded = text.removeprefix(REFRESH_PREFIX)
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise TokenInvalid from error
        if not text.startswith(REFRESH_PREFIX) or len(raw) != 16 + _FAMILY_BYTES + _SECRET_BYTES:
            raise TokenInvalid
        return cls(uuid.UUID(bytes=raw[:16]), raw[16 : 16 + _FAMILY_BYTES], raw[16 + _FAMILY_BYTES :])

    def successor(self, signer: TokenSigner, salt: bytes) -> "RefreshToken":
        """The next token of the family. The same salt gives the same token; without the key nobody can compute it."""
        return RefreshToken(self.session_id, self.family, signer.derive(b"refresh", salt + self.secret))

    def __str__(self) -> str:
        raw = self.session_id.bytes + self.family + self.secret
        return REFRESH_PREFIX + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def __repr__(self) -> str:
        return f"RefreshToken({self.session_id})"

    @property
    def family_hash(self) -> bytes:
        return hashlib.sha256(self.family).digest()

    @property
    def secret_hash(self) -> bytes:
        return hashlib.sha256(self.secret).digest()


def new_api_key() -> tuple[str, str, bytes]:
    """`(prefix, key, hash)`: the key is shown once, prefix and hash are kept."""
    prefix = secrets.token_hex(6)
    key = f"{API_KEY_PREFIX}{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return prefix, key, hash_api_key(key)


def api_key_prefix(key: str) -> str:
    """TokenInvalid when this is no API key of ours."""
    parts = key.split("_", 2)
    if len(key) > 200 or len(parts) != 3 or f"{parts[0]}_" != API_KEY_PREFIX or not parts[1].isalnum():
        raise TokenInvalid
    return parts[1]


def hash_api_key(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def same(one: bytes, other: bytes | None) -> bool:
    """Equality that takes as long for a near miss as for a wide one."""
    return other is not None and hmac.compare_digest(one, other)


def _moment(value: Any) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TokenInvalid
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TokenInvalid from error
