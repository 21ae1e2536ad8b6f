"""What routes ask for: sessions, who is calling, the resources of the process."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from evoke.api import limits
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.kit import errors
from evoke.platform.postgres.engine import ReadSession, WriteSession

_bearer = HTTPBearer(auto_error=False, description="An access token, or an API key.")
_api_key = APIKeyHeader(name="X-API-Key", auto_error=False, description="An API key.")


# All of these are coroutines: a plain function would be run in a thread, which takes longer than what it does.
async def resources(request: Request) -> Resources:
    found: Resources = request.app.state.resources
    return found


async def refuse_nul(request: Request) -> None:
    """PostgreSQL takes no NUL in a text, not even to compare with: no query parameter may have one."""
    for name, value in request.query_params.multi_items():
        if "\0" in name or "\0" in value:
            field = name.replace("\0", "")
            raise errors.Invalid(f"{field}: no NUL characters here", field=field, reason="no NUL characters here")


ResourcesDep = Annotated[Resources, Depends(resources)]


async def _read_session(resources: ResourcesDep) -> AsyncIterator[ReadSession]:
    async with resources.database.read() as session:
        yield session


async def _write_session(resources: ResourcesDep) -> AsyncIterator[WriteSession]:
    async with resources.database.transaction() as session:
        yield session


# scope="function": the code after `yield` runs before the answer leaves, so a commit that fails is a 500 and
# not a 201 about nothing.
ReadDep = Annotated[ReadSession, Depends(_read_session, scope="function")]
WriteDep = Annotated[WriteSession, Depends(_write_session, scope="function")]


async def _optional_actor(
    request: Request,
    resources: ResourcesDep,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    api_key: Annotated[str | None, Depends(_api_key)],
) -> Actor | None:
    credential = bearer.credentials if bearer else api_key
    return await _authenticate(request, resources, credential) if credential else None


async def _authenticate(request: Request, resources: Resources, credential: str) -> Actor:
    # Who counted this request has asked already, of the same credential.
    known = getattr(getattr(request.state, "meter", None), "actor", None)
    actor: Actor = known or await resources.authenticator.authenticate(credential)
    request.state.actor = actor
    return actor


async def actor(request: Request) -> Actor:
    """Who is calling, as `ActorDep` has it, for what runs beside the framework. Raises Unauthorized."""
    credential = limits.read_credential(request.headers)
    if credential is None:
        raise errors.Unauthorized
    return await _authenticate(request, await resources(request), credential)


async def _actor(actor: Annotated[Actor | None, Depends(_optional_actor)]) -> Actor:
    if actor is None:
        raise errors.Unauthorized
    return actor


async def _admin(actor: Annotated[Actor, Depends(_actor)]) -> Actor:
    if not actor.is_admin:
        raise errors.Forbidden("Only an administrator may do this.")
    return actor


OptionalActorDep = Annotated[Actor | None, Depends(_optional_actor)]
ActorDep = Annotated[Actor, Depends(_actor)]
AdminDep = Annotated[Actor, Depends(_admin)]
