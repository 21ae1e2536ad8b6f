"""The books: what is set aside and settled, budgets that hold, and what is shown of them."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from evoke.bootstrap import Resources
from evoke.domains.spending import service
from evoke.domains.spending.schemas import Budgets
from evoke.domains.spending.service import Books
from evoke.platform.generation.errors import PictureServiceDown, TextModelDown
from evoke.platform.generation.ports import Payer, Usage
from evoke.platform.postgres.engine import Database
from tests.factories.people import Person, data

NOON = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
PICTURE, TEXT = ("gemini-3-pro-image", "picture"), ("gemini-3.8-flash", "text")


class Hands:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def shown(database: Database, books: Books, owner_id: uuid.UUID | None, now: datetime = NOON) -> dict[str, Any]:
    async with database.read() as session:
        return (await service.show(session, books, owner_id, days=30, now=now)).model_dump()


async def test_what_is_paid_and_what_is_not(database: Database) -> None:
    books, owner = Books(database, clock=Hands()), uuid.uuid4()
    payer = Payer(owner)
    paid = await books.reserve(payer, *PICTURE, 160_000)
    unpaid = await books.reserve(payer, *PICTURE, 160_000)
    unknown = await books.reserve(payer, *PICTURE, 160_000)
    assert (await shown(database, books, owner))["today_cost_usd"] == 0.48
    await books.settle(paid, Usage(100, 1120, 1), 134_200, "paid")
    await books.settle(unpaid, Usage(), 0, "unpaid")
    await books.settle(unknown, Usage(), 0, "unknown")
    (row,) = (await shown(database, books, owner))["spending"]
    assert row == {
        "day": NOON.date(),
        "model": PICTURE[0],
        "kind": "picture",
        "calls": 3,
        "failures": 2,
        "input_tokens": 100,
        "output_tokens": 1120,
        "pictures": 1,
        "cost_usd": 0.2942,
    }
    everybody = await shown(database, books, None)
    assert everybody["spending"] == [row]
    assert (await shown(database, books, uuid.uuid4()))["spending"] == []


async def test_a_call_over_midnight_is_settled_where_it_was_reserved(database: Database) -> None:
    clock, owner = Hands(datetime(2026, 3, 21, 23, 59, 59, tzinfo=UTC)), uuid.uuid4()
    books = Books(database, clock=clock)
    reserved = await books.reserve(Payer(owner), *PICTURE, 160_000)
    clock.now += timedelta(seconds=30)
    await books.settle(reserved, Usage(10, 1120, 1), 134_000, "paid")
    (row,) = (await shown(database, books, owner, clock.now))["spending"]
    assert (row["day"].isoformat(), row["cost_usd"]) == ("2026-03-21", 0.134)


@pytest.mark.parametrize(("call", "error"), [(PICTURE, PictureServiceDown), (TEXT, TextModelDown)])
async def test_a_budget_stops_and_says_until_when(database: Database, call: Any, error: type[Exception]) -> None:
    clock = Hands()
    books = Books(database, Budgets(everybody=300_000), clock)
    for _ in range(2):
        await books.reserve(Payer(uuid.uuid4()), *PICTURE, 134_000)
    with pytest.raises(error) as refused:
        await books.reserve(Payer(), *call, 134_000)
    details: Any = refused.value.details  # type: ignore[attr-defined]  # of our own errors
    assert (details["reason"], details["retry_after_seconds"]) == ("budget", 12 * 3600)
    assert "midnight" in str(refused.value)
    # What a process that died had set aside is never settled. It counts for its day, and for no other.
    clock.now += timedelta(days=1)
    await books.reserve(Payer(), *call, 134_000)


async def test_the_budget_of_each(database: Database) -> None:
    books = Books(database, Budgets(each=200_000), Hands())
    somebody, another = Payer(uuid.uuid4()), Payer(uuid.uuid4())
    await books.reserve(somebody, *PICTURE, 134_000)
    with pytest.raises(PictureServiceDown):
        await books.reserve(somebody, *PICTURE, 134_000)
    await books.reserve(another, *PICTURE, 134_000)
    await books.reserve(Payer(), *PICTURE, 134_000)
    with pytest.raises(PictureServiceDown):
        await books.reserve(Payer(), *PICTURE, 134_000)


async def test_money_that_is_given_back_can_be_spent(database: Database) -> None:
    books = Books(database, Budgets(everybody=134_000), Hands())
    for _ in range(3):
        reserved = await books.reserve(Payer(), *PICTURE, 134_000)
        await books.settle(reserved, Usage(), 0, "unpaid")


async def test_many_at_once_never_exceed_the_budget(database: Database) -> None:
    books = Books(database, Budgets(everybody=500_000), Hands())
    calls = [books.reserve(Payer(uuid.uuid4()), *PICTURE, 100_000) for _ in range(16)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(results) - len(refused) == 5
    assert all(isinstance(each, PictureServiceDown) for each in refused)


async def test_over_http(client: httpx.AsyncClient, resources: Resources, person: Person, stranger: Person) -> None:
    for who in (person, stranger):
        reserved = await resources.books.reserve(Payer(who.actor.user_id), *PICTURE, 160_000)
        await resources.books.settle(reserved, Usage(1, 2, 1), 134_000, "paid")
    address = "/api/v1/journal/spending"
    mine: Any = data(await client.get(address, headers=person.headers))
    assert (mine["total_cost_usd"], mine["today_cost_usd"], mine["daily_budget_usd"]) == (0.134, 0.134, None)
    all_: Any = data(await client.get(f"{address}?all=true", headers=person.headers))
    assert all_["total_cost_usd"] == 0.268
    assert all_["spending"][0]["calls"] == 2
    refused = await client.get(f"{address}?all=true", headers=stranger.headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert (await client.get(address)).status_code == 401
    assert (await client.get(f"{address}?days=0", headers=person.headers)).status_code == 400
    metrics = (await client.get("/metrics")).text
    sample = 'evoke_generation_calls_total{model="gemini-3-pro-image",outcome="answered",service="nanobanana_api"} 2.0'
    assert sample in metrics
    assert 'evoke_generation_cost_usd_total{model="gemini-3-pro-image",service="nanobanana_api"} 0.268' in metrics
