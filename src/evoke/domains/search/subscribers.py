"""Search hears of photos and writes their words in the same transaction: what is there is found."""

from evoke.domains.photos.events import PhotoProcessed, PhotosAdded, PhotosUpdated
from evoke.domains.search import service
from evoke.platform.events import Bus
from evoke.platform.postgres.engine import WriteSession


def subscribe(bus: Bus) -> None:
    bus.subscribe(PhotosAdded, _index_new)
    bus.subscribe(PhotoProcessed, _index_one)
    bus.subscribe(PhotosUpdated, _index_many)


async def _index_one(session: WriteSession, event: PhotoProcessed) -> None:
    await service.index(session, event.owner_id, [event.photo_id])


async def _index_new(session: WriteSession, event: PhotosAdded) -> None:
    await service.index_rows(session, event.owner_id, event.rows)


async def _index_many(session: WriteSession, event: PhotosUpdated) -> None:
    await service.index(session, event.owner_id, event.photo_ids)
