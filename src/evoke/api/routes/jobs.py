"""Jobs: what runs in the background, whose it is, and how to stop it or try it again."""

import uuid
from typing import Annotated

from fastapi import Depends, Path, Query

from evoke.api.deps import ActorDep, AdminDep, ReadDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.routing import router_of
from evoke.domains.jobs import errors, models, queries, schemas, service
from evoke.domains.jobs.queries import Filters
from evoke.kit.errors import Forbidden, Invalid, Unauthorized

router = router_of("/jobs", "jobs")

QueueName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_.-]{0,62}$")]
Everyone = Annotated[
    bool, Query(alias="all", description="Everybody's jobs and those of the system; for administrators.")
]


def _filters(
    state: models.State | None = None,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    subject: Annotated[
        str | None,
        Query(max_length=100, description="What the jobs are about: an id, or a type and an id, photo:<id>."),
    ] = None,
) -> Filters:
    type_, _, id_ = (subject or "").rpartition(":")
    try:
        subject_id = uuid.UUID(id_) if subject is not None else None
    except ValueError as error:
        raise Invalid("The subject is an id, or a type and an id.", field="subject", reason="not an id") from error
    return Filters(state=state, kind=kind, subject_type=type_ or None, subject_id=subject_id)


FiltersDep = Annotated[Filters, Depends(_filters)]


@router.get("", responses=failures(Invalid, Unauthorized, Forbidden))
async def list_jobs(
    session: ReadDep,
    actor: ActorDep,
    filters: FiltersDep,
    everyone: Everyone = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: str | None = None,
) -> Envelope[schemas.JobPage]:
    """Jobs, the newest first."""
    actor.require("jobs:read")
    if everyone and not actor.is_admin:
        raise Forbidden("Only an administrator sees everybody's jobs.")
    page = await queries.list_for(
        session, owner_id=actor.user_id, everyone=everyone, filters=filters, limit=limit, cursor=cursor
    )
    return ok(page)


@router.get("/queues", responses=failures(Unauthorized, Forbidden))
async def list_queues(session: ReadDep, actor: AdminDep, resources: ResourcesDep) -> Envelope[schemas.Queues]:
    """The queues and how full they are. For administrators."""
    actor.require("jobs:read")
    return ok(schemas.Queues(queues=await queries.queues(session, known=sorted(resources.registry.queues))))


@router.post("/queues/{name}/pause", responses=failures(Unauthorized, Forbidden))
async def pause(name: QueueName, session: WriteDep, actor: AdminDep) -> Envelope[schemas.Queue]:
    """Let nothing of this queue start; what runs goes on to its end. For administrators."""
    actor.require("jobs:write")
    return ok(await service.pause(session, name, paused_by=actor.user_id))


@router.post("/queues/{name}/resume", responses=failures(Unauthorized, Forbidden))
async def resume(name: QueueName, session: WriteDep, actor: AdminDep) -> Envelope[schemas.Queue]:
    """Let a paused queue go on. For administrators."""
    actor.require("jobs:write")
    return ok(await service.resume(session, name))


@router.get("/{job_id}", responses=failures(Unauthorized, errors.JobNotFound))
async def get_job(job_id: uuid.UUID, session: ReadDep, actor: ActorDep) -> Envelope[schemas.Job]:
    """One job: how far it is, or why it failed. Administrators see everybody's."""
    actor.require("jobs:read")
    return ok(await queries.get(session, job_id, owner_id=actor.user_id, everyone=actor.is_admin))


@router.post("/{job_id}/cancel", responses=failures(Unauthorized, errors.JobNotFound, errors.JobFinished))
async def cancel(job_id: uuid.UUID, session: WriteDep, actor: ActorDep) -> Envelope[schemas.Job]:
    """Stop a job. One that runs shows `cancel_requested` until its worker has cleaned up, and then `cancelled`."""
    actor.require("jobs:write")
    return ok(await service.cancel(session, job_id, owner_id=actor.user_id, everyone=actor.is_admin))


@router.post("/{job_id}/retry", responses=failures(Unauthorized, errors.JobNotFound, errors.JobNotRetryable))
async def retry(job_id: uuid.UUID, session: WriteDep, actor: ActorDep) -> Envelope[schemas.Job]:
    """Try a job that failed or was cancelled again."""
    actor.require("jobs:write")
    return ok(await service.retry(session, job_id, owner_id=actor.user_id, everyone=actor.is_admin))
