import pytest

from evoke.domains.accounts import service
from evoke.domains.accounts.errors import (
    AccountAmbiguous,
    AccountNotFound,
    CredentialsWrong,
    PasswordWeak,
    SessionEnded,
)
from evoke.domains.accounts.service import administration, users
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import PASSWORD, SignUp


async def reset(database: Database, tools: service.Tools, email: str, password: str) -> int:
    async with database.read() as session:
        user = await administration.get_user(session, email)
    new_hash = await administration.prepare_reset(tools, user, password)
    async with database.transaction() as session:
        return await administration.reset_password(session, tools, user, new_hash)


async def test_the_only_account_is_meant_when_nobody_is_named(
    database: Database, tools: service.Tools, sign_up: SignUp
) -> None:
    async with database.read() as session:
        with pytest.raises(AccountNotFound, match="user create"):
            await administration.get_sole_actor(session)
    first = await sign_up("user1@example.org")
    async with database.read() as session:
        assert (await administration.get_sole_actor(session)).user_id == first.user.id
    second = await sign_up("user2@example.org")
    async with database.read() as session:
        with pytest.raises(AccountAmbiguous):
            await administration.get_sole_actor(session)
        assert [user.id for user in await administration.list_users(session)] == [first.user.id, second.user.id]
    async with database.transaction() as session:
        await users.disable(session, tools, first.user.id)
    async with database.read() as session:
        assert (await administration.get_sole_actor(session)).user_id == second.user.id


async def test_a_password_that_is_set_anew_ends_every_session(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp, log_in: SignUp
) -> None:
    signed_in = await sign_up("user1@example.org")
    await authenticator.authenticate(signed_in.access_token)
    assert await reset(database, tools, "USER1@example.org", "quiet-river-92") == 1
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(signed_in.access_token)
    with pytest.raises(CredentialsWrong):
        await log_in("user1@example.org", PASSWORD)
    await log_in("user1@example.org", "quiet-river-92")


async def test_a_password_is_set_anew_for_somebody_there_and_to_something_good(
    database: Database, tools: service.Tools, sign_up: SignUp
) -> None:
    await sign_up("user1@example.org")
    with pytest.raises(PasswordWeak):
        await reset(database, tools, "user1@example.org", "password")
    for email in ("user2@example.org", "\0"):
        with pytest.raises(AccountNotFound):
            await reset(database, tools, email, "quiet-river-92")
    async with database.read() as session:
        user = await administration.get_user(session, "user1@example.org")
    await reset(database, tools, "user1@example.org", "quiet-river-92")
    with pytest.raises(AccountNotFound, match="Try again"):
        async with database.transaction() as session:
            await administration.reset_password(session, tools, user, "another hash")
