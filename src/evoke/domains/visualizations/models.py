"""Tables of visualizations, keyed and partitioned by owner. Words about a person's life are ciphertext only."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from evoke.domains.accounts.models import Owned
from evoke.platform.postgres.base import BY_OWNER, Base


class Visualization(Owned, Base):
    """The picture of an entry, a feeling or a story: wished for, being drawn, finished or failed."""

    __tablename__ = "visualizations"
    __table_args__ = (
        CheckConstraint("kind IN ('entry', 'feeling', 'story')", name="kind"),
        CheckConstraint("style IN ('abstract', 'diagram', 'metaphor')", name="style"),
        CheckConstraint("status IN ('pending', 'processing', 'completed', 'failed')", name="status"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("status <> 'completed' OR photo_id IS NOT NULL", name="completed"),
        Index(
            "uq_visualizations_owner_id_entry_id",
            "owner_id",
            "entry_id",
            unique=True,
            postgresql_where=text("entry_id IS NOT NULL"),
        ),
        Index("ix_visualizations_created", "owner_id", "created_at", "id"),
        Index("ix_visualizations_photo", "owner_id", "photo_id", postgresql_where=text("photo_id IS NOT NULL")),
        Index("ix_visualizations_open", "owner_id", postgresql_where=text("status IN ('pending', 'processing')")),
        Index(
            "ix_visualizations_took",
            "kind",
            "style",
            "generated_by",
            "completed_at",
            postgresql_where=text("took_seconds IS NOT NULL"),
        ),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]
    style: Mapped[str]
    status: Mapped[str]
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    message: Mapped[str] = mapped_column(server_default=text("''"))
    """What is being done, for people."""
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    """Counts the changes of state and progress: whoever follows knows what is news."""
    job_id: Mapped[uuid.UUID | None]
    seed: Mapped[int]
    """Chosen when it was asked for: an attempt after a crash draws the same picture."""
    feelings: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    photo_id: Mapped[uuid.UUID | None]
    replaced_photo_id: Mapped[uuid.UUID | None]
    """The picture of the visualization that this one replaces; it goes when this one is finished, not before."""
    generated_by: Mapped[str | None]
    words: Mapped[bytes | None]
    """What the analysis found, as JSON under the owner's key, context `visualizations.words/<id>`."""
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    retry_allowed: Mapped[bool] = mapped_column(server_default=text("false"))
    expected_seconds: Mapped[int] = mapped_column(Integer)
    took_seconds: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
