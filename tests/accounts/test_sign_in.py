from dataclasses import replace

import pytest

from evoke.domains.accounts import schemas, service
from evoke.domains.accounts.errors import (
    AccountNotFound,
    CredentialsWrong,
    PasswordWeak,
    PasswordWrong,
    ScopeMissing,
    SessionEnded,
)
from evoke.domains.accounts.schemas import Actor, Client
from evoke.domains.accounts.service import sign_in, users
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import PASSWORD, Clock, CountingHasher, SignUp, row_of


async def change(database: Database, tools: service.Tools, actor: Actor, old: str, new: str) -> int:
    async with database.write() as session:
        credentials = await sign_in.get_credentials(session, actor)
    form = schemas.ChangePassword(old_password=old, new_password=new)
    new_hash = await sign_in.prepare_change(tools, credentials, form)
    async with database.transaction() as session:
        return await sign_in.change_password(session, tools, actor, credentials, new_hash)


async def test_every_way_to_fail_has_the_same_answer_after_the_same_work(
    database: Database, tools: service.Tools, hasher: CountingHasher, sign_up: SignUp, log_in: SignUp
) -> None:
    await sign_up("user1@example.org")
    disabled = await sign_up("user2@example.org")
    async with database.transaction() as session:
        await users.disable(session, tools, disabled.user.id)
    with pytest.raises(CredentialsWrong):
        await log_in("user1@example.org", "the first one makes the decoy")
    seen = set()
    tries = {
        "wrong password": ("user1@example.org", "wrong-password"),
        "unknown": ("nobody@example.org", PASSWORD),
        "no address at all": ("\0'; DROP TABLE users;--", PASSWORD),
        "disabled": ("user2@example.org", PASSWORD),
    }
    for email, password in tries.values():
        hasher.verified.clear()
        hasher.hashed.clear()
        with pytest.raises(CredentialsWrong) as refused:
            await log_in(email, password)
        seen.add((refused.value.message, refused.value.code, str(refused.value.details), len(hasher.verified)))
        assert hasher.hashed == []
    assert seen == {("The e-mail address or the password is not right.", "UNAUTHORIZED", "{}", 1)}


async def test_a_password_that_changes_while_it_is_checked_starts_no_session(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    signed_in = await sign_up("user1@example.org")
    actor = await authenticator.authenticate(signed_in.access_token)
    async with database.write() as session:
        found = await sign_in.find_credentials(session, "user1@example.org")
    credentials = await sign_in.check_password(tools, found, PASSWORD)
    await change(database, tools, actor, PASSWORD, "quiet-river-92")
    with pytest.raises(CredentialsWrong):
        async with database.transaction() as session:
            await sign_in.start(session, tools, credentials, Client())


async def test_a_new_password_ends_every_other_session(
    database: Database,
    tools: service.Tools,
    authenticator: service.Authenticator,
    sign_up: SignUp,
    log_in: SignUp,
) -> None:
    here = await sign_up("user1@example.org")
    there = await log_in("user1@example.org")
    actor = await authenticator.authenticate(here.access_token)
    await authenticator.authenticate(there.access_token)
    assert await change(database, tools, actor, PASSWORD, "quiet-river-92") == 1
    assert await authenticator.authenticate(here.access_token) == actor
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(there.access_token)
    with pytest.raises(CredentialsWrong):
        await log_in("user1@example.org", PASSWORD)
    assert (await log_in("user1@example.org", "quiet-river-92")).user.id == here.user.id


async def test_changing_a_password_needs_the_old_one_and_a_good_new_one(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    actor = await authenticator.authenticate((await sign_up("user1@example.org")).access_token)
    with pytest.raises(PasswordWrong):
        await change(database, tools, actor, "wrong-password", "quiet-river-92")
    with pytest.raises(PasswordWeak):
        await change(database, tools, actor, PASSWORD, "user1@example.org")
    with pytest.raises(ScopeMissing):
        await change(database, tools, replace(actor, scopes=frozenset({"account:read"})), PASSWORD, "quiet-river-92")
    with pytest.raises(AccountNotFound):
        await change(database, tools, Actor(user_id=new_id(), role="user"), PASSWORD, "quiet-river-92")


async def test_of_two_changes_the_second_does_not_overwrite_the_first(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    actor = await authenticator.authenticate((await sign_up()).access_token)
    async with database.write() as session:
        credentials = await sign_in.get_credentials(session, actor)
    await change(database, tools, actor, PASSWORD, "quiet-river-92")
    with pytest.raises(PasswordWrong):
        async with database.transaction() as session:
            await sign_in.change_password(session, tools, actor, credentials, "another hash")


async def test_a_weak_hash_is_replaced_when_its_password_comes_by(
    database: Database, tools: service.Tools, clock: Clock, sign_up: SignUp, log_in: SignUp
) -> None:
    before = await row_of(database, await sign_up("user1@example.org"))
    stronger = replace(tools, passwords=service.Passwords(service.Argon2(memory_kib=16, passes=1)))
    async with database.write() as session:
        found = await sign_in.find_credentials(session, "user1@example.org")
    credentials = await sign_in.check_password(stronger, found, PASSWORD)
    new_hash = await sign_in.renew_hash(stronger, credentials, PASSWORD)
    clock.forward(days=1)
    async with database.transaction() as session:
        signed_in = await sign_in.start(session, stronger, credentials, Client(), new_hash=new_hash)
    after = await row_of(database, signed_in)
    assert "m=16," in after.password_hash
    assert after.password_changed_at == before.password_changed_at
    assert (await log_in("user1@example.org")).user.id == signed_in.user.id
    stronger.close()
