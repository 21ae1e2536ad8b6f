"""Search hears of photos and writes their words in the same transaction: what is there is found."""

from evoke.domains.photos.events import PhotoProcessed, PhotosAdded, PhotosUpdated
from evoke.domains.search import documents, queries, service
from evoke.platform.compound import Filled
from evoke.platform.events import Bus
from evoke.platform.postgres.engine import WriteSession


def subscribe(bus: Bus) -> None:
    bus.subscribe(PhotosAdded, _index_new, part=_words_of_new)
    bus.subscribe(PhotoProcessed, _index_one)
    bus.subscribe(PhotosUpdated, _index_many)


async def _index_one(session: WriteSession, event: PhotoProcessed) -> None:
    await service.index(session, event.owner_id, [event.photo_id])


async def _index_new(session: WriteSession, event: PhotosAdded) -> None:
    await service.index_rows(session, event.owner_id, event.rows)


def _words_of_new(event: PhotosAdded) -> Filled:
    (row,) = event.rows
    return queries.words_of_new(documents.document(row))


async def _index_many(session: WriteSession, event: PhotosUpdated) -> None:
    await service.index(session, event.owner_id, event.photo_ids)
