import asyncio

import pytest
from sqlalchemy import event, text

from evoke.domains.accounts import schemas, service
from evoke.domains.accounts.errors import SessionEnded, TokenExpired, TokenInvalid
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service import api_keys, sessions, users
from evoke.domains.accounts.service.live import LiveActors
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import Clock, SignUp


@pytest.fixture
def statements(database: Database) -> list[str]:
    """The SQL that reached the database."""
    seen: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    return seen


async def key_of(database: Database, tools: service.Tools, actor: Actor, **form: object) -> schemas.CreatedApiKey:
    values = schemas.NewApiKey.model_validate({"name": "A key", "scopes": ["photos:read"], **form})
    async with database.transaction() as session:
        return await api_keys.create(session, tools, actor, values)


async def test_a_request_normally_costs_no_question(
    authenticator: service.Authenticator, sign_up: SignUp, statements: list[str]
) -> None:
    token = (await sign_up()).access_token
    actor = await authenticator.authenticate(token)
    await authenticator.close()
    statements.clear()
    for _ in range(5):
        assert await authenticator.authenticate(token) == actor
    assert statements == []


async def test_another_process_notices_an_ended_session_when_its_cache_runs_out(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    now = [0.0]
    elsewhere = service.Tools(signer=tools.signer, live=LiveActors(lambda: now[0]), clock=tools.clock)
    other_process = service.Authenticator(database, elsewhere)
    token = (await sign_up()).access_token
    actor = await other_process.authenticate(token)
    async with database.transaction() as session:
        await sessions.logout(session, tools, actor)
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(token)
    assert await other_process.authenticate(token) == actor
    now[0] = 5.0
    with pytest.raises(SessionEnded):
        await other_process.authenticate(token)
    await other_process.close()
    elsewhere.close()


async def test_an_end_that_is_rolled_back_ends_nothing(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    token = (await sign_up()).access_token
    actor = await authenticator.authenticate(token)
    async with database.write() as session:
        await sessions.logout(session, tools, actor)
        await session.rollback()
    assert await authenticator.authenticate(token) == actor


def test_what_was_read_before_an_end_is_not_remembered_after_it() -> None:
    live, actor = LiveActors(), Actor(user_id=new_id(), role="user", session_id=new_id())
    epoch = live.epoch
    live.forget(lambda known: known.session_id == actor.session_id)
    live.put(b"key", actor, seconds=5, epoch=epoch)
    assert live.find(b"key") is None
    live.put(b"key", actor, seconds=5, epoch=live.epoch)
    assert live.find(b"key") == actor


async def test_an_access_token_runs_out_even_when_its_session_is_remembered(
    authenticator: service.Authenticator, clock: Clock, sign_up: SignUp
) -> None:
    token = (await sign_up()).access_token
    await authenticator.authenticate(token)
    clock.forward(minutes=15)
    with pytest.raises(TokenExpired):
        await authenticator.authenticate(token)


async def test_a_disabled_or_deleted_account_is_refused_at_once(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp, log_in: SignUp
) -> None:
    signed_in = await sign_up("user1@example.org")
    actor = await authenticator.authenticate(signed_in.access_token)
    key = (await key_of(database, tools, actor)).key
    await authenticator.authenticate(key)
    async with database.transaction() as session:
        await users.disable(session, tools, actor.user_id)
    with pytest.raises(SessionEnded):
        await authenticator.authenticate(signed_in.access_token)
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(key)
    async with database.transaction() as session:
        await users.enable(session, actor.user_id)
    again = await log_in("user1@example.org")
    await authenticator.authenticate(key)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM users"))
    tools.live.forget(lambda _actor: True)
    for credential in (again.access_token, key):
        with pytest.raises((SessionEnded, TokenInvalid)):
            await authenticator.authenticate(credential)


async def test_the_role_is_that_of_the_account_not_that_of_the_token(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, sign_up: SignUp
) -> None:
    await sign_up("user1@example.org")
    signed_in = await sign_up("user2@example.org")
    session_id = (await authenticator.authenticate(signed_in.access_token)).session_id
    claims = {"sub": str(signed_in.user.id), "sid": str(session_id), "role": "admin"}
    tools.live.forget(lambda _actor: True)
    actor = await authenticator.authenticate(tools.signer.sign("access", claims, tools.options.access_lifetime))
    assert actor.role == "user"


@pytest.mark.parametrize(
    "credential",
    ["", "x", "a.b.c", "evk_", "evk_000000000000_secret", "evk_'; DROP TABLE api_keys;--_x", "evk_\0_x", "evr_x"],
)
async def test_what_is_no_credential_is_refused(authenticator: service.Authenticator, credential: str) -> None:
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(credential)


async def test_an_api_key_stands_for_its_owner_with_its_scopes(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, clock: Clock, sign_up: SignUp
) -> None:
    owner = await authenticator.authenticate((await sign_up()).access_token)
    made = await key_of(database, tools, owner, expires_at=clock.now.replace(year=2027))
    actor = await authenticator.authenticate(made.key)
    assert (actor.user_id, actor.api_key_id, actor.session_id) == (owner.user_id, made.api_key.id, None)
    assert actor.scopes == {"photos:read"}
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(made.key[:-1] + ("A" if made.key[-1] != "A" else "B"))
    clock.now = clock.now.replace(year=2027)
    tools.live.forget(lambda _actor: True)
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(made.key)


async def test_last_use_is_noted_beside_the_request_and_once_a_minute(
    database: Database,
    tools: service.Tools,
    authenticator: service.Authenticator,
    clock: Clock,
    sign_up: SignUp,
    statements: list[str],
) -> None:
    owner = await authenticator.authenticate((await sign_up()).access_token)
    made = await key_of(database, tools, owner)

    async def use() -> int:
        tools.live.forget(lambda _actor: True)
        statements.clear()
        await asyncio.gather(*(authenticator.authenticate(made.key) for _ in range(3)))
        await authenticator.close()
        return sum("UPDATE api_keys" in statement for statement in statements)

    async def noted() -> object:
        async with database.read() as session:
            return (await api_keys.list_for(session, tools, owner))[0].last_used_at

    assert await noted() is None
    assert await use() == 1
    first = clock()
    assert await noted() == first
    clock.forward(seconds=59)
    assert await use() == 0
    assert await noted() == first
    clock.forward(seconds=1)
    assert await use() == 1
    assert await noted() == clock()


async def test_a_session_that_is_used_moves_up_in_the_list(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, clock: Clock, sign_up: SignUp
) -> None:
    signed_in = await sign_up()
    clock.forward(minutes=2)
    actor = await authenticator.authenticate(signed_in.access_token)
    await authenticator.close()
    async with database.read() as session:
        (listed,) = await sessions.list_for(session, tools, actor)
    assert listed.last_used_at == clock()


async def test_a_last_use_that_cannot_be_noted_does_not_fail_the_request(
    database: Database, tools: service.Tools, authenticator: service.Authenticator, clock: Clock, sign_up: SignUp
) -> None:
    signed_in = await sign_up()
    clock.forward(minutes=2)
    async with database.transaction() as session:
        await session.execute(
            text("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''full''; END'")
        )
        await session.execute(text("CREATE TRIGGER refuse BEFORE UPDATE ON sessions EXECUTE FUNCTION refuse()"))
    actor = await authenticator.authenticate(signed_in.access_token)
    await authenticator.close()
    async with database.read() as session:
        (listed,) = await sessions.list_for(session, tools, actor)
    assert listed.last_used_at < clock()
    async with database.transaction() as session:
        await session.execute(text("DROP FUNCTION refuse CASCADE"))


def test_the_cache_of_callers_is_bounded() -> None:
    now = [0.0]
    live, actor = LiveActors(lambda: now[0]), Actor(user_id=new_id(), role="user")
    for number in range(10_001):
        live.put(number.to_bytes(4, "big"), actor, seconds=5, epoch=0)
    assert live.find((0).to_bytes(4, "big")) is None
    assert live.find((1).to_bytes(4, "big")) == actor
    now[0] = 5
    assert live.find((1).to_bytes(4, "big")) is None
