"""A photo's files: the original and its renditions, for their owner or for who holds a signed address."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import addresses, errors, queries
from evoke.domains.photos.library import Library
from evoke.domains.photos.models import Photo
from evoke.domains.photos.urls import Variant
from evoke.kit.errors import NotFound
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.blobs.reader import BlobReader
from evoke.platform.postgres.engine import Database


@dataclass(frozen=True)
class Described:
    """What the headers of the answer need; `etag` names these exact bytes for ever."""

    owner_id: uuid.UUID
    address: str
    mime_type: str
    file_name: str
    etag: str


async def describe(
    database: Database, *, photo_id: uuid.UUID, variant: Variant, actor: Actor | None, signed_for: uuid.UUID | None
) -> Described:
    """For `actor`, or for the owner that a checked signature names. Raises NotFound, NotReady."""
    if actor is not None:
        visible: ColumnElement[bool] = queries.visible_to(actor)
    elif signed_for is not None:
        visible = Photo.owner_id == signed_for
    else:
        raise NotFound("There is no such photo.")
    columns = (Photo.owner_id, Photo.file_name, Photo.mime_type, Photo.sha256, Photo.rendition, Photo.preview_mime)
    async with database.read() as session:
        row = (await session.execute(select(*columns).where(visible, Photo.id == photo_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such photo.")
    if variant == "original":
        return Described(
            owner_id=row.owner_id,
            address=addresses.original(row.owner_id, row.sha256),
            mime_type=row.mime_type,
            file_name=row.file_name,
            etag=row.sha256.hex(),
        )
    if not row.rendition:
        raise errors.NotReady
    mime_type = row.preview_mime if variant == "preview" else "image/webp"
    stem = row.file_name.rpartition(".")[0] or row.file_name
    return Described(
        owner_id=row.owner_id,
        address=addresses.rendition(row.owner_id, photo_id, variant),
        mime_type=mime_type,
        file_name=f"{stem}-{variant}.{'jpg' if mime_type == 'image/jpeg' else 'webp'}",
        etag=f"{photo_id.hex}-{variant}-{row.rendition}",
    )


async def open_blob(library: Library, described: Described) -> BlobReader:
    """Raises FileMissing when storage has lost what the table speaks of."""
    try:
        return await library.blobs.open(described.address, await library.keys.get(described.owner_id))
    except BlobNotFound as error:
        raise errors.FileMissing from error
