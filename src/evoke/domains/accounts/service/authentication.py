"""From a credential to the caller."""

import asyncio
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import structlog

from evoke.domains.accounts import queries, schemas
from evoke.domains.accounts.errors import SessionEnded, TokenInvalid
from evoke.domains.accounts.schemas import Actor
from evoke.domains.accounts.service.grants import ACCESS
from evoke.domains.accounts.service.tools import Tools
from evoke.domains.accounts.tokens import API_KEY_PREFIX, api_key_prefix, hash_api_key, same
from evoke.platform.postgres.engine import Database, WriteSession

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AccessClaims:
    user_id: uuid.UUID
    session_id: uuid.UUID
    expires_at: datetime


def read_access(tools: Tools, token: str, *, grace: timedelta = timedelta(0)) -> AccessClaims:
    """What an access token says. Raises TokenExpired (`grace` past its end), TokenInvalid."""
    claims = tools.signer.read(ACCESS, token, grace=grace)
    try:
        return AccessClaims(
            user_id=uuid.UUID(claims["sub"]),
            session_id=uuid.UUID(claims["sid"]),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenInvalid from error


class Authenticator:
    """Knows who is calling. One for each process; `close` before the database closes."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools
        self._touched: dict[uuid.UUID, datetime] = {}
        self._touching: set[asyncio.Task[None]] = set()

    async def authenticate(self, credential: str) -> Actor:
        """The caller behind an access token or an API key.

        Raises TokenInvalid, TokenExpired, SessionEnded. The answer may be `cache_seconds` old where another process
        ended the session; in this process an end counts at once. Rows are read from the primary: a replica may not
        yet know somebody who just signed in.
        """
        if credential.startswith(API_KEY_PREFIX):
            actor = await self._by_api_key(credential)
        else:
            actor = await self._by_session(credential)
        return actor

    async def close(self) -> None:
        """Wait for the notes on last use that are still being written."""
        while self._touching:
            await asyncio.gather(*self._touching)

    async def _by_session(self, token: str) -> Actor:
        tools = self._tools
        claims = read_access(tools, token)
        key = claims.session_id.bytes + claims.user_id.bytes
        known = tools.live.find(key)
        if known is not None:
            return known
        epoch, now = tools.live.epoch, tools.clock()
        async with self._database.write() as session:
            row = await queries.find_live_session(session, claims.session_id, claims.user_id, now)
        if row is None:
            raise SessionEnded
        role, expires_at, last_used_at = row
        actor = Actor(user_id=claims.user_id, role=cast(schemas.Role, role), session_id=claims.session_id)
        self._remember(key, actor, expires_at, epoch)
        session_id = claims.session_id
        self._touch(session_id, last_used_at, lambda session, at: queries.touch_session(session, session_id, at))
        return actor

    async def _by_api_key(self, key: str) -> Actor:
        tools = self._tools
        prefix = api_key_prefix(key)
        digest = hash_api_key(key)
        cache_key = hashlib.sha256(b"api key" + digest).digest()
        known = tools.live.find(cache_key)
        if known is not None:
            return known
        epoch, now = tools.live.epoch, tools.clock()
        async with self._database.write() as session:
            row = await queries.find_api_key(session, prefix, now)
        if row is None or not same(digest, row[0].key_hash):
            raise TokenInvalid("This API key is not valid.")
        found, role = row
        actor = Actor(
            user_id=found.owner_id,
            role=cast(schemas.Role, role),
            scopes=frozenset(found.scopes),
            api_key_id=found.id,
        )
        self._remember(cache_key, actor, found.expires_at, epoch)
        self._touch(found.id, found.last_used_at, lambda session, at: queries.touch_api_key(session, found.id, at))
        return actor

    def _remember(self, key: bytes, actor: Actor, expires_at: datetime | None, epoch: int) -> None:
        seconds = self._tools.options.cache_seconds
        if expires_at is not None:
            seconds = min(seconds, (expires_at - self._tools.clock()).total_seconds())
        self._tools.live.put(key, actor, seconds=seconds, epoch=epoch)

    def _touch(
        self, used: uuid.UUID, stored: datetime | None, write: Callable[[WriteSession, datetime], Awaitable[None]]
    ) -> None:
        """Note the use beside the request, not in its way, and not more often than `touch_seconds`."""
        now = self._tools.clock()
        pause = timedelta(seconds=self._tools.options.touch_seconds)
        last = max(filter(None, [stored, self._touched.get(used)]), default=None)
        if last is not None and now - last < pause:
            return
        if len(self._touched) > 10_000:
            self._touched = {each: at for each, at in self._touched.items() if now - at < pause}
        self._touched[used] = now
        task = asyncio.create_task(self._write(write, now))
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _write(self, write: Callable[[WriteSession, datetime], Awaitable[None]], at: datetime) -> None:
        try:
            async with self._database.transaction() as session:
                await write(session, at)
        except Exception as error:  # the request does not depend on it; the next one writes again in a minute
            log.warning("last_use.not_written", reason=type(error).__name__)
