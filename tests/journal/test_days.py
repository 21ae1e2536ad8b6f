"""The days of the library know what the entries of each day on the wall felt like, whatever happens at once."""

import asyncio
import json
from datetime import date
from typing import Any

import httpx
from sqlalchemy import TextClause, select, text

from evoke.bootstrap import Resources
from evoke.domains.journal import queries
from evoke.domains.journal.schemas import NewEntry
from evoke.domains.journal.service import entries, erasing
from evoke.domains.photos.models import DayFeelings
from tests.factories import people
from tests.factories.journal import ENTRIES, form, write

NOON = "2026-03-21T12:00:00Z"


async def days(resources: Resources, person: people.Person) -> dict[str, set[str]]:
    async with resources.database.read() as session:
        rows = await session.execute(
            select(DayFeelings.day, DayFeelings.feelings).where(DayFeelings.owner_id == person.actor.user_id)
        )
        return {row.day.isoformat(): set(row.feelings) for row in rows}


async def counted(resources: Resources, person: people.Person) -> dict[str, set[str]]:
    """What the entries themselves say."""
    async with resources.database.read() as session:
        rows = await session.execute(
            text(
                "SELECT felt_on, array_agg(DISTINCT emotion) AS emotions FROM journal_entries, "
                "unnest(emotions) AS emotion WHERE owner_id = :owner_id GROUP BY felt_on"
            ),
            {"owner_id": person.actor.user_id},
        )
        return {row.felt_on.isoformat(): set(row.emotions) for row in rows}


async def change(client: httpx.AsyncClient, person: people.Person, entry: dict[str, Any], **changes: Any) -> None:
    answer = await client.put(f"{ENTRIES}/{entry['id']}", json=changes, headers=person.headers)
    assert answer.status_code == 200


async def test_a_day_has_the_emotions_of_its_entries(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person, resources: Resources
) -> None:
    one = await write(client, person, emotions=["joy"], felt_at=NOON)
    two = await write(client, person, emotions=["fear", "joy"], felt_at=NOON)
    await write(client, stranger, emotions=["anger"], felt_at=NOON)
    assert await days(resources, person) == {"2026-03-21": {"joy", "fear"}}
    await change(client, person, two, emotions=["anger"])
    assert await days(resources, person) == {"2026-03-21": {"joy", "anger"}}
    await change(client, person, two, felt_at="2026-03-22T12:00:00Z")
    assert await days(resources, person) == {"2026-03-21": {"joy"}, "2026-03-22": {"anger"}}
    await client.delete(f"{ENTRIES}/{one['id']}", headers=person.headers)
    assert await days(resources, person) == {"2026-03-22": {"anger"}}
    assert await days(resources, stranger) == {"2026-03-21": {"anger"}}


async def test_a_day_is_one_on_the_wall(client: httpx.AsyncClient, person: people.Person, resources: Resources) -> None:
    late = "2026-03-21T23:30:00Z"

    async def only(**changes: Any) -> str:
        entry = await write(client, person, felt_at=late, **changes)
        (day,) = await days(resources, person)
        await client.delete(f"{ENTRIES}/{entry['id']}", headers=person.headers)
        return day

    async def choose(zone: str | None) -> None:
        answer = await client.put("/api/v1/journal/settings", json={"time_zone": zone}, headers=person.headers)
        assert answer.status_code == 200

    assert await only() == "2026-03-21"
    assert await only(time_zone="Asia/Tokyo") == "2026-03-22"
    await choose("Europe/Berlin")
    assert await only() == "2026-03-22"
    assert await only(time_zone="America/New_York") == "2026-03-21"
    await choose(None)
    await write(client, person, felt_at="2020-01-01T12:00:00Z", time_zone="Pacific/Kiritimati")
    entry = await write(client, person, felt_at="2026-03-21T10:30:00Z")  # as where it was written last: UTC+14
    assert set(await days(resources, person)) == {"2020-01-02", "2026-03-22"}
    await change(client, person, entry, time_zone="Pacific/Niue")
    assert set(await days(resources, person)) == {"2020-01-02", "2026-03-20"}


async def test_an_import_and_an_erasure_count(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    rows = [form(emotions=[emotion], felt_at=NOON) for emotion in ("joy", "fear")] + [form(emotions=["anger"])]
    headers = {**person.headers, "Content-Type": "application/json"}
    assert (await client.post(f"{ENTRIES}/import", content=json.dumps(rows), headers=headers)).status_code == 200
    found = await days(resources, person)
    assert found.pop("2026-03-21") == {"joy", "fear"}
    assert list(found.values()) == [{"anger"}]
    async with resources.database.transaction() as session:
        await erasing.erase(session, person.actor.user_id)
    assert await days(resources, person) == {}


async def test_days_are_true_after_everything_at_once(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    emotions = ["joy", "sadness", "anger", "fear"]

    async def live(number: int) -> None:
        """Write, change and delete on one and the same day."""
        mine = emotions[number % 4]
        for round_ in range(4):
            entry = await write(client, person, emotions=[mine], felt_at=NOON)
            if (number + round_) % 3 == 0:
                await change(client, person, entry, emotions=[emotions[(number + round_) % 4]])
            if (number + round_) % 2:
                answer = await client.delete(f"{ENTRIES}/{entry['id']}", headers=person.headers)
                assert answer.status_code == 204

    await asyncio.gather(*(live(number) for number in range(8)))
    assert await days(resources, person) == await counted(resources, person)
    answer = await client.get(f"{ENTRIES}?limit=100", headers=person.headers)
    left = answer.json()["data"]["entries"]
    await asyncio.gather(
        *(client.delete(f"{ENTRIES}/{entry['id']}", headers=person.headers) for entry in left),
        *(write(client, person, emotions=["surprise"], felt_at=NOON) for _ in range(4)),
    )
    assert await days(resources, person) == {date(2026, 3, 21).isoformat(): {"surprise"}}


async def test_a_deletion_waits_for_who_is_adding(
    client: httpx.AsyncClient, person: people.Person, resources: Resources
) -> None:
    entry = await write(client, person, emotions=["joy"], felt_at=NOON)
    tools, key = resources.journal, await resources.owner_keys.get(person.actor.user_id)
    new = NewEntry(**form(emotions=["joy"], felt_at=NOON))
    values = {**entries._new(tools, person.actor, new, key, "manual"), "default_zone": "UTC"}
    async with resources.database.transaction() as adding:
        assert len(await adding.rows(queries._INSERT_KNOWN, values)) == 1
        one = f"{ENTRIES}/{entry['id']}"
        deleting = asyncio.create_task(client.delete(one, headers=person.headers))
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        while not deleting.done() and not await count(resources, waiting):
            await asyncio.sleep(0.01)
        assert not deleting.done()
    assert (await deleting).status_code == 204
    assert await days(resources, person) == {"2026-03-21": {"joy"}}


async def count(resources: Resources, question: TextClause) -> int:
    async with resources.database.read() as session:
        return int(await session.scalar(question) or 0)
