import uuid
from dataclasses import replace

import pytest

from evoke.domains.accounts import service
from evoke.domains.accounts.errors import AccountNotFound, ScopeMissing
from evoke.domains.accounts.events import AccountDisabled, AccountEnabled
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service import users
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession
from tests.accounts.conftest import SignUp


async def test_me_counts_what_higher_domains_hold(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    signed_in = await sign_up()
    actor = await authenticator.authenticate(signed_in.access_token)
    async with database.read() as session:
        me = await users.get_me(session, tools, actor)
    assert (me.entry_count, me.visualization_count) == (0, 0)
    assert me.model_dump(include=set(type(signed_in.user).model_fields)) == signed_in.user.model_dump()
    asked: list[uuid.UUID] = []

    async def count(_session: ReadSession, owner_id: uuid.UUID) -> int:
        asked.append(owner_id)
        return 12

    tools.counts.register("entries", count)
    async with database.read() as session:
        me = await users.get_me(session, tools, actor)
    assert (me.entry_count, me.visualization_count) == (12, 0)
    assert asked == [actor.user_id]
    with pytest.raises(ValueError, match="entries"):
        tools.counts.register("entries", count)


async def test_me_is_for_those_who_exist_and_may_know(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    actor = await authenticator.authenticate((await sign_up()).access_token)
    async with database.read() as session:
        with pytest.raises(ScopeMissing):
            await users.get_me(session, tools, replace(actor, scopes=frozenset({"photos:read"})))
        with pytest.raises(AccountNotFound):
            await users.get_me(session, tools, Actor(user_id=new_id(), role="user"))


async def test_the_command_line_acts_for_the_first_administrator_or_for_whom_it_names(
    database: Database, tools: service.Tools, sign_up: SignUp
) -> None:
    async with database.read() as session:
        with pytest.raises(AccountNotFound, match="Make one first"):
            await users.get_actor(session)
    admin, user = await sign_up("user1@example.org"), await sign_up("user2@example.org")
    async with database.read() as session:
        assert await users.get_actor(session) == Actor(user_id=admin.user.id, role="admin")
        assert await users.get_actor(session, "User2@example.org") == Actor(user_id=user.user.id, role="user")
        for email in ("user3@example.org", "\0", ""):
            with pytest.raises(AccountNotFound):
                await users.get_actor(session, email)
    async with database.transaction() as session:
        await users.disable(session, tools, user.user.id)
    async with database.read() as session:
        with pytest.raises(AccountNotFound):
            await users.get_actor(session, "user2@example.org")


async def test_disabling_and_enabling_are_told(database: Database, tools: service.Tools, sign_up: SignUp) -> None:
    heard: list[object] = []

    async def hear(_session: WriteSession, event: object) -> None:
        heard.append(event)

    for kind in (AccountDisabled, AccountEnabled):
        database.bus.subscribe(kind, hear)
    user_id = (await sign_up()).user.id
    async with database.transaction() as session:
        await users.disable(session, tools, user_id)
        await users.enable(session, user_id)
    assert heard == [AccountDisabled(user_id), AccountEnabled(user_id)]
    async with database.write() as session:
        with pytest.raises(AccountNotFound):
            await users.disable(session, tools, new_id())
        with pytest.raises(AccountNotFound):
            await users.enable(session, new_id())


async def test_a_quota_of_ones_own_is_found(database: Database, sign_up: SignUp) -> None:
    user_id = (await sign_up()).user.id
    async with database.read() as session:
        assert await users.find_quota(session, user_id) is None
        assert await users.find_quota(session, new_id()) is None
