"""Accounts: signing in, sessions, passwords, API keys."""

import uuid
from typing import Annotated

from fastapi import Body, Depends, Request, Response

from evoke.api import limits
from evoke.api.deps import ActorDep, AdminDep, ReadDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.routing import router_of
from evoke.domains.accounts import errors, schemas, service
from evoke.domains.accounts.schemas import Client
from evoke.kit.errors import EvokeError, Forbidden, Invalid, NotFound, RateLimited, Unauthorized

router = router_of("/auth", "auth")


def _client(request: Request) -> Client:
    return Client(user_agent=request.headers.get("user-agent", ""), address=limits.meter(request).address)


ClientDep = Annotated[Client, Depends(_client)]


@router.post(
    "/register",
    status_code=201,
    responses=failures(Invalid, errors.RegistrationClosed, errors.EmailTaken, RateLimited),
)
async def register(
    form: schemas.Register, request: Request, resources: ResourcesDep, client: ClientDep
) -> Envelope[schemas.SignedIn]:
    """Make an account and sign in to it. The first account of an installation is its administrator."""
    await limits.meter(request).spend_on_sign_in(form.email)
    prepared = await service.registration.prepare(resources.accounts, form)
    async with resources.database.transaction() as session:
        user = await service.registration.register(session, resources.accounts, prepared)
        signed_in = await service.sign_in.start_registered(session, resources.accounts, user, client)
    return ok(signed_in)


@router.post("/login", responses=failures(Invalid, errors.CredentialsWrong, RateLimited))
async def login(
    form: schemas.Login, request: Request, resources: ResourcesDep, client: ClientDep
) -> Envelope[schemas.SignedIn]:
    """Sign in. An unknown e-mail address and a wrong password get the same answer, after the same time."""
    await limits.meter(request).spend_on_sign_in(form.email)
    tools = resources.accounts
    async with resources.database.write() as session:
        found = await service.sign_in.find_credentials(session, form.email)
    credentials = await service.sign_in.check_password(tools, found, form.password)
    new_hash = await service.sign_in.renew_hash(tools, credentials, form.password)
    async with resources.database.transaction() as session:
        signed_in = await service.sign_in.start(session, tools, credentials, client, new_hash=new_hash)
    return ok(signed_in)


@router.post("/refresh", responses=failures(Unauthorized, RateLimited))
async def refresh(
    request: Request, resources: ResourcesDep, form: Annotated[schemas.Refresh | None, Body()] = None
) -> Envelope[schemas.Grant]:
    """New tokens for the refresh token in the body, or a new access token for the one in the Authorization header.

    A refresh token is good once; given a second time it ends its session.
    """
    async with resources.database.transaction() as session:
        if form is not None and form.refresh_token:
            granted = await service.sessions.refresh(session, resources.accounts, form.refresh_token)
        else:
            bearer = limits.read_credential(request.headers)
            if bearer is None:
                raise Unauthorized("Send the refresh token in the body, or the access token as bearer.")
            granted = await service.sessions.refresh_bearer(session, resources.accounts, bearer)
    if isinstance(granted, EvokeError):  # after the commit: the end of the session is part of this answer
        raise granted
    return ok(granted)


@router.get("/me", responses=failures(Unauthorized))
async def me(session: ReadDep, resources: ResourcesDep, actor: ActorDep) -> Envelope[schemas.Me]:
    """Who I am, and how much I have here."""
    return ok(await service.users.get_me(session, resources.accounts, actor))


@router.post("/logout", status_code=204, responses=failures(Unauthorized, errors.SessionNotFound))
async def logout(session: WriteDep, resources: ResourcesDep, actor: ActorDep) -> Response:
    """End this session: its access and refresh tokens are void from now on."""
    await service.sessions.logout(session, resources.accounts, actor)
    return Response(status_code=204)


@router.get("/sessions", responses=failures(Unauthorized))
async def list_sessions(session: ReadDep, resources: ResourcesDep, actor: ActorDep) -> Envelope[schemas.Sessions]:
    """Where I am signed in, the last used first."""
    return ok(schemas.Sessions(sessions=await service.sessions.list_for(session, resources.accounts, actor)))


@router.delete("/sessions", status_code=204, responses=failures(Unauthorized))
async def revoke_other_sessions(session: WriteDep, resources: ResourcesDep, actor: ActorDep) -> Response:
    """Sign out everywhere but here."""
    await service.sessions.revoke_others(session, resources.accounts, actor)
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", status_code=204, responses=failures(Unauthorized, NotFound))
async def revoke_session(
    session_id: uuid.UUID, session: WriteDep, resources: ResourcesDep, actor: ActorDep
) -> Response:
    """Sign out one of my sessions."""
    await service.sessions.revoke(session, resources.accounts, actor, session_id)
    return Response(status_code=204)


@router.post("/password", status_code=204, responses=failures(Invalid, Unauthorized, RateLimited))
async def change_password(
    form: schemas.ChangePassword, request: Request, resources: ResourcesDep, actor: ActorDep
) -> Response:
    """Set a new password; every other session ends."""
    await limits.meter(request).spend_on_sign_in(str(actor.user_id))
    tools = resources.accounts
    async with resources.database.write() as session:
        credentials = await service.sign_in.get_credentials(session, actor)
    new_hash = await service.sign_in.prepare_change(tools, credentials, form)
    async with resources.database.transaction() as session:
        await service.sign_in.change_password(session, tools, actor, credentials, new_hash)
    return Response(status_code=204)


@router.post("/api-keys", status_code=201, responses=failures(Invalid, Unauthorized, Forbidden, errors.TooManyApiKeys))
async def create_api_key(
    form: schemas.NewApiKey, session: WriteDep, resources: ResourcesDep, actor: ActorDep
) -> Envelope[schemas.CreatedApiKey]:
    """Make a key for a program. It is shown in this answer only."""
    return ok(await service.api_keys.create(session, resources.accounts, actor, form))


@router.get("/api-keys", responses=failures(Unauthorized))
async def list_api_keys(session: ReadDep, resources: ResourcesDep, actor: ActorDep) -> Envelope[schemas.ApiKeys]:
    """My keys, the newest first, without their secrets."""
    return ok(schemas.ApiKeys(api_keys=await service.api_keys.list_for(session, resources.accounts, actor)))


@router.delete("/api-keys/{key_id}", status_code=204, responses=failures(Unauthorized, NotFound))
async def revoke_api_key(key_id: uuid.UUID, session: WriteDep, resources: ResourcesDep, actor: ActorDep) -> Response:
    """Delete a key; it stops working at once."""
    await service.api_keys.revoke(session, resources.accounts, actor, key_id)
    return Response(status_code=204)


@router.post(
    "/users", status_code=201, responses=failures(Invalid, Unauthorized, Forbidden, errors.EmailTaken, RateLimited)
)
async def create_user(form: schemas.NewUser, resources: ResourcesDep, _admin: AdminDep) -> Envelope[schemas.Created]:
    """Make an account for somebody, also where registration is closed. For administrators."""
    prepared = await service.registration.prepare(resources.accounts, form)
    async with resources.database.transaction() as session:
        user = await service.registration.create(session, resources.accounts, prepared, role=form.role)
    return ok(schemas.Created(user=service.users.public(user)))
