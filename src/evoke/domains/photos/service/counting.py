"""How much there is, for whoever runs the installation and for importers."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import queries
from evoke.domains.photos.models import LibraryUsage, Photo
from evoke.platform.postgres.engine import ReadSession


@dataclass(frozen=True)
class Total:
    """`size_bytes` is what the originals weigh, before encryption."""

    photos: int = 0
    size_bytes: int = 0


async def totals(session: ReadSession) -> dict[uuid.UUID, Total]:
    """Of every owner that ever had a photo."""
    rows = await session.execute(select(LibraryUsage.owner_id, LibraryUsage.photos, LibraryUsage.size_bytes))
    return {row.owner_id: Total(row.photos, row.size_bytes) for row in rows}


async def list_sizes(session: ReadSession, actor: Actor) -> set[int]:
    """The sizes of the caller's originals in bytes: a file of another size is certainly not among them."""
    return set(await session.scalars(select(Photo.size_bytes).where(queries.visible_to(actor)).distinct()))


@dataclass(frozen=True)
class Sample:
    """One original of somebody."""

    owner_id: uuid.UUID
    photo_id: uuid.UUID
    sha256: bytes
    size_bytes: int


async def sample(session: ReadSession, count: int) -> list[Sample]:
    """Up to `count` originals of all owners, chosen by chance. Reads the whole table once."""
    columns = (Photo.owner_id, Photo.id, Photo.sha256, Photo.size_bytes)
    rows = await session.execute(select(*columns).order_by(func.random()).limit(count))
    return [Sample(row.owner_id, row.id, row.sha256, row.size_bytes) for row in rows]
