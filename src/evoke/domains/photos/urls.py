"""Signed addresses of a photo's files: they open without a header, for one file, until they expire."""

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass
from typing import Literal

from evoke.domains.photos import errors

Variant = Literal["thumbnail", "preview", "original"]
DAY = 86_400


@dataclass(frozen=True)
class Signer:
    """`base` is put before each path: empty for paths on the same host."""

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
        subject = f"{owner}/{photo_id.hex}/{expires}/"
        return {
            variant: f"{path}{variant}{query}{self._signature(subject + variant)}"
            for variant in ("thumbnail", "preview", "original")
        }

    def check(
        self, owner_id: uuid.UUID, photo_id: uuid.UUID, variant: Variant, *, expires: int, signature: str
    ) -> None:
        """Raise LinkExpired unless the signature is ours for this file and still good."""
        expected = self._signature(f"{owner_id.hex}/{photo_id.hex}/{expires}/{variant}")
        if not hmac.compare_digest(expected.encode(), signature.encode()) or expires < time.time():
            raise errors.LinkExpired

    def _signature(self, subject: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self.key, subject.encode(), hashlib.sha256)[:18]).decode()
