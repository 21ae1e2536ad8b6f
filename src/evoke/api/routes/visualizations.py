"""Visualizations: ask for one, look at it, follow it, delete it."""

import uuid
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import Header, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import Response

from evoke.api.deps import ActorDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.origins import origin_of
from evoke.api.routing import router_of
from evoke.api.streams import Event, EventStream, last_id
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal.errors import EntryNotFound
from evoke.domains.visualizations import errors as our_errors
from evoke.domains.visualizations import schemas, service
from evoke.domains.visualizations.live import Following
from evoke.domains.visualizations.notices import State
from evoke.kit import errors

router = router_of("/visualizations", "visualizations")

Language = Annotated[str | None, Header(alias="Accept-Language", max_length=1000)]


@router.post(
    "",
    status_code=202,
    responses=failures(
        errors.Invalid,
        errors.Unauthorized,
        EntryNotFound,
        our_errors.InProgress,
        our_errors.TooManyInFlight,
        our_errors.DrawingUnavailable,
    ),
)
async def ask(
    form: schemas.NewVisualization, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.Accepted]:
    """Have an entry drawn. One that failed or is finished is replaced; its picture stays until the new one is there."""
    actor.require("visualizations:write")
    return ok(await service.asking.ask(session, resources.visualizations, actor, form))


@router.get("", responses=failures(errors.Invalid, errors.Unauthorized))
async def page(
    query: Annotated[schemas.VisualizationQuery, Query()],
    request: Request,
    actor: ActorDep,
    resources: ResourcesDep,
    language: Language = None,
) -> Envelope[schemas.VisualizationPage]:
    """All that was drawn for me, feelings and stories too, the newest first."""
    actor.require("visualizations:read")
    key = await resources.owner_keys.get(actor.user_id)
    async with resources.database.read() as session:
        found = await service.reading.page(
            session,
            resources.visualizations,
            actor,
            query,
            key=key,
            origin=origin_of(request, resources),
            accept_language=language,
        )
    return ok(found)


@router.get("/{visualization_id}", responses=failures(errors.Unauthorized, our_errors.VisualizationNotFound))
async def one(
    visualization_id: uuid.UUID,
    request: Request,
    actor: ActorDep,
    resources: ResourcesDep,
    language: Language = None,
) -> Envelope[schemas.Shown]:
    """How far it is; or the picture; or why there is none."""
    actor.require("visualizations:read")
    return ok(await shown(request, resources, actor, visualization_id, language))


async def shown(
    connection: HTTPConnection,
    resources: Resources,
    actor: Actor,
    visualization_id: uuid.UUID,
    language: str | None = None,
) -> schemas.Shown:
    """Raises VisualizationNotFound."""
    key = await resources.owner_keys.get(actor.user_id)
    async with resources.database.read() as session:
        return await service.reading.get(
            session,
            resources.visualizations,
            actor,
            visualization_id,
            key=key,
            origin=origin_of(connection, resources),
            accept_language=language,
        )


@router.post(
    "/{visualization_id}/retry",
    status_code=202,
    responses=failures(
        errors.Unauthorized,
        our_errors.VisualizationNotFound,
        our_errors.NotRetryable,
        our_errors.TooManyInFlight,
    ),
)
async def retry(
    visualization_id: uuid.UUID, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.Accepted]:
    """Draw one that failed again, from where it failed."""
    actor.require("visualizations:write")
    return ok(await service.asking.retry(session, resources.visualizations, actor, visualization_id))


@router.delete(
    "/{visualization_id}",
    status_code=204,
    responses=failures(errors.Unauthorized, our_errors.VisualizationNotFound),
)
async def delete(visualization_id: uuid.UUID, session: WriteDep, actor: ActorDep) -> None:
    """For good, with its picture; one that is being drawn is given up."""
    actor.require("visualizations:write")
    await service.removing.delete(session, actor, visualization_id)


@router.get(
    "/{visualization_id}/events",
    response_class=Response,
    responses={
        200: {
            "description": "Server-sent events: `progress`, then `complete` or `failed`, with which the stream ends.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **failures(errors.Unauthorized, our_errors.VisualizationNotFound, our_errors.TooManyStreams),
    },
)
async def events(
    visualization_id: uuid.UUID,
    request: Request,
    actor: ActorDep,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=100)] = None,
) -> EventStream:
    """Follow one as it is drawn. Who comes back with Last-Event-ID hears only what is new."""
    actor.require("visualizations:read")
    states = await resources.feed.open(actor, visualization_id, last_id(last_event_id))
    return EventStream(_events(request, resources, actor, states), on_end=states.close)


async def _events(request: Request, resources: Resources, actor: Actor, states: Following) -> AsyncGenerator[Event]:
    async for state in states:
        message = await told(request, resources, actor, state)
        yield Event(event=message["type"], data=message["data"], id=str(state.version))


async def told(connection: HTTPConnection, resources: Resources, actor: Actor, state: State) -> dict[str, Any]:
    """What a follower hears: `{type, data}` as the journal contract has it."""
    if not state.is_finished:
        data: dict[str, Any] = {"progress": state.progress, "status": state.status, "message": state.message}
        return {"type": "progress", "data": data}
    try:
        found = await shown(connection, resources, actor, state.id)
    except our_errors.VisualizationNotFound as error:
        return {"type": "failed", "data": {"visualization_id": str(state.id), **_why(error.code, error.message)}}
    if isinstance(found, schemas.Completed):
        data = {"visualization_id": str(state.id), "image_url": found.image_url, "thumbnail_url": found.thumbnail_url}
        return {"type": "complete", "data": data}
    if isinstance(found, schemas.Failed):
        why = _why(found.error_code, found.error_message)
        return {
            "type": "failed",
            "data": {"visualization_id": str(state.id), **why, "retry_allowed": found.retry_allowed},
        }
    return {
        "type": "progress",
        "data": {"progress": found.progress, "status": found.status, "message": found.message},
    }


def _why(code: str, message: str) -> dict[str, str]:
    """`error_message` as in the other answers about a failure; `code` and `message` as in every error."""
    return {"code": code, "message": message, "error_message": message}
