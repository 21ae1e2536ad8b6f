"""A library that can be filled and searched."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.urls import Signer
from evoke.domains.search import schemas, service
from evoke.domains.search.vocabulary import Options, Vocabularies
from evoke.platform.postgres.engine import Database
from tests.factories import databases, seed

NOW = datetime(2025, 11, 22, 12, 0, tzinfo=UTC)  # a Saturday


@dataclass
class Shelf:
    """One owner's photos, known by names."""

    database: Database
    actor: Actor
    tools: service.Tools
    names: dict[uuid.UUID, str] = field(default_factory=dict)

    async def put(self, name: str, **values: Any) -> uuid.UUID:
        photo_id = await seed.photo(self.database, self.actor, **values)
        self.names[uuid.UUID(str(photo_id))] = name
        return photo_id

    async def answer(self, q: str = "", **request: Any) -> dict[str, Any]:
        async with self.database.read() as session:
            return await service.search(session, self.actor, schemas.SearchRequest(q=q, **request), self.tools)

    async def find(self, q: str = "", **request: Any) -> list[str]:
        """The names of what is found, in order."""
        return self.named(await self.answer(q, **request))

    def named(self, answer: dict[str, Any]) -> list[str]:
        return [self.names[uuid.UUID(str(result["photo"]["id"]))] for result in answer["results"]]


@pytest.fixture(scope="session")
def shared_url(postgres_url: str) -> Iterator[str]:
    """A database for all tests here: each has an owner of its own, and making one takes longer than they do."""
    url = asyncio.run(databases.create(postgres_url))
    yield url
    asyncio.run(databases.drop(url, postgres_url))


@pytest.fixture
async def database(shared_url: str) -> AsyncIterator[Database]:
    database = Database.connect(shared_url)
    yield database
    await database.close()


@pytest.fixture
def tools() -> service.Tools:
    # No minimal age: a word that was just put in is known to the next search.
    vocabularies = Vocabularies(Options(min_age=-1.0))
    return service.Tools(signer=Signer(b"k" * 32), vocabularies=vocabularies, clock=lambda: NOW)


@pytest.fixture
async def shelf(database: Database, tools: service.Tools) -> Shelf:
    return Shelf(database, await seed.owner(database), tools)
