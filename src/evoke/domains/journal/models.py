"""Tables of the journal, keyed and partitioned by owner. What people write is in them as ciphertext only."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from evoke.domains.accounts.models import Owned
from evoke.platform.postgres.base import BY_OWNER, Base


class JournalEntry(Owned, Base):
    """What somebody felt, and about what."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        CheckConstraint("intensity BETWEEN 0 AND 1", name="intensity"),
        CheckConstraint("cardinality(emotions) BETWEEN 1 AND 10", name="emotions"),
        CheckConstraint("source IN ('manual', 'intake_flow', 'import')", name="source"),
        Index("ix_journal_entries_created", "owner_id", "created_at", "id"),
        Index("ix_journal_entries_felt", "owner_id", "felt_at", "id"),
        Index("ix_journal_entries_zoned", "owner_id", "created_at", postgresql_where=text("time_zone IS NOT NULL")),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    situation: Mapped[bytes]
    """Under the owner's key, context `journal_entries.situation/<id>`."""
    notes: Mapped[bytes | None]
    """Likewise, `journal_entries.notes/<id>`."""
    emotions: Mapped[list[str]]
    intensity: Mapped[float] = mapped_column(Float)
    felt_at: Mapped[datetime]
    time_zone: Mapped[str | None]
    """Where it was felt; NULL where nobody said."""
    felt_on: Mapped[date]
    """The day on the wall at `felt_at`, by `time_zone` or what stood for it when the entry was written."""
    source: Mapped[str]
    visualization_id: Mapped[uuid.UUID | None]
    visualization_ready: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IntakeSession(Owned, Base):
    """A guided conversation. Once it has become an entry it is gone with that entry."""

    __tablename__ = "intake_sessions"
    __table_args__ = (
        CheckConstraint("state IN ('asking', 'enough', 'finished')", name="state"),
        ForeignKeyConstraint(
            ["owner_id", "entry_id"], ["journal_entries.owner_id", "journal_entries.id"], ondelete="CASCADE"
        ),
        Index("ix_intake_sessions_entry", "owner_id", "entry_id", postgresql_where=text("entry_id IS NOT NULL")),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    conversation: Mapped[bytes]
    """All that was said, as JSON under the owner's key, context `intake_sessions.conversation/<id>`."""
    state: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    """Counts the changes: who went on from an older state loses."""
    entry_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class JournalSettings(Owned, Base):
    """What a person set for their journal: one row each."""

    __tablename__ = "journal_settings"

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    time_zone: Mapped[str | None]
    updated_at: Mapped[datetime]
