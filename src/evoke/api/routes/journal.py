"""The journal as a whole: take it out, erase it, and what generating for it has cost."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import orjson
import structlog
from fastapi import Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response, StreamingResponse

from evoke.api import archives
from evoke.api.archives import Member
from evoke.api.deps import ActorDep, ReadDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.routing import router_of
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal.service import entries, erasing, exporting, exporting_intake
from evoke.domains.spending import schemas as spending_schemas
from evoke.domains.spending import service as spending
from evoke.domains.visualizations.service import exporting as exporting_pictures
from evoke.domains.visualizations.service import reading
from evoke.kit import errors

router = router_of("/journal", "journal")
log = structlog.get_logger(__name__)

_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
    **failures(errors.Unauthorized),
}


class Erased(BaseModel):
    """How much is gone."""

    entries: int
    visualizations: int

    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": 120, "visualizations": 34}]})


@router.get("/export", response_class=Response, responses=_ARCHIVE)
async def export(actor: ActorDep, resources: ResourcesDep) -> Response:
    """Everything as one ZIP archive: entries (JSON and CSV), conversations, visualizations, and their pictures."""
    actor.require("entries:read")
    actor.require("visualizations:read")
    headers = {"Content-Disposition": 'attachment; filename="evoke-journal.zip"', "Cache-Control": "no-store"}
    archive = archives.zipped(_members(resources, actor))
    return StreamingResponse(archive, media_type="application/zip", headers=headers)


async def _members(resources: Resources, actor: Actor) -> AsyncIterator[Member]:
    database, journal = resources.database, resources.journal
    yield Member("entries.json", exporting.export(database, journal, actor, "json"))
    yield Member("entries.csv", exporting.export(database, journal, actor, "csv"))
    yield Member("intake.json", _listed(exporting_intake.export(database, journal, actor)))
    photo_ids: dict[Any, None] = {}

    def seen(drawn: exporting_pictures.Drawn) -> dict[str, Any]:
        if drawn.photo_id is not None:
            photo_ids[drawn.photo_id] = None
        return drawn.values

    drawings = exporting_pictures.export(database, resources.visualizations, actor)
    yield Member("visualizations.json", _listed(drawings, seen))
    for photo_id in photo_ids:
        try:
            picture = await exporting_pictures.read_picture(database, resources.visualizations, actor, photo_id)
        except errors.EvokeError as error:
            # Deleted meanwhile, or lost by the storage: the rest is worth having all the same.
            log.warning("journal.picture_not_exported", photo_id=str(photo_id), code=error.code)
            continue
        yield Member(exporting_pictures.picture_name(photo_id), picture, is_packed=True)


async def _listed(
    values: AsyncIterator[Any], as_json: Callable[[Any], dict[str, Any]] = lambda value: value
) -> AsyncIterator[bytes]:
    """A JSON list, a line for each value."""
    first = True
    yield b"["
    async for value in values:
        yield (b"\n" if first else b",\n") + orjson.dumps(as_json(value), default=str)
        first = False
    yield b"\n]\n"


@router.delete("", responses=failures(errors.Invalid, errors.Unauthorized))
async def erase(
    session: WriteDep,
    actor: ActorDep,
    confirm: Annotated[bool, Query(description="true: this cannot be taken back.")] = False,
) -> Envelope[Erased]:
    """Erase entries, conversations and all that was drawn, for good. The library's other photos stay."""
    actor.require("entries:write")
    actor.require("visualizations:write")
    if not confirm:
        raise errors.Invalid(
            "This erases the whole journal for good. Add ?confirm=true to do that.",
            field="confirm",
            reason="not confirmed",
        )
    gone = Erased(
        entries=await entries.count(session, actor.user_id),
        visualizations=await reading.count_all(session, actor.user_id),
    )
    await erasing.erase(session, actor.user_id)
    return ok(gone)


@router.get("/spending", responses=failures(errors.Invalid, errors.Unauthorized, errors.Forbidden))
async def show_spending(
    session: ReadDep,
    actor: ActorDep,
    resources: ResourcesDep,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    everyone: Annotated[bool, Query(alias="all", description="Everybody's together; for administrators.")] = False,
) -> Envelope[spending_schemas.SpendingAnswer]:
    """What generated words and pictures have cost, by day (UTC), model and kind."""
    actor.require("account:read")
    if everyone and not actor.is_admin:
        raise errors.Forbidden("Only an administrator sees what everybody's cost.")
    owner_id = None if everyone else actor.user_id
    return ok(await spending.show(session, resources.books, owner_id, days=days, now=resources.clock()))
