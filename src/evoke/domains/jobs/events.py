"""What happened to jobs, published in the transaction in which it happened."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _About:
    """`subject_type` and `subject_id` name what the job is about, where it is about one thing."""

    job_id: uuid.UUID
    owner_id: uuid.UUID
    kind: str
    subject_type: str | None
    subject_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class JobFailed(_About):
    """A job is a dead letter: nothing tries it again unless somebody asks."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class JobCancelled(_About):
    """A job was stopped before its end, by request; what it had begun is cleaned up."""


@dataclass(frozen=True, slots=True)
class JobRetried(_About):
    """Somebody asked for a failed or cancelled job again; it waits in its queue."""
