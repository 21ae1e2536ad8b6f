"""Documents follow the photos, in the transaction in which these change."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from evoke.domains.jobs.registry import Task
from evoke.domains.photos.events import PhotoProcessed, PhotosAdded, PhotosUpdated
from evoke.domains.photos.models import Photo
from evoke.domains.search import queries, service, subscribers, tasks
from evoke.domains.search.models import SearchDocument, SearchTerm
from evoke.platform.postgres.engine import Database
from tests.factories import seed
from tests.factories.seed import START
from tests.search.conftest import Shelf


@pytest.fixture
def listening(database: Database) -> Database:
    subscribers.subscribe(database.bus)
    return database


async def change(database: Database, shelf: Shelf, photo_id: uuid.UUID, **values: Any) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(Photo).where(Photo.owner_id == shelf.actor.user_id, Photo.id == photo_id).values(**values)
        )


async def test_one_photo_is_indexed_with_its_event(listening: Database, shelf: Shelf) -> None:
    photo_id = await shelf.put("one", tags=["sunflower"], index=False)
    assert await shelf.find("sunflower") == []
    async with listening.transaction() as session:
        await session.publish(PhotoProcessed(owner_id=shelf.actor.user_id, photo_id=photo_id))
    assert await shelf.find("sunflower") == ["one"]


async def test_new_photos_are_indexed_with_their_event(listening: Database, shelf: Shelf) -> None:
    ids = [await shelf.put(name, tags=["sunflower"], index=False) for name in ("one", "two")]
    async with listening.transaction() as session:
        rows = await queries.list_sources(session, shelf.actor.user_id, ids)
        await session.publish(PhotosAdded(shelf.actor.user_id, tuple(rows)))
    assert sorted(await shelf.find("sunflower")) == ["one", "two"]


async def test_many_photos_are_indexed_with_their_event(listening: Database, shelf: Shelf) -> None:
    ids = [await shelf.put(name, tags=[name]) for name in ("one", "two")]
    async with listening.transaction() as session:
        await session.execute(update(Photo).where(Photo.id.in_(ids)).values(tags=["three"]))
        await session.publish(PhotosUpdated(owner_id=shelf.actor.user_id, photo_ids=tuple(ids)))
    assert sorted(await shelf.find("three")) == ["one", "two"]
    assert await shelf.find('"one"') == []


async def test_a_change_that_is_rolled_back_is_not_found(listening: Database, shelf: Shelf) -> None:
    photo_id = await shelf.put("one", tags=["sunflower"], index=False)
    async with listening.write() as session:
        rows = await queries.list_sources(session, shelf.actor.user_id, [photo_id])
        await session.publish(PhotosAdded(shelf.actor.user_id, tuple(rows)))
        await session.rollback()
    assert await shelf.find("sunflower") == []


async def test_an_event_about_a_photo_that_is_gone_does_nothing(listening: Database, shelf: Shelf) -> None:
    async with listening.transaction() as session:
        await session.publish(PhotoProcessed(owner_id=shelf.actor.user_id, photo_id=uuid.uuid4()))
        await session.publish(PhotosUpdated(owner_id=shelf.actor.user_id, photo_ids=()))


async def test_a_deleted_photo_takes_its_document_along(database: Database, shelf: Shelf) -> None:
    photo_id = await shelf.put("one", tags=["sunflower"])
    async with database.transaction() as session:
        await session.execute(delete(Photo).where(Photo.id == photo_id))
        count = select(func.count()).select_from(SearchDocument).where(SearchDocument.photo_id == photo_id)
        assert await session.scalar(count) == 0


async def test_reindexing_writes_what_is_missing_or_out_of_date(database: Database, shelf: Shelf) -> None:
    await shelf.put("good", tags=["sunflower"])
    await shelf.put("missing", tags=["sunflower"], index=False)
    changed = await shelf.put("changed")
    old = await shelf.put("old version", tags=["sunflower"])
    await change(database, shelf, changed, tags=["sunflower"], updated_at=START + timedelta(days=1))
    async with database.transaction() as session:
        await session.execute(
            update(SearchDocument).where(SearchDocument.photo_id == old).values(version=0, words="'wrong':1")
        )
    told: list[int] = []

    async def tell(done: int) -> None:
        told.append(done)

    assert await shelf.find("sunflower") == ["good"]
    assert await service.reindex(database, shelf.actor.user_id, batch=2, progress=tell) == 3
    assert told == [2, 3]
    assert sorted(await shelf.find("sunflower")) == ["changed", "good", "missing", "old version"]
    assert await service.reindex(database, shelf.actor.user_id) == 0


async def test_words_that_nobody_uses_are_forgotten(database: Database, shelf: Shelf) -> None:
    await shelf.put("one", tags=["sunflower"], file_name="1.png")
    other = Shelf(database, await seed.owner(database), shelf.tools)
    await other.put("other", tags=["mountain"], file_name="1.png")
    gone = await shelf.put("gone", tags=["mountain", "été", "o'clock"], file_name="1.png")
    async with database.transaction() as session:
        await session.execute(delete(Photo).where(Photo.id == gone))
        assert await service.forget_unused_terms(session, shelf.actor.user_id) == 3
        kept = await session.scalars(
            select(SearchTerm.term).where(SearchTerm.owner_id == shelf.actor.user_id).order_by(SearchTerm.term)
        )
        assert list(kept) == ["png", "sunflower"]


class Context:
    """The part of a job's context that the tasks of search use."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.last: tuple[Any, ...] = ()

    def check_cancelled(self) -> None:
        pass

    async def progress(self, *progress: Any) -> None:
        self.last = progress


async def run(kind: str, database: Database, **arguments: Any) -> Context:
    task: Task = {task.kind: task for task in tasks.tasks()}[kind]
    context = Context(database)
    await task.handler(context, **task.read_arguments(arguments))
    return context


async def test_the_job_reindexes_one_library_or_all(database: Database, shelf: Shelf) -> None:
    other = Shelf(database, await seed.owner(database), shelf.tools)
    await shelf.put("mine", tags=["sunflower"], index=False)
    await other.put("theirs", tags=["sunflower"], index=False)
    context = await run("search.reindex", database, owner_id=str(shelf.actor.user_id))
    assert context.last == (1, 1, "photos")
    assert (await shelf.find("sunflower"), await other.find("sunflower")) == (["mine"], [])
    await run("search.reindex", database)
    assert await other.find("sunflower") == ["theirs"]


async def test_the_job_forgets_unused_words_of_all_libraries(database: Database, shelf: Shelf) -> None:
    gone = await shelf.put("gone", tags=["sunflower"], file_name="1.png")
    async with database.transaction() as session:
        await session.execute(delete(Photo).where(Photo.id == gone))
    await run("search.prune_terms", database)
    async with database.read() as session:
        count = select(func.count()).select_from(SearchTerm).where(SearchTerm.owner_id == shelf.actor.user_id)
        assert await session.scalar(count) == 0
