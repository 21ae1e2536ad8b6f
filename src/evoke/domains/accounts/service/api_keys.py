"""API keys: for programs, with less than all rights."""

import uuid

from evoke.domains.accounts import identity, models, queries, schemas
from evoke.domains.accounts.errors import ApiKeyNotFound, ScopeMissing, TooManyApiKeys
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service.tools import Tools
from evoke.domains.accounts.tokens import new_api_key
from evoke.kit import ids
from evoke.kit.errors import Forbidden, Invalid
from evoke.platform.postgres.engine import ReadSession, WriteSession


async def create(session: WriteSession, tools: Tools, actor: Actor, form: schemas.NewApiKey) -> schemas.CreatedApiKey:
    """A key, shown in this answer only. Nobody can give a key more than they have themselves.

    Raises ScopeMissing, Forbidden (the scope admin), Invalid (name, a time that is past), TooManyApiKeys.
    """
    actor.require("account:write")
    name = identity.read_name(form.name)
    now = tools.clock()
    for scope in form.scopes:
        if not actor.allows(scope):
            raise ScopeMissing(f"Your own API key lacks the scope {scope}, so it cannot give it.", scope=scope)
    if "admin" in form.scopes and not actor.is_admin:
        raise Forbidden("Only an administrator can make a key with the scope admin.")
    if form.expires_at is not None and form.expires_at <= now:
        raise Invalid("A key cannot expire in the past.", field="expires_at", reason="in the past")
    if await queries.lock_api_keys(session, actor) >= tools.options.max_api_keys:
        raise TooManyApiKeys(max=tools.options.max_api_keys)
    prefix, key, key_hash = new_api_key()
    row = models.ApiKey(
        id=ids.new_id(),
        owner_id=actor.user_id,
        prefix=prefix,
        key_hash=key_hash,
        name=name,
        scopes=sorted(set(form.scopes)),
        created_at=now,
        expires_at=form.expires_at,
    )
    session.add(row)
    await session.flush()
    return schemas.CreatedApiKey(api_key=schemas.ApiKey.model_validate(row), key=key)


async def list_for(session: ReadSession, tools: Tools, actor: Actor) -> list[schemas.ApiKey]:
    """The caller's keys, the newest first, without what is secret; expired ones too."""
    actor.require("account:read")
    rows = await queries.api_keys_of(session, actor, tools.options.max_api_keys)
    return [schemas.ApiKey.model_validate(row) for row in rows]


async def revoke(session: WriteSession, tools: Tools, actor: Actor, key_id: uuid.UUID) -> None:
    """Delete a key of the caller. Raises ApiKeyNotFound for another's and an unknown one alike."""
    actor.require("account:write")
    if not await queries.delete_api_key(session, actor, key_id):
        raise ApiKeyNotFound
    tools.live.forget_after_commit(session, lambda known: known.api_key_id == key_id)
