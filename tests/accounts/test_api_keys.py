from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from evoke.domains.accounts import schemas, service
from evoke.domains.accounts.errors import ApiKeyNotFound, NameInvalid, ScopeMissing, TokenInvalid, TooManyApiKeys
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service import api_keys
from evoke.kit.errors import Forbidden, Invalid
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import Clock, SignUp


@pytest.fixture
async def owner(authenticator: service.Authenticator, sign_up: SignUp) -> Actor:
    await sign_up("admin@example.org")
    return await authenticator.authenticate((await sign_up("user1@example.org")).access_token)


@pytest.fixture
def create(database: Database, tools: service.Tools):
    async def made(actor: Actor, scopes: list[str], **form: object) -> schemas.CreatedApiKey:
        values = schemas.NewApiKey.model_validate({"name": "A key", "scopes": scopes, **form})
        async with database.transaction() as session:
            return await api_keys.create(session, tools, actor, values)

    return made


async def test_a_key_is_shown_once_and_never_listed(database, tools, owner: Actor, create) -> None:
    made = await create(owner, ["search:read", "photos:read", "photos:read"], name="  Backup ")
    async with database.read() as session:
        (listed,) = await api_keys.list_for(session, tools, owner)
        stored = str((await session.execute(text("SELECT * FROM api_keys"))).mappings().all())
    assert listed == made.api_key
    assert listed.scopes == ["photos:read", "search:read"]
    assert listed.name == "Backup"
    assert made.key.startswith(f"evk_{listed.prefix}_")
    assert made.key not in stored
    assert made.key.split("_", 2)[2] not in stored


async def test_nobody_gives_a_key_more_than_they_have(owner: Actor, create) -> None:
    narrow = replace(owner, scopes=frozenset({"account:write", "photos:read"}), session_id=None, api_key_id=new_id())
    assert (await create(narrow, ["photos:read"])).api_key.scopes == ["photos:read"]
    with pytest.raises(ScopeMissing) as refused:
        await create(narrow, ["photos:read", "photos:write"])
    assert refused.value.details == {"scope": "photos:write"}
    with pytest.raises(ScopeMissing):
        await create(replace(narrow, scopes=frozenset({"photos:read"})), ["photos:read"])
    with pytest.raises(Forbidden):
        await create(owner, ["admin"])


async def test_an_administrators_key_is_one_only_with_that_scope(authenticator, log_in, owner: Actor, create) -> None:
    admin = await authenticator.authenticate((await log_in("admin@example.org")).access_token)
    assert admin.is_admin
    ordinary = await authenticator.authenticate((await create(admin, ["photos:read"])).key)
    assert ordinary.role == "admin"
    assert not ordinary.is_admin
    assert (await authenticator.authenticate((await create(admin, ["admin"])).key)).is_admin


async def test_a_deleted_key_stops_at_once_and_only_its_owner_deletes_it(
    database, tools, authenticator, sign_up, owner: Actor, create
) -> None:
    made = await create(owner, ["photos:read"])
    await authenticator.authenticate(made.key)
    other = await authenticator.authenticate((await sign_up("user2@example.org")).access_token)
    for actor, key_id in ((other, made.api_key.id), (owner, new_id())):
        with pytest.raises(ApiKeyNotFound):
            async with database.transaction() as session:
                await api_keys.revoke(session, tools, actor, key_id)
    await authenticator.authenticate(made.key)
    async with database.transaction() as session:
        await api_keys.revoke(session, tools, owner, made.api_key.id)
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate(made.key)
    async with database.read() as session:
        assert await api_keys.list_for(session, tools, owner) == []


async def test_forms_that_make_no_sense_are_refused(owner: Actor, clock: Clock, create) -> None:
    for form in (
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["photos:read"], "expires_at": "2027-01-01T00:00:00"},
        {"scopes": ["photos:read"], "expires_at": "9999-12-31T23:59:59-12:00"},
    ):
        with pytest.raises(ValidationError):
            schemas.NewApiKey.model_validate({"name": "A key", **form})
    with pytest.raises(Invalid):
        await create(owner, ["photos:read"], expires_at=clock())
    with pytest.raises(NameInvalid):
        await create(owner, ["photos:read"], name="\0")
    early = datetime(1, 1, 1, tzinfo=UTC)
    with pytest.raises(Invalid):
        await create(owner, ["photos:read"], expires_at=early)


async def test_there_is_an_end_to_keys(database, tools, owner: Actor, create) -> None:
    few = replace(tools, options=service.Options(max_api_keys=1))
    await create(owner, ["photos:read"])
    with pytest.raises(TooManyApiKeys):
        async with database.transaction() as session:
            await api_keys.create(session, few, owner, schemas.NewApiKey(name="One more", scopes=["photos:read"]))
