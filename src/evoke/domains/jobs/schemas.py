"""Jobs as the API shows them, and as a worker holds them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from evoke.domains.jobs import models

Example = dict[str, JsonValue]

_PROGRESS_EXAMPLE: Example = {"done": 3, "total": 5, "unit": "steps", "message": "preview"}
_SUBJECT_EXAMPLE: Example = {"type": "photo", "id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b10"}
_JOB_EXAMPLE: Example = {
    "id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11",
    "kind": "photos.process",
    "state": "running",
    "priority": 100,
    "attempts": 1,
    "max_attempts": 5,
    "progress": _PROGRESS_EXAMPLE,
    "eta_seconds": 2,
    "cancel_requested": False,
    "subject": _SUBJECT_EXAMPLE,
    "error": None,
    "created_at": "2026-03-21T16:04:22Z",
    "run_after": "2026-03-21T16:04:22Z",
    "started_at": "2026-03-21T16:04:23Z",
    "finished_at": None,
}
_QUEUE_EXAMPLE: Example = {
    "name": "photos",
    "paused": False,
    "queued": 812,
    "running": 4,
    "failed": 1,
    "oldest_age_seconds": 41.5,
}


class Progress(BaseModel):
    done: int
    total: int | None = Field(description="null while it is not known.")
    unit: str | None
    message: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [_PROGRESS_EXAMPLE]})


class Subject(BaseModel):
    type: str
    id: uuid.UUID

    model_config = ConfigDict(json_schema_extra={"examples": [_SUBJECT_EXAMPLE]})


class Problem(BaseModel):
    code: str
    message: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "WORKER_LOST", "message": "The worker died while running it."}]}
    )


class Job(BaseModel):
    id: uuid.UUID
    kind: str
    state: models.State
    priority: int = Field(description="Higher runs first: 100 what a person waits for, 0 bulk.")
    attempts: int
    max_attempts: int
    progress: Progress
    eta_seconds: int | None = Field(description="Seconds to its end as measured so far; null without ground for one.")
    cancel_requested: bool
    subject: Subject | None
    error: Problem | None = Field(description="Why it failed, or why the last attempt did while it waits for another.")
    created_at: datetime
    run_after: datetime
    started_at: datetime | None
    finished_at: datetime | None

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB_EXAMPLE]})

    @classmethod
    def of(cls, job: models.Job, eta_seconds: int | None) -> Self:
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            priority=job.priority,
            attempts=job.attempts,
            max_attempts=job.max_attempts,
            progress=Progress(
                done=job.progress_done,
                total=job.progress_total,
                unit=job.progress_unit,
                message=job.progress_message,
            ),
            eta_seconds=eta_seconds,
            cancel_requested=job.cancel_requested,
            subject=Subject(type=job.subject_type, id=job.subject_id) if job.subject_type and job.subject_id else None,
            error=Problem(code=job.error_code, message=job.error_message or "") if job.error_code else None,
            created_at=job.created_at,
            run_after=job.run_after,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class JobPage(BaseModel):
    jobs: list[Job]
    next_cursor: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [_JOB_EXAMPLE], "next_cursor": None}]})


class Queue(BaseModel):
    name: str
    paused: bool
    queued: int
    running: int
    failed: int
    oldest_age_seconds: float | None = Field(description="Since when the oldest job that may run waits; null: none.")

    model_config = ConfigDict(json_schema_extra={"examples": [_QUEUE_EXAMPLE]})


class Queues(BaseModel):
    queues: list[Queue]

    model_config = ConfigDict(json_schema_extra={"examples": [{"queues": [_QUEUE_EXAMPLE]}]})


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to enqueue; see `service.enqueue` for what each part means."""

    kind: str
    owner_id: uuid.UUID
    args: dict[str, Any]
    subject: tuple[str, uuid.UUID] | None = None
    priority: int = 0
    queue: str | None = None
    dedupe: str | None = None
    run_after: datetime | None = None
    max_attempts: int = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker runs: one attempt, named by `pointer`."""

    owner_id: uuid.UUID
    id: uuid.UUID
    pointer: int
    kind: str
    queue: str
    priority: int
    attempts: int
    max_attempts: int
    args: dict[str, Any]
    subject_type: str | None
    subject_id: uuid.UUID | None

    @classmethod
    def of(cls, job: models.Job) -> Self:
        return cls(
            owner_id=job.owner_id,
            id=job.id,
            pointer=job.queue_job_id,
            kind=job.kind,
            queue=job.queue,
            priority=job.priority,
            attempts=job.attempts,
            max_attempts=job.max_attempts,
            args=job.args,
            subject_type=job.subject_type,
            subject_id=job.subject_id,
        )


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    state: models.State
    count: int


@dataclass(frozen=True, slots=True)
class QueueDepth:
    queue: str
    depth: int
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """For /metrics. Jobs that are done or cancelled are those of the last hour, so that counting stays cheap."""

    jobs: list[KindCount]
    queues: list[QueueDepth]
