"""Accounts without HTTP: a clock that stands still until a test moves it, and a hasher that counts.

Making a database takes longer than these tests do, so they share one for each module and delete its accounts, with all
that hangs on them, in between.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from evoke.domains.accounts import models, schemas, service
from evoke.domains.accounts.schemas import Client
from evoke.domains.accounts.service import sign_in
from evoke.platform.postgres.engine import Database
from tests.factories import databases

KEY = b"a key for tests, 32 bytes long.."
PASSWORD = "blue-window-47"
SignUp = Callable[..., Awaitable[schemas.SignedIn]]


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 21, 16, 4, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class CountingHasher:
    """Argon2 with the least memory it takes, writing down what it is asked for."""

    argon2: service.Argon2 = field(default_factory=lambda: service.Argon2(memory_kib=8, passes=1))
    verified: list[str] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)

    def hash(self, password: str) -> str:
        self.hashed.append(password)
        return self.argon2.hash(password)

    def verify(self, password: str, hash_: str) -> bool:
        self.verified.append(hash_)
        return self.argon2.verify(password, hash_)

    def is_outdated(self, hash_: str) -> bool:
        return self.argon2.is_outdated(hash_)


@pytest.fixture(scope="module")
def shared_url(postgres_url: str) -> Iterator[str]:
    url = asyncio.run(databases.create(postgres_url))
    yield url
    asyncio.run(databases.drop(url, postgres_url))


@pytest.fixture
async def database_url(shared_url: str) -> AsyncIterator[str]:
    yield shared_url
    await databases.execute(shared_url, "DELETE FROM users")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def tools(clock: Clock, hasher: CountingHasher) -> Iterator[service.Tools]:
    made = service.Tools(signer=service.TokenSigner(KEY, clock=clock), passwords=service.Passwords(hasher), clock=clock)
    yield made
    made.close()


@pytest.fixture
async def authenticator(database: Database, tools: service.Tools) -> AsyncIterator[service.Authenticator]:
    made = service.Authenticator(database, tools)
    yield made
    await made.close()


@pytest.fixture
def sign_up(database: Database, tools: service.Tools) -> SignUp:
    """Register and sign in: `await sign_up("user1@example.org")`."""

    async def made(
        email: str = "user1@example.org", password: str = PASSWORD, name: str = "A name"
    ) -> schemas.SignedIn:
        form = schemas.Register(email=email, password=password, name=name)
        prepared = await service.registration.prepare(tools, form)
        async with database.transaction() as session:
            user = await service.registration.register(session, tools, prepared)
            return await sign_in.start_registered(session, tools, user, Client("tests", "203.0.113.7"))

    return made


@pytest.fixture
def log_in(database: Database, tools: service.Tools) -> SignUp:
    async def made(email: str, password: str = PASSWORD) -> schemas.SignedIn:
        async with database.write() as session:
            found = await sign_in.find_credentials(session, email)
        credentials = await sign_in.check_password(tools, found, password)
        new_hash = await sign_in.renew_hash(tools, credentials, password)
        async with database.transaction() as session:
            return await sign_in.start(session, tools, credentials, Client(), new_hash=new_hash)

    return made


async def row_of(database: Database, grant: schemas.SignedIn) -> models.User:
    async with database.write() as session:
        found = await session.get(models.User, grant.user.id)
        assert found is not None
        return found
