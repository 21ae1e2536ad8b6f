"""An upload is added by one statement; whatever it cannot do goes through a session, with the same result."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import TextClause, select, text

from evoke.bootstrap import Resources
from evoke.domains.jobs import service as jobs
from evoke.domains.jobs.schemas import NewJob
from evoke.domains.photos import presenting
from evoke.domains.photos.errors import QuotaExceeded
from evoke.domains.photos.events import PhotosAdded
from evoke.domains.photos.service import adding
from evoke.domains.photos.service.adding import Kept, Received
from evoke.platform.postgres.engine import WriteSession
from tests.factories import pictures
from tests.factories.people import Person

NAME = "Ferienbild Zürich 2019-03-22.jpg"
WRITTEN = {
    "document": "SELECT words, version, photo_updated_at FROM search_documents WHERE photo_id = :id",
    "job": "SELECT kind, queue, priority, max_attempts, args, state, subject_type, subject_id FROM jobs "
    "WHERE subject_id = :id",
    "pointer": "SELECT pgqueuer.priority, entrypoint, status FROM pgqueuer JOIN jobs ON queue_job_id = pgqueuer.id "
    "WHERE subject_id = :id",
}
COUNTED = {
    "photos": "SELECT count(*) FROM photos",
    "documents": "SELECT count(*) FROM search_documents",
    "terms": "SELECT count(*) FROM search_terms",
    "jobs": "SELECT count(*) FROM jobs",
    "pointers": "SELECT count(*) FROM pgqueuer",
    "usage": "SELECT coalesce(sum(photos), 0) || ' ' || coalesce(sum(size_bytes), 0) FROM library_usage",
}


async def keep(resources: Resources, person: Person, content: bytes, name: str = NAME) -> Kept:
    key = await resources.library.key_for_writing(person.actor.user_id)
    async with resources.blobs.spool(key) as spool:
        await spool.write(content)
        return await adding.keep(
            resources.database, resources.library, person.actor, spool, Received(name, favorite=True)
        )


async def ask(resources: Resources, statement: str | TextClause, **values: object) -> list[tuple[Any, ...]]:
    async with resources.database.read() as session:
        found = await session.execute(text(statement) if isinstance(statement, str) else statement, values)
        return [tuple(row) for row in found]


async def counts(resources: Resources) -> dict[str, Any]:
    return {name: (await ask(resources, statement))[0][0] for name, statement in COUNTED.items()}


async def written(resources: Resources, kept: Kept) -> dict[str, Any]:
    """What is there for a photo, without what is another for each."""
    found: dict[str, Any] = {}
    for name, statement in WRITTEN.items():
        (row,) = await ask(resources, statement, id=kept.photo_id)
        found[name] = [str(value).replace(str(kept.photo_id), "ID") for value in row]
    return found


async def test_one_statement_writes_what_a_session_would(resources: Resources, person: Person) -> None:
    now = datetime(2026, 3, 22, tzinfo=UTC)
    resources = replace(resources, library=replace(resources.library, clock=lambda: now))
    at_once = await keep(resources, person, pictures.jpeg(1))
    added, duplicate = await adding.add(resources.database, resources.library, person.actor, at_once)
    assert not duplicate
    assert (added.id, added.sha256, added.used_bytes) == (at_once.photo_id, at_once.sha256, at_once.size)
    before = await counts(resources)

    in_session = await keep(resources, person, pictures.jpeg(2))
    async with resources.database.transaction() as session:
        recorded, _ = await adding.record(session, resources.library, person.actor, in_session)
    assert await written(resources, at_once) == await written(resources, in_session)
    names = set(presenting.UNSET) - {"id", "sha256", "sha1", "size_bytes"}
    assert {name: added[name] for name in names} == {name: recorded[name] for name in names}
    after = await counts(resources)
    assert (before["photos"], before["documents"], before["jobs"], before["pointers"]) == (1, 1, 1, 1)
    assert (after["photos"], after["documents"], after["jobs"], after["pointers"]) == (2, 2, 2, 2)
    assert (before["usage"], before["terms"]) == (f"1 {at_once.size}", after["terms"])
    assert after["usage"] == f"2 {at_once.size + in_session.size}"


async def test_the_row_that_others_are_told_of_is_the_one_that_is_written(
    resources: Resources, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[PhotosAdded] = []
    parts = resources.database.bus.parts

    def hear(event: object) -> Any:
        assert isinstance(event, PhotosAdded)
        told.append(event)
        return parts(event)

    monkeypatch.setattr(resources.database.bus, "parts", hear)
    kept = await keep(resources, person, pictures.jpeg(1))
    await adding.add(resources.database, resources.library, person.actor, kept)
    (row,) = await ask(resources, select(*presenting.COLUMNS))  # type: ignore[arg-type]
    (coming,) = told[0].rows
    assert tuple(getattr(coming, name) for name in presenting.UNSET) == row


async def test_the_same_bytes_again_write_nothing(resources: Resources, person: Person) -> None:
    first = await keep(resources, person, pictures.jpeg(1))
    await adding.add(resources.database, resources.library, person.actor, first)
    before = await counts(resources)
    again = await keep(resources, person, pictures.jpeg(1))
    row, duplicate = await adding.add(resources.database, resources.library, person.actor, again)
    assert (row.id, duplicate) == (first.photo_id, True)
    assert await counts(resources) == before


async def test_both_ways_at_once_do_not_wait_for_each_other(resources: Resources, person: Person) -> None:
    """They lock the same rows: the owner's usage, and words that both add. Not in one order would be a deadlock."""

    async def add(number: int) -> None:
        words = [f"{'abcdefghij'[number // 3]}wort{letter}" for letter in "abcdef"]
        name = " ".join(words if number % 2 else reversed(words))
        kept = await keep(resources, person, pictures.jpeg(1) + bytes([number]), f"{name}.jpg")
        if number % 2:
            await adding.add(resources.database, resources.library, person.actor, kept)
        else:
            async with resources.database.transaction() as session:
                await adding.record(session, resources.library, person.actor, kept)

    await asyncio.gather(*(add(number) for number in range(30)))
    after = await counts(resources)
    assert (after["photos"], after["documents"], after["jobs"], after["pointers"]) == (30, 30, 30, 30)
    assert after["usage"].startswith("30 ")


async def test_a_quota_is_kept(resources: Resources, person: Person) -> None:
    kept = await keep(resources, person, pictures.jpeg(1))
    library = replace(resources.library, options=replace(resources.library.options, quota_bytes=kept.size - 1))
    with pytest.raises(QuotaExceeded):
        await adding.add(resources.database, library, person.actor, kept)
    assert (await counts(resources))["photos"] == 0
    library = replace(library, options=replace(library.options, quota_bytes=kept.size))
    row, _ = await adding.add(resources.database, library, person.actor, kept)
    assert row.id == kept.photo_id


async def test_whoever_has_no_part_is_called(resources: Resources, person: Person) -> None:
    heard: list[PhotosAdded] = []

    async def hear(_session: WriteSession, event: PhotosAdded) -> None:
        heard.append(event)

    resources.database.bus.subscribe(PhotosAdded, hear)
    kept = await keep(resources, person, pictures.jpeg(1))
    await adding.add(resources.database, resources.library, person.actor, kept)
    assert [row.id for event in heard for row in event.rows] == [kept.photo_id]
    assert (await written(resources, kept))["job"][0] == adding.PROCESS


def test_a_job_that_may_meet_another_is_no_part(person: Person) -> None:
    with pytest.raises(ValueError, match="key"):
        jobs.part(NewJob(kind="test.any", owner_id=person.actor.user_id, args={}, dedupe="one"), "true")
