"""Tables of jobs. What waits is also a pointer in pgqueuer (`evoke.platform.queue`); the record is here."""

import uuid
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from evoke.platform.postgres.base import BY_OWNER, Base

SYSTEM = uuid.UUID(int=0)
"""The owner of jobs that belong to nobody: schedules and maintenance."""

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
FINISHED = ("done", "failed", "cancelled")


class Job(Base):
    """One piece of work.

    `queue_job_id` is the pointer that counts: it changes whenever the job waits anew, so `state = 'running'`
    together with the pointer names one attempt and no other. `dedupe` is only set while the job waits untried.
    `attempts` counts those that began, `crashes` those whose worker died.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        Index("ix_jobs_id", "id"),
        Index("ix_jobs_owner_id_state", "owner_id", "state", "id"),
        Index("ix_jobs_owner_id_subject_id", "owner_id", "subject_id", postgresql_where=text("subject_id IS NOT NULL")),
        Index(
            "uq_jobs_owner_id_dedupe", "owner_id", "dedupe", unique=True, postgresql_where=text("dedupe IS NOT NULL")
        ),
        Index(
            "ix_jobs_open",
            "queue",
            "state",
            "priority",
            "queue_job_id",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_jobs_finished", "state", "kind", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        BY_OWNER,
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    queue: Mapped[str]
    state: Mapped[State] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    max_attempts: Mapped[int] = mapped_column(Integer)
    crashes: Mapped[int] = mapped_column(Integer)
    args: Mapped[dict[str, Any]]
    subject_type: Mapped[str | None]
    subject_id: Mapped[uuid.UUID | None]
    dedupe: Mapped[str | None]
    queue_job_id: Mapped[int]
    cancel_requested: Mapped[bool]
    progress_done: Mapped[int]
    progress_total: Mapped[int | None]
    progress_unit: Mapped[str | None]
    progress_message: Mapped[str | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    created_at: Mapped[datetime]
    run_after: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PausedQueue(Base):
    """A queue of which nothing starts. A row is there as long as the queue is paused."""

    __tablename__ = "job_queues"

    name: Mapped[str] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime]
    paused_by: Mapped[uuid.UUID | None]
