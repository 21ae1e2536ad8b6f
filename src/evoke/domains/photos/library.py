"""What the services of the library work with, put together by the composition root."""

import uuid
from dataclasses import dataclass, field
from typing import Protocol

from evoke.domains.photos.urls import Signer
from evoke.kit.time import Clock, utc_now
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey


class OwnerKeys(Protocol):
    async def get(self, owner_id: uuid.UUID) -> OwnerKey:
        """The key of an owner's blobs, made at first need. Not within a transaction of the caller."""
        ...


@dataclass(frozen=True)
class Options:
    encrypt: bool = True
    max_upload_bytes: int = 10 * 1024**3
    max_sidecar_bytes: int = 4 * 1024**2
    quota_bytes: int = 0
    trash_days: int = 30
    sweep_grace_seconds: float = 3600


@dataclass(frozen=True)
class Library:
    blobs: BlobStore
    keys: OwnerKeys
    signer: Signer
    options: Options = field(default_factory=Options)
    clock: Clock = utc_now

    async def key_for_writing(self, owner_id: uuid.UUID) -> OwnerKey | None:
        """The owner's key, or None when new blobs are to stay plain."""
        return await self.keys.get(owner_id) if self.options.encrypt else None
