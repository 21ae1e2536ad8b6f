"""Signed addresses of a photo's files: they open without a header, for one file, until they expire."""

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from evoke.domains.photos import errors

Variant = Literal["thumbnail", "preview", "original"]
VARIANTS: tuple[Variant, ...] = ("thumbnail", "preview", "original")
DAY = 86_400
SIGNATURE_BYTES = 18
"""Of each variant: no signature is guessed, and base64 needs no padding."""
_CHARACTERS = SIGNATURE_BYTES * 4 // 3


@dataclass(frozen=True)
class Signer:
    """`base` is put before each path: empty for paths on the same host. `key` has 16 to 64 bytes."""

    key: bytes
    base: str = ""

    def urls(
        self, owner_id: uuid.UUID, photo_id: uuid.UUID, rendition: int, *, now: float | None = None
    ) -> dict[str, str]:
        """The three addresses of a photo, good for one to two days.

        They stay the same for a calendar day, so that a browser's cache can know them; `v` changes with the
        renditions, which makes it safe to cache what is behind them for ever.
        """
        expires = (int(time.time() if now is None else now) // DAY + 2) * DAY
        owner = owner_id.hex
        path = f"{self.base}/api/v1/photos/{photo_id}/"
        query = f"?v={rendition}&owner={owner}&expires={expires}&signature="
        signed = self._signatures(f"{owner}/{photo_id.hex}/{expires}")
        return {
            "thumbnail": f"{path}thumbnail{query}{signed[:_CHARACTERS]}",
            "preview": f"{path}preview{query}{signed[_CHARACTERS : 2 * _CHARACTERS]}",
            "original": f"{path}original{query}{signed[2 * _CHARACTERS :]}",
        }

    def check(
        self, owner_id: uuid.UUID, photo_id: uuid.UUID, variant: Variant, *, expires: int, signature: str
    ) -> None:
        """Raise LinkExpired unless the signature is ours for this file and still good."""
        start = VARIANTS.index(variant) * _CHARACTERS
        expected = self._signatures(f"{owner_id.hex}/{photo_id.hex}/{expires}")[start : start + _CHARACTERS]
        if not hmac.compare_digest(expected.encode(), signature.encode()) or expires < time.time():
            raise errors.LinkExpired

    @cached_property
    def _keyed(self) -> Any:
        return hashlib.blake2b(key=self.key, digest_size=SIGNATURE_BYTES * len(VARIANTS))

    def _signatures(self, subject: str) -> str:
        """Those of all variants, one after another: parts of one keyed BLAKE2b (RFC 7693), none of which says
        anything of the others. A page of the timeline signs hundreds; three HMACs for each were a fifth of it."""
        digest = self._keyed.copy()
        digest.update(subject.encode())
        return base64.urlsafe_b64encode(digest.digest()).decode()
