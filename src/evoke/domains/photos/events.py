"""What happens to photos, for whoever stands above: published in the transaction that does it."""

import uuid
from dataclasses import dataclass
from types import SimpleNamespace

from evoke.platform.postgres.quickly import Record


@dataclass(frozen=True)
class PhotosAdded:
    """New originals are in the library: one from an upload, many from an import; `bulk` when nobody waits for them.

    `rows` (presenting.COLUMNS) are the photos as they were written, so that nobody has to ask for them again. For a
    part of the statement that adds it (Bus.parts) there is one, as it will be when its bytes are new: then the CTE
    `added` has it, and else nothing.
    """

    owner_id: uuid.UUID
    rows: tuple[Record | SimpleNamespace, ...]
    bulk: bool = False


@dataclass(frozen=True)
class PhotoProcessed:
    """Its metadata was read and its renditions were made, as far as they could be."""

    owner_id: uuid.UUID
    photo_id: uuid.UUID


@dataclass(frozen=True)
class PhotosUpdated:
    """Somebody changed what is said of these photos, or put them into the trash, or took them out."""

    owner_id: uuid.UUID
    photo_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class PhotosPurged:
    """These photos are gone for good."""

    owner_id: uuid.UUID
    photo_ids: tuple[uuid.UUID, ...]
