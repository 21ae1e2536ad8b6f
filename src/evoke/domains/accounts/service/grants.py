"""Handing out tokens."""

import secrets
import uuid

from evoke.domains.accounts import models, queries, schemas
from evoke.domains.accounts.schemas import Client
from evoke.domains.accounts.service.tools import Tools
from evoke.domains.accounts.tokens import RefreshToken
from evoke.kit import ids
from evoke.platform.postgres.engine import WriteSession

ACCESS = "access"
MAX_USER_AGENT = 300


async def sign_in(session: WriteSession, tools: Tools, user: models.User, client: Client) -> schemas.SignedIn:
    """A new session of `user`; the oldest goes when there are more than `max_sessions`."""
    now = tools.clock()
    await queries.prune_sessions(session, user.id, now, keep=tools.options.max_sessions - 1)
    token = RefreshToken.generate(ids.new_id())
    session.add(
        models.Session(
            id=token.session_id,
            owner_id=user.id,
            family_hash=token.family_hash,
            refresh_hash=token.secret_hash,
            created_at=now,
            last_used_at=now,
            expires_at=now + tools.options.refresh_lifetime,
            user_agent=_printable(client.user_agent)[:MAX_USER_AGENT],
            address=_printable(client.address)[:64],
        )
    )
    await session.flush()
    grant = access(tools, user, token.session_id, refresh=token)
    return schemas.SignedIn(user=schemas.User.model_validate(user), **grant.model_dump())


def access(
    tools: Tools, user: models.User, session_id: uuid.UUID, *, refresh: RefreshToken | None = None
) -> schemas.Grant:
    """An access token of a session, and `refresh` beside it where the client is to get one."""
    claims = {"sub": str(user.id), "sid": str(session_id), "role": user.role}
    lifetime = tools.options.access_lifetime
    return schemas.Grant(
        access_token=tools.signer.sign(ACCESS, claims, lifetime),
        expires_in=int(lifetime.total_seconds()),
        refresh_token=str(refresh) if refresh else None,
        refresh_expires_in=int(tools.options.refresh_lifetime.total_seconds()) if refresh else None,
    )


def rotate(tools: Tools, row: models.Session, token: RefreshToken) -> RefreshToken:
    """The next refresh token of the session, which from now on is the only good one."""
    salt = secrets.token_bytes(16)
    following = token.successor(tools.signer, salt)
    row.previous_hash, row.refresh_hash = row.refresh_hash, following.secret_hash
    row.rotation_salt, row.rotated_at = salt, tools.clock()
    return following


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
