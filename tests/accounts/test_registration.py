import asyncio
from dataclasses import replace

import pytest

from evoke.domains.accounts import models, schemas, service
from evoke.domains.accounts.errors import EmailTaken, RegistrationClosed
from evoke.domains.accounts.events import AccountCreated
from evoke.domains.accounts.service import registration
from evoke.platform.postgres.engine import Database, WriteSession
from tests.accounts.conftest import PASSWORD, CountingHasher, SignUp, row_of


async def prepare(tools: service.Tools, email: str) -> registration.Prepared:
    return await registration.prepare(tools, schemas.Register(email=email, password=PASSWORD, name="A name"))


async def register(database: Database, tools: service.Tools, email: str) -> models.User | EmailTaken:
    prepared = await prepare(tools, email)
    try:
        async with database.transaction() as session:
            return await registration.register(session, tools, prepared)
    except EmailTaken as taken:
        return taken


async def test_the_first_account_is_the_administrator_and_the_second_is_not(sign_up: SignUp) -> None:
    assert (await sign_up("user1@example.org")).user.role == "admin"
    assert (await sign_up("user2@example.org")).user.role == "user"


async def test_of_two_first_accounts_at_once_one_is_administrator(database: Database, tools: service.Tools) -> None:
    made = await asyncio.gather(*(register(database, tools, f"user{number}@example.org") for number in range(4)))
    roles = sorted(user.role for user in made if isinstance(user, models.User))
    assert roles == ["admin", "user", "user", "user"]


async def test_of_two_registrations_of_one_address_at_once_one_wins(database: Database, tools: service.Tools) -> None:
    addresses = ["user1@example.org", "USER1@example.org", "user1@EXAMPLE.org"]
    made = await asyncio.gather(*(register(database, tools, address) for address in addresses))
    assert len([each for each in made if isinstance(each, models.User)]) == 1
    assert len([each for each in made if isinstance(each, EmailTaken)]) == 2


async def test_the_password_is_kept_as_a_hash_only(database: Database, sign_up: SignUp) -> None:
    row = await row_of(database, await sign_up())
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in row.password_hash


async def test_the_address_is_kept_as_written_and_found_without_case(
    database: Database, sign_up: SignUp, log_in: SignUp
) -> None:
    made = await sign_up("User.One@Example.org")
    assert made.user.email == "User.One@example.org"
    assert (await log_in("user.one@EXAMPLE.ORG")).user.id == made.user.id


async def test_wildcards_in_an_address_match_nobody_else(sign_up: SignUp, log_in: SignUp) -> None:
    await sign_up("user1@example.org")
    wild = await sign_up("%@example.org")
    under = await sign_up("user_@example.org", name="Other")
    assert (await log_in("%@example.org")).user.id == wild.user.id
    assert (await log_in("user_@example.org")).user.id == under.user.id


@pytest.mark.parametrize("name", ["محمد علي", "\u200fשם\u200f", "👩\u200d👩\u200d👧\u200d👦 🦊"])
async def test_names_of_any_script_come_back_as_they_were(name: str, sign_up: SignUp) -> None:
    assert (await sign_up(name=name)).user.name == name


async def test_closed_registration_lets_in_the_first_and_nobody_after(database: Database, tools: service.Tools) -> None:
    closed = replace(tools, options=service.Options(registration_open=False))
    first = await register(database, closed, "user1@example.org")
    assert isinstance(first, models.User)
    with pytest.raises(RegistrationClosed):
        await register(database, closed, "user2@example.org")
    prepared = await prepare(closed, "user3@example.org")
    async with database.transaction() as session:
        assert (await registration.create(session, closed, prepared)).role == "user"
    prepared = await prepare(closed, "user4@example.org")
    async with database.transaction() as session:
        assert (await registration.create(session, closed, prepared, role="admin")).role == "admin"


async def test_the_first_account_that_the_command_line_makes_is_administrator_too(
    database: Database, tools: service.Tools
) -> None:
    prepared = await prepare(tools, "user1@example.org")
    async with database.transaction() as session:
        assert (await registration.create(session, tools, prepared, role="user")).role == "admin"


async def test_subscribers_hear_of_a_new_account_in_its_transaction(database: Database, tools: service.Tools) -> None:
    heard: list[AccountCreated] = []

    async def hear(_session: WriteSession, event: AccountCreated) -> None:
        heard.append(event)
        if len(heard) == 2:
            raise RuntimeError("a subscriber that fails")

    database.bus.subscribe(AccountCreated, hear)
    first = await register(database, tools, "user1@example.org")
    assert isinstance(first, models.User)
    assert heard[0].user_id == first.id
    assert heard[0].role == "admin"
    with pytest.raises(RuntimeError, match="a subscriber that fails"):
        await register(database, tools, "user2@example.org")
    async with database.write() as session:
        assert await session.get(models.User, heard[1].user_id) is None


async def test_a_password_is_not_hashed_while_a_transaction_is_open(
    database: Database, tools: service.Tools, hasher: CountingHasher
) -> None:
    async with database.write() as session:
        await session.connection()
        with pytest.raises(RuntimeError, match="transaction is open"):
            await prepare(tools, "user1@example.org")
    assert hasher.hashed == []
