"""Sessions: going on with one, listing them, ending them.

A refresh token is good once. Given a second time it was copied, and nobody knows which copy is the thief's, so the
whole session ends. The exception is the token just replaced, within `rotation_grace_seconds`: it gives the very token
that replaced it, so a request sent twice does no harm, and a thief gains nothing that the next rotation would not show.
"""

import uuid
from datetime import timedelta

import structlog

from evoke.domains.accounts import models, queries, schemas
from evoke.domains.accounts.errors import RefreshReused, SessionEnded, SessionNotFound, TokenExpired, TokenInvalid
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service import grants
from evoke.domains.accounts.service.authentication import read_access
from evoke.domains.accounts.service.tools import Tools
from evoke.domains.accounts.tokens import RefreshToken, same
from evoke.platform.postgres.engine import ReadSession, WriteSession

log = structlog.get_logger(__name__)


async def refresh(session: WriteSession, tools: Tools, refresh_token: str) -> schemas.Grant | RefreshReused:
    """New tokens for a refresh token. Raises TokenInvalid, SessionEnded.

    RefreshReused is returned and not raised: it comes with the end of the session, which the caller has to commit.
    """
    token = RefreshToken.parse(refresh_token)
    row, user = await _locked(session, tools, token.session_id)
    # Whoever does not know the family's secret never had a token of this session: that is no sign of theft.
    if not same(token.family_hash, row.family_hash):
        raise TokenInvalid
    if same(token.secret_hash, row.refresh_hash):
        following = grants.rotate(tools, row, token)
    elif _just_replaced(tools, row, token):
        assert row.rotation_salt is not None
        following = token.successor(tools.signer, row.rotation_salt)
    else:
        log.warning("session.refresh_reused", session_id=str(row.id), user_id=str(user.id))
        await _end(session, tools, row)
        return RefreshReused()
    _extend(tools, row)
    await session.flush()
    return grants.access(tools, user, row.id, refresh=following)


async def refresh_bearer(session: WriteSession, tools: Tools, access_token: str) -> schemas.Grant:
    """A new access token for one that is good, or that ended at most `bearer_grace_days` ago.

    The latter only in a session that never used its refresh token (see `Options.bearer_grace_days`).
    Raises TokenInvalid, TokenExpired, SessionEnded.
    """
    claims = read_access(tools, access_token, grace=timedelta(days=tools.options.bearer_grace_days))
    row, user = await _locked(session, tools, claims.session_id)
    if row.owner_id != claims.user_id:
        raise TokenInvalid
    if claims.expires_at <= tools.clock() and row.rotated_at is not None:
        raise TokenExpired
    _extend(tools, row)
    await session.flush()
    return grants.access(tools, user, row.id)


async def list_for(session: ReadSession, tools: Tools, actor: Actor) -> list[schemas.Session]:
    """The caller's sessions that are alive, the last used first; at most `max_sessions`."""
    actor.require("account:read")
    rows = await queries.sessions_of(session, actor, tools.clock(), tools.options.max_sessions)
    return [
        schemas.Session(
            id=row.id,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            user_agent=row.user_agent,
            address=row.address,
            current=row.id == actor.session_id,
        )
        for row in rows
    ]


async def revoke(session: WriteSession, tools: Tools, actor: Actor, session_id: uuid.UUID) -> None:
    """End one session of the caller. Raises SessionNotFound for another's, an unknown and an ended one alike."""
    actor.require("account:write")
    if not await queries.revoke_session(session, actor, session_id, tools.clock()):
        raise SessionNotFound
    tools.live.forget_session(session, session_id)


async def revoke_others(session: WriteSession, tools: Tools, actor: Actor) -> int:
    """End all sessions of the caller but the one that asks; how many those were."""
    actor.require("account:write")
    tools.live.forget_others(session, actor)
    return await queries.revoke_sessions(session, actor.user_id, tools.clock(), but=actor.session_id)


async def logout(session: WriteSession, tools: Tools, actor: Actor) -> None:
    """End the session that asks. Raises SessionNotFound for an API key, which has none."""
    if actor.session_id is None:
        raise SessionNotFound("An API key has no session. Delete the key instead.")
    await queries.revoke_session(session, actor, actor.session_id, tools.clock())
    tools.live.forget_session(session, actor.session_id)


async def _locked(session: WriteSession, tools: Tools, session_id: uuid.UUID) -> tuple[models.Session, models.User]:
    found = await queries.lock_session(session, session_id)
    if found is None:
        raise TokenInvalid
    row, user = found
    if row.revoked_at is not None or row.expires_at <= tools.clock() or user.disabled_at is not None:
        raise SessionEnded
    return found


def _just_replaced(tools: Tools, row: models.Session, token: RefreshToken) -> bool:
    if row.rotated_at is None or not same(token.secret_hash, row.previous_hash):
        return False
    return tools.clock() - row.rotated_at < timedelta(seconds=tools.options.rotation_grace_seconds)


def _extend(tools: Tools, row: models.Session) -> None:
    now = tools.clock()
    row.last_used_at = now
    row.expires_at = now + tools.options.refresh_lifetime


async def _end(session: WriteSession, tools: Tools, row: models.Session) -> None:
    row.revoked_at = tools.clock()
    tools.live.forget_session(session, row.id)
    await session.flush()
