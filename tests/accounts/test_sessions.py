import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from evoke.domains.accounts import models, schemas, service
from evoke.domains.accounts.errors import (
    RefreshReused,
    ScopeMissing,
    SessionEnded,
    SessionNotFound,
    TokenExpired,
    TokenInvalid,
)
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service import sessions, sign_in, users
from evoke.domains.accounts.tokens import RefreshToken
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import Clock


@pytest.fixture
def turn(database: Database, tools: service.Tools):
    """Refresh with a refresh token, committing as the route does."""

    async def made(token: str | None) -> schemas.Grant:
        assert token is not None
        async with database.transaction() as session:
            outcome = await sessions.refresh(session, tools, token)
        if isinstance(outcome, RefreshReused):
            raise outcome
        return outcome

    return made


@pytest.fixture
def turn_bearer(database: Database, tools: service.Tools):
    async def made(token: str) -> schemas.Grant:
        async with database.transaction() as session:
            return await sessions.refresh_bearer(session, tools, token)

    return made


async def test_a_refresh_token_gives_new_tokens_once_and_again(authenticator, clock: Clock, sign_up, turn) -> None:
    first = await sign_up()
    seen = {first.refresh_token}
    token = first.refresh_token
    for _ in range(3):
        clock.forward(minutes=15)
        grant = await turn(token)
        assert (await authenticator.authenticate(grant.access_token)).user_id == first.user.id
        assert grant.expires_in == 900
        assert grant.refresh_expires_in == 60 * 86400
        token = grant.refresh_token
        assert token not in seen
        seen.add(token)


async def test_an_old_refresh_token_ends_the_whole_session(authenticator, clock: Clock, sign_up, log_in, turn) -> None:
    first = await sign_up("user1@example.org")
    other = await log_in("user1@example.org")
    second = await turn(first.refresh_token)
    await authenticator.authenticate(second.access_token)
    clock.forward(seconds=11)
    with pytest.raises(RefreshReused):
        await turn(first.refresh_token)
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(second.access_token)
    with pytest.raises(SessionEnded):
        await turn(second.refresh_token)
    await turn(other.refresh_token)


async def test_a_token_two_turns_old_ends_the_session_even_at_once(sign_up, turn) -> None:
    first = await sign_up()
    third = await turn((await turn(first.refresh_token)).refresh_token)
    with pytest.raises(RefreshReused):
        await turn(first.refresh_token)
    with pytest.raises(SessionEnded):
        await turn(third.refresh_token)


async def test_two_requests_at_once_get_the_same_new_token(sign_up, turn) -> None:
    first = await sign_up()
    grants = await asyncio.gather(*(turn(first.refresh_token) for _ in range(4)))
    assert len({grant.refresh_token for grant in grants}) == 1
    assert (await turn(grants[0].refresh_token)).refresh_token


async def test_without_grace_the_second_request_ends_the_session(database, tools, sign_up) -> None:
    strict = replace(tools, options=service.Options(rotation_grace_seconds=0))
    first = await sign_up()
    assert first.refresh_token
    async with database.transaction() as session:
        assert isinstance(await sessions.refresh(session, strict, first.refresh_token), schemas.Grant)
    async with database.transaction() as session:
        assert isinstance(await sessions.refresh(session, strict, first.refresh_token), RefreshReused)


async def test_invented_tokens_do_not_end_a_session(sign_up, turn) -> None:
    first = await sign_up()
    real = RefreshToken.parse(first.refresh_token)
    invented = [str(RefreshToken.generate(session_id)) for session_id in (real.session_id, new_id())]
    for token in (*invented, "evr_x", first.access_token):
        with pytest.raises(TokenInvalid):
            await turn(token)
    await turn(first.refresh_token)


async def test_a_session_ends_when_it_is_not_used(clock: Clock, sign_up, turn) -> None:
    first = await sign_up()
    clock.forward(days=59)
    second = await turn(first.refresh_token)
    clock.forward(days=59)
    third = await turn(second.refresh_token)
    clock.forward(days=60)
    with pytest.raises(SessionEnded):
        await turn(third.refresh_token)


async def test_the_database_holds_no_token(database: Database, sign_up, turn) -> None:
    first = await sign_up()
    second = await turn(first.refresh_token)
    async with database.read() as session:
        stored = str((await session.execute(text("SELECT * FROM sessions"))).mappings().all())
    for token in (first.refresh_token, second.refresh_token):
        parsed = RefreshToken.parse(token)
        for secret in (parsed.family, parsed.secret):
            assert repr(secret) not in stored
        assert token not in stored


async def test_a_bearer_is_refreshed_while_it_is_good_and_for_days_after(
    authenticator, clock: Clock, sign_up, turn_bearer
) -> None:
    first = await sign_up()
    second = await turn_bearer(first.access_token)
    assert second.refresh_token is None
    clock.forward(days=7, minutes=14)
    with pytest.raises(TokenExpired):
        await authenticator.authenticate(second.access_token)
    third = await turn_bearer(second.access_token)
    assert (await authenticator.authenticate(third.access_token)).user_id == first.user.id
    clock.forward(days=7, minutes=15)
    with pytest.raises(TokenExpired):
        await turn_bearer(third.access_token)


async def test_a_client_that_uses_refresh_tokens_gets_no_grace_for_its_bearer(
    clock: Clock, sign_up, turn, turn_bearer
) -> None:
    first = await sign_up()
    second = await turn(first.refresh_token)
    await turn_bearer(second.access_token)
    clock.forward(minutes=15)
    for token in (first.access_token, second.access_token):
        with pytest.raises(TokenExpired):
            await turn_bearer(token)


async def test_a_bearer_of_an_ended_session_or_of_nobody_is_not_refreshed(
    database, tools, authenticator, sign_up, log_in, turn_bearer
) -> None:
    first = await sign_up("user1@example.org")
    actor = await authenticator.authenticate(first.access_token)
    async with database.transaction() as session:
        await sessions.logout(session, tools, actor)
    with pytest.raises(SessionEnded):
        await turn_bearer(first.access_token)
    other = await log_in("user1@example.org")
    stolen = {"sub": str(new_id()), "sid": str(RefreshToken.parse(other.refresh_token).session_id), "role": "admin"}
    with pytest.raises(TokenInvalid):
        await turn_bearer(tools.signer.sign("access", stolen, tools.options.access_lifetime))
    for broken in ({}, {"sub": 1, "sid": 2}, {"sub": "x", "sid": "y"}):
        with pytest.raises(TokenInvalid):
            await turn_bearer(tools.signer.sign("access", broken, tools.options.access_lifetime))


async def test_the_list_shows_my_living_sessions_and_nothing_secret(
    database, tools, authenticator, clock: Clock, sign_up, log_in, turn
) -> None:
    first = await sign_up("user1@example.org")
    clock.forward(minutes=1)
    second = await log_in("user1@example.org")
    await sign_up("user2@example.org")
    actor = await authenticator.authenticate(first.access_token)
    async with database.read() as session:
        listed = await sessions.list_for(session, tools, actor)
    assert [each.current for each in listed] == [False, True]
    assert listed[1].user_agent == "tests"
    assert listed[1].address == "203.0.113.7"
    clock.forward(minutes=1)
    await turn(first.refresh_token)
    async with database.transaction() as session:
        await sessions.revoke(session, tools, actor, RefreshToken.parse(second.refresh_token).session_id)
    async with database.read() as session:
        (only,) = await sessions.list_for(session, tools, actor)
    assert only.last_used_at == clock()
    assert set(only.model_dump()) == {
        "id",
        "created_at",
        "last_used_at",
        "expires_at",
        "user_agent",
        "address",
        "current",
    }


async def test_sessions_of_others_cannot_be_ended_or_told_from_unknown_ones(
    database, tools, authenticator, sign_up
) -> None:
    mine, theirs = await sign_up("user1@example.org"), await sign_up("user2@example.org")
    actor = await authenticator.authenticate(mine.access_token)
    their_actor = await authenticator.authenticate(theirs.access_token)
    messages = set()
    for session_id in (their_actor.session_id, new_id()):
        with pytest.raises(SessionNotFound) as refused:
            async with database.transaction() as session:
                await sessions.revoke(session, tools, actor, session_id)
        messages.add(refused.value.message)
    assert len(messages) == 1
    assert await authenticator.authenticate(theirs.access_token) == their_actor


async def test_signing_out_everywhere_else_keeps_this_session(database, tools, authenticator, sign_up, log_in) -> None:
    first = await sign_up("user1@example.org")
    others = [await log_in("user1@example.org") for _ in range(2)]
    stranger = await sign_up("user2@example.org")
    for each in (first, *others, stranger):
        await authenticator.authenticate(each.access_token)
    actor = await authenticator.authenticate(first.access_token)
    async with database.transaction() as session:
        assert await sessions.revoke_others(session, tools, actor) == 2
    for each in others:
        with pytest.raises(SessionEnded):
            await authenticator.authenticate(each.access_token)
    await authenticator.authenticate(first.access_token)
    await authenticator.authenticate(stranger.access_token)


async def test_logout_is_for_sessions(database, tools, authenticator, sign_up) -> None:
    first = await sign_up()
    actor = await authenticator.authenticate(first.access_token)
    async with database.transaction() as session:
        await sessions.logout(session, tools, actor)
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(first.access_token)
    key_holder = Actor(user_id=actor.user_id, role="user", scopes=frozenset(), api_key_id=new_id())
    with pytest.raises(SessionNotFound):
        async with database.transaction() as session:
            await sessions.logout(session, tools, key_holder)
    for call in (sessions.revoke_others(session, tools, key_holder), sessions.list_for(session, tools, key_holder)):
        with pytest.raises(ScopeMissing):
            await call


async def test_dead_sessions_and_those_beyond_the_limit_are_deleted(database, tools, clock: Clock, sign_up) -> None:
    few = replace(tools, options=service.Options(max_sessions=2))
    signed_in = await sign_up("user1@example.org")
    made = []
    for _ in range(3):
        clock.forward(minutes=1)
        async with database.transaction() as session:
            user = await session.get_one(models.User, signed_in.user.id)
            made.append(await sign_in.start_registered(session, few, user, schemas.Client()))
    async with database.read() as session:
        left = {row.id for row in (await session.execute(text("SELECT id FROM sessions"))).all()}
    assert left == {RefreshToken.parse(each.refresh_token).session_id for each in made[1:]}
    clock.forward(days=61)
    async with database.transaction() as session:
        user = await session.get_one(models.User, signed_in.user.id)
        await sign_in.start_registered(session, few, user, schemas.Client())
    async with database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM sessions"))).scalar_one() == 1


async def test_a_disabled_account_cannot_refresh(database, tools, sign_up, turn, turn_bearer) -> None:
    first = await sign_up()
    async with database.transaction() as session:
        await users.disable(session, tools, first.user.id)
    with pytest.raises(SessionEnded):
        await turn(first.refresh_token)
    with pytest.raises(SessionEnded):
        await turn_bearer(first.access_token)
