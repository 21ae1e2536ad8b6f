"""The SQL of accounts."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Row, Select, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from evoke.domains.accounts import models
from evoke.domains.accounts.schemas import Actor
from evoke.platform.postgres.engine import ReadSession, WriteSession

FIRST_ACCOUNT_LOCK = 0x45564F01

T = TypeVar("T")


async def lock_first_account(session: WriteSession) -> None:
    """Make other registrations that also think they are the first wait for the end of this transaction."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FIRST_ACCOUNT_LOCK})


async def any_user(session: ReadSession) -> bool:
    return bool(await session.scalar(select(exists(select(models.User.id)))))


async def insert_user(session: WriteSession, values: dict[str, Any]) -> models.User | None:
    """None when the address is taken, also by a transaction that commits while this one waits."""
    statement = insert(models.User).values(values).on_conflict_do_nothing(index_elements=["email_folded"])
    return await _one(session, statement.returning(models.User))


async def find_user(session: ReadSession, user_id: uuid.UUID) -> models.User | None:
    return await _one(session, select(models.User).where(models.User.id == user_id))


async def find_user_by_email(session: ReadSession, email_folded: str) -> models.User | None:
    return await _one(session, select(models.User).where(models.User.email_folded == email_folded))


async def list_users(session: ReadSession) -> Sequence[models.User]:
    return (await session.scalars(select(models.User).order_by(models.User.created_at, models.User.id))).all()


async def find_first_admin(session: ReadSession) -> models.User | None:
    user = models.User
    enabled = select(user).where(user.role == "admin", user.disabled_at.is_(None))
    return await _one(session, enabled.order_by(user.created_at, user.id).limit(1))


async def lock_user(session: WriteSession, user_id: uuid.UUID, password_hash: str) -> models.User | None:
    """The account while it is enabled and its password is still the one that was checked.

    The lock makes a change of the password wait for this sign-in, or this sign-in see the change.
    """
    user = models.User
    statement = select(user).where(user.id == user_id, user.password_hash == password_hash, user.disabled_at.is_(None))
    return await _one(session, statement.with_for_update(read=True))


async def update_password(
    session: WriteSession, user_id: uuid.UUID, *, old_hash: str, new_hash: str, changed_at: datetime | None
) -> bool:
    """Whether the old hash was still in place. Without `changed_at` it is the same password, hashed anew."""
    values: dict[str, Any] = {"password_hash": new_hash}
    if changed_at is not None:
        values["password_changed_at"] = changed_at
    user = models.User
    statement = update(user).where(user.id == user_id, user.password_hash == old_hash).values(values)
    return await _count(session, statement) == 1


async def set_disabled(session: WriteSession, user_id: uuid.UUID, disabled_at: datetime | None) -> bool:
    return (
        await _count(session, update(models.User).where(models.User.id == user_id).values(disabled_at=disabled_at)) == 1
    )


def _alive(now: datetime) -> Any:
    return (models.Session.revoked_at.is_(None)) & (models.Session.expires_at > now)


async def find_live_session(
    session: ReadSession, session_id: uuid.UUID, user_id: uuid.UUID, now: datetime
) -> Row[tuple[str, datetime, datetime]] | None:
    """`(role, expires_at, last_used_at)` of a session that is alive, of an account that is enabled."""
    found = (
        select(models.User.role, models.Session.expires_at, models.Session.last_used_at)
        .join(models.User, models.User.id == models.Session.owner_id)
        .where(
            models.Session.id == session_id,
            models.Session.owner_id == user_id,
            models.User.disabled_at.is_(None),
            _alive(now),
        )
    )
    return (await session.execute(found)).one_or_none()


async def lock_session(session: WriteSession, session_id: uuid.UUID) -> tuple[models.Session, models.User] | None:
    """A session with its account, alive or not, held until the end of the transaction."""
    statement = (
        select(models.Session, models.User)
        .join(models.User, models.User.id == models.Session.owner_id)
        .where(models.Session.id == session_id)
        .with_for_update(of=models.Session)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def sessions_of(session: ReadSession, actor: Actor, now: datetime, limit: int) -> Sequence[models.Session]:
    mine = select(models.Session).where(models.Session.visible_to(actor), _alive(now))
    return (
        await session.scalars(mine.order_by(models.Session.last_used_at.desc(), models.Session.id).limit(limit))
    ).all()


async def revoke_session(session: WriteSession, actor: Actor, session_id: uuid.UUID, now: datetime) -> bool:
    mine = update(models.Session).where(models.Session.visible_to(actor), models.Session.id == session_id, _alive(now))
    return await _count(session, mine.values(revoked_at=now)) == 1


async def revoke_sessions(
    session: WriteSession, user_id: uuid.UUID, now: datetime, *, but: uuid.UUID | None = None
) -> int:
    theirs = update(models.Session).where(models.Session.owner_id == user_id, _alive(now))
    if but is not None:
        theirs = theirs.where(models.Session.id != but)
    return await _count(session, theirs.values(revoked_at=now))


async def prune_sessions(session: WriteSession, user_id: uuid.UUID, now: datetime, *, keep: int) -> None:
    """Delete sessions that have run out, and the longest unused ones beyond `keep`."""
    model = models.Session
    await session.execute(delete(model).where(model.owner_id == user_id, model.expires_at <= now))
    newest = select(model.id).where(model.owner_id == user_id).order_by(model.last_used_at.desc(), model.id.desc())
    await session.execute(
        delete(model).where(model.owner_id == user_id, model.id.in_(newest.offset(keep).scalar_subquery()))
    )


async def touch_session(session: WriteSession, session_id: uuid.UUID, now: datetime) -> None:
    model = models.Session
    await session.execute(
        update(model).where(model.id == session_id, model.last_used_at < now).values(last_used_at=now)
    )


async def find_api_key(session: ReadSession, prefix: str, now: datetime) -> Row[tuple[models.ApiKey, str]] | None:
    """A key that has not expired, with the role of its account, if that is enabled."""
    statement = (
        select(models.ApiKey, models.User.role)
        .join(models.User, models.User.id == models.ApiKey.owner_id)
        .where(
            models.ApiKey.prefix == prefix,
            models.User.disabled_at.is_(None),
            models.ApiKey.expires_at.is_(None) | (models.ApiKey.expires_at > now),
        )
    )
    return (await session.execute(statement)).one_or_none()


async def api_keys_of(session: ReadSession, actor: Actor, limit: int) -> Sequence[models.ApiKey]:
    key = models.ApiKey
    mine = select(key).where(key.visible_to(actor)).order_by(key.created_at.desc(), key.id.desc()).limit(limit)
    return (await session.scalars(mine)).all()


async def lock_api_keys(session: WriteSession, actor: Actor) -> int:
    """How many keys the caller has; nobody else adds one to them before this transaction ends."""
    await session.execute(select(models.User.id).where(models.User.id == actor.user_id).with_for_update())
    key = models.ApiKey
    return await session.scalar(select(func.count()).select_from(key).where(key.visible_to(actor))) or 0


async def delete_api_key(session: WriteSession, actor: Actor, key_id: uuid.UUID) -> bool:
    key = models.ApiKey
    return await _count(session, delete(key).where(key.visible_to(actor), key.id == key_id)) == 1


async def touch_api_key(session: WriteSession, key_id: uuid.UUID, now: datetime) -> None:
    key = models.ApiKey
    newer = key.last_used_at.is_(None) | (key.last_used_at < now)
    await session.execute(update(key).where(key.id == key_id, newer).values(last_used_at=now))


async def find_owner_key(session: ReadSession, owner_id: uuid.UUID) -> bytes | None:
    return await _one(session, select(models.OwnerKey.wrapped_key).where(models.OwnerKey.owner_id == owner_id))


async def insert_owner_key(session: WriteSession, values: dict[str, Any]) -> bool:
    """Whether this one was put in; False when another was there first."""
    statement = insert(models.OwnerKey).values(values).on_conflict_do_nothing(index_elements=["owner_id"])
    return await _count(session, statement) == 1


async def owner_keys_after(
    session: ReadSession, last: uuid.UUID | None, limit: int, *, but_master: bytes | None = None
) -> Sequence[models.OwnerKey]:
    key = models.OwnerKey
    statement = select(key).order_by(key.owner_id).limit(limit)
    if last is not None:
        statement = statement.where(key.owner_id > last)
    if but_master is not None:
        statement = statement.where(key.master_key_id != but_master)
    return (await session.scalars(statement)).all()


async def await_rotation(session: WriteSession) -> None:
    """Wait for a rotation that is under way, and keep the next one waiting until this transaction ends."""
    await session.execute(text("LOCK TABLE owner_keys IN ROW EXCLUSIVE MODE"))


async def lock_owner_keys(session: WriteSession) -> None:
    """Keep others from adding keys under the old master key while all are wrapped anew."""
    await session.execute(text("LOCK TABLE owner_keys IN SHARE ROW EXCLUSIVE MODE"))


async def _count(session: WriteSession, statement: Any) -> int:
    result: CursorResult[Any] = await session.execute(statement)  # type: ignore[assignment]  # no rows: a cursor
    return result.rowcount


async def _one(session: ReadSession, statement: Select[tuple[T]] | ReturningInsert[tuple[T]]) -> T | None:
    return (await session.execute(statement)).scalar_one_or_none()
