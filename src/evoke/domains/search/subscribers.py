"""Search hears of photos and writes their words in the same transaction: what is there is found."""

from evoke.domains.photos.events import PhotoAdded, PhotoProcessed, PhotosUpdated
from evoke.domains.search import service
from evoke.platform.events import Bus
from evoke.platform.postgres.engine import WriteSession


def subscribe(bus: Bus) -> None:
    bus.subscribe(PhotoAdded, _index_one)
    bus.subscribe(PhotoProcessed, _index_one)
    bus.subscribe(PhotosUpdated, _index_many)


async def _index_one(session: WriteSession, event: PhotoAdded | PhotoProcessed) -> None:
    await service.index(session, event.owner_id, [event.photo_id])


async def _index_many(session: WriteSession, event: PhotosUpdated) -> None:
    await service.index(session, event.owner_id, event.photo_ids)
