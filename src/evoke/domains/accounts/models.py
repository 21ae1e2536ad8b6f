"""Tables of accounts. They grow with the number of people, not with a library, so they are not partitioned."""

import uuid
from datetime import datetime
from typing import Protocol

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from evoke.platform.postgres.base import Base


class Caller(Protocol):
    @property
    def user_id(self) -> uuid.UUID: ...


class Owned:
    """A row that belongs to one account and is gone with it."""

    owner_id: Mapped[uuid.UUID]

    @classmethod
    def visible_to(cls, actor: Caller) -> ColumnElement[bool]:
        return cls.owner_id == actor.user_id


class User(Base):
    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('admin', 'user')", name="role"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    """As the person wrote it; for showing and for sending."""
    email_folded: Mapped[str] = mapped_column(unique=True)
    """Case-folded; for finding."""
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    quota_bytes: Mapped[int | None]
    """Room for originals; NULL is what the installation gives everybody."""
    created_at: Mapped[datetime]
    password_changed_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Session(Owned, Base):
    """One sign-in: a family of refresh tokens of which only the newest is good. Holds hashes, never tokens."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "owner_id", "expires_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    family_hash: Mapped[bytes]
    """SHA-256 of the part that all refresh tokens of this session share: it tells an old token from an invented one."""
    refresh_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotation_salt: Mapped[bytes | None]
    """Together with the previous token and the signing key it gives the present one again, for a request sent twice."""
    rotated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str]
    address: Mapped[str]


class ApiKey(Owned, Base):
    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "owner_id", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    prefix: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[bytes]
    """SHA-256: the secret has 256 random bits, so a slow hash would add nothing."""
    name: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class OwnerKey(Owned, Base):
    """The owner's key under the master key. Deleting the row erases, for good, all that was encrypted with it."""

    __tablename__ = "owner_keys"
    __table_args__ = (Index(None, "master_key_id"),)

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    wrapped_key: Mapped[bytes]
    master_key_id: Mapped[bytes]
    created_at: Mapped[datetime]
