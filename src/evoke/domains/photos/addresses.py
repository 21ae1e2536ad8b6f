"""Where a photo's files are in the blob store.

Originals are content-addressed within their owner, so that the same bytes are kept once for each owner and an
owner's files can be erased as one folder. Renditions belong to the photo and are overwritten when it is
processed again.
"""

import uuid

from evoke.domains.photos.urls import Variant

ORIGINALS = "originals"
RENDITIONS = "renditions"
SIDECARS = "sidecars"


def original(owner_id: uuid.UUID, sha256: bytes) -> str:
    digest = sha256.hex()
    return f"{ORIGINALS}/{owner_id}/{digest[:2]}/{digest}"


def rendition(owner_id: uuid.UUID, photo_id: uuid.UUID, variant: Variant) -> str:
    # The last digits of a UUIDv7 are random: 256 even folders for each owner.
    return f"{RENDITIONS}/{owner_id}/{photo_id.hex[-2:]}/{photo_id}/{variant}"


def sidecar(owner_id: uuid.UUID, photo_id: uuid.UUID) -> str:
    return f"{SIDECARS}/{owner_id}/{photo_id.hex[-2:]}/{photo_id}"


def files_of(owner_id: uuid.UUID, photo_id: uuid.UUID, sha256: bytes) -> list[str]:
    """Everything that goes when the photo goes."""
    return [original(owner_id, sha256), *renditions_of(owner_id, photo_id), sidecar(owner_id, photo_id)]


def renditions_of(owner_id: uuid.UUID, photo_id: uuid.UUID) -> list[str]:
    return [rendition(owner_id, photo_id, "thumbnail"), rendition(owner_id, photo_id, "preview")]
