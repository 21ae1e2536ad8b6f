"""Accounts themselves: what one knows of oneself, and what an administrator can do."""

import uuid
from typing import cast

from evoke.domains.accounts import identity, models, queries, schemas
from evoke.domains.accounts.errors import AccountNotFound
from evoke.domains.accounts.events import AccountDisabled, AccountEnabled
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service.tools import Tools
from evoke.platform.postgres.engine import ReadSession, WriteSession


async def get_me(session: ReadSession, tools: Tools, actor: Actor) -> schemas.Me:
    """Raises ScopeMissing for an API key without account:read, AccountNotFound when it was just deleted."""
    actor.require("account:read")
    user = await queries.find_user(session, actor.user_id)
    if user is None:
        raise AccountNotFound
    return schemas.Me(
        **schemas.User.model_validate(user).model_dump(),
        quota_bytes=user.quota_bytes,
        entry_count=await tools.counts.of(session, user.id, "entries"),
        visualization_count=await tools.counts.of(session, user.id, "visualizations"),
    )


async def get_actor(session: ReadSession, email: str | None = None) -> Actor:
    """For the command line, which acts for somebody without their password: by address, else the first administrator.

    Raises AccountNotFound for an unknown or disabled account.
    """
    if email is None:
        user = await queries.find_first_admin(session)
    else:
        folded = identity.fold_email(email)
        user = await queries.find_user_by_email(session, folded) if folded else None
    if user is None or user.disabled_at is not None:
        raise AccountNotFound(f"There is no account {email}." if email else "There is no account yet. Make one first.")
    return Actor(user_id=user.id, role=cast(schemas.Role, user.role))


async def find_quota(session: ReadSession, owner_id: uuid.UUID) -> int | None:
    """Bytes that this owner's originals may take; None is the installation's own limit."""
    user = await queries.find_user(session, owner_id)
    return user.quota_bytes if user else None


async def disable(session: WriteSession, tools: Tools, user_id: uuid.UUID) -> None:
    """End all sessions and refuse passwords and API keys, until `enable`. Data stays. Raises AccountNotFound."""
    now = tools.clock()
    if not await queries.set_disabled(session, user_id, now):
        raise AccountNotFound
    await queries.revoke_sessions(session, user_id, now)
    tools.live.forget_user(session, user_id)
    await session.publish(AccountDisabled(user_id=user_id))


async def enable(session: WriteSession, user_id: uuid.UUID) -> None:
    """Let the account sign in again. Raises AccountNotFound."""
    if not await queries.set_disabled(session, user_id, None):
        raise AccountNotFound
    await session.publish(AccountEnabled(user_id=user_id))


def public(user: models.User) -> schemas.User:
    return schemas.User.model_validate(user)
