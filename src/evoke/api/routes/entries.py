"""Entries of the journal: one at a time, as a file, and what a person set for them."""

import uuid
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response, StreamingResponse

from evoke.api import envelope
from evoke.api.deps import ActorDep, ReadDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.lean import LeanRoute
from evoke.api.routing import router_of
from evoke.domains.journal import errors as journal_errors
from evoke.domains.journal import portable, schemas, service
from evoke.kit import errors
from evoke.platform.care.locales import locale_of

lean_router = router_of("/entries", "journal", LeanRoute)
router = router_of("/entries", "journal")
settings_router = router_of("/journal/settings", "journal")

_CSV = {"schema": {"type": "string"}}
_LIST = {"schema": {"type": "array", "items": {"type": "object"}}}
_FILE: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": _LIST, "text/csv": _CSV}}}
_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"application/json": _LIST, "text/csv": _CSV}},
    **failures(errors.Invalid, errors.Unauthorized, errors.Forbidden),
}


@lean_router.get(
    "", response_model=Envelope[schemas.EntryPage], responses=failures(errors.Invalid, errors.Unauthorized)
)
async def page(query: Annotated[schemas.EntryQuery, Query()], actor: ActorDep, resources: ResourcesDep) -> Response:
    """My entries, the newest first unless `sort` says otherwise."""
    actor.require("entries:read")
    return envelope.raw(await service.entries.page(resources.database, resources.journal, actor, query))


@lean_router.post(
    "",
    status_code=201,
    response_model=Envelope[schemas.EntryAnswer],
    responses=failures(errors.Invalid, errors.Unauthorized),
)
async def create(form: schemas.NewEntry, request: Request, actor: ActorDep, resources: ResourcesDep) -> Response:
    """Write an entry. `support` is there where it speaks of self-harm."""
    actor.require("entries:write")
    support = await _support(request, form.situation, form.notes)
    entry = await service.entries.create_quickly(resources.database, resources.journal, actor, form)
    if entry is None:
        async with resources.database.transaction() as session:
            entry = await service.entries.create(session, resources.journal, actor, form)
    return envelope.raw({"entry": entry, **support}, 201)


async def _support(request: Request, *texts: str | None) -> dict[str, Any]:
    """`support` for what was written, empty where it asks for none."""
    locale = locale_of(request.headers.get("accept-language"))
    found = await service.supporting.find("\n".join(filter(None, texts)), locale)
    return {} if found is None else {"support": found.model_dump()}


@router.get("/export", response_class=Response, responses=_EXPORT)
async def export(
    actor: ActorDep, resources: ResourcesDep, kind: Annotated[portable.Format, Query(alias="format")] = "json"
) -> Response:
    """The whole journal as a file, the oldest entry first: a JSON list, or CSV for a spreadsheet."""
    actor.require("entries:read")
    parts = service.exporting.export(resources.database, resources.journal, actor, kind)
    headers = {"Content-Disposition": f'attachment; filename="journal.{kind}"', "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type=portable.MEDIA_TYPES[kind], headers=headers)


@router.post("/import", openapi_extra=_FILE, responses=failures(errors.Invalid, errors.Unauthorized, errors.TooLarge))
async def import_(request: Request, actor: ActorDep, resources: ResourcesDep) -> Envelope[schemas.Imported]:
    """Entries from a file as the export gives it, JSON or CSV by its Content-Type. What is there already is passed
    over; rows that are not sound are named and stop no others. At most 10,000 rows and 5 MiB.
    """
    actor.require("entries:write")
    body = await _receive(request)
    prepared = await service.importing.prepare(resources.journal, actor, body, _kind(request))
    async with resources.database.transaction() as session:
        imported = await service.importing.record(session, resources.journal, actor, prepared)
    return ok(imported)


async def _receive(request: Request) -> bytes:
    body, limit = bytearray(), service.importing.MAX_BYTES
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise errors.TooLarge(f"An import may have {limit} bytes. Send it in parts.", max_bytes=limit)
    return bytes(body)


def _kind(request: Request) -> portable.Format:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        return "json"
    if media_type in {"text/csv", "application/csv", "application/vnd.ms-excel"}:
        return "csv"
    message = "Send JSON or CSV, and say which: Content-Type: application/json or text/csv."
    raise errors.Invalid(message, field="content-type", reason="neither application/json nor text/csv")


@router.get(
    "/{entry_id}",
    response_model=Envelope[schemas.Entry],
    responses=failures(errors.Unauthorized, journal_errors.EntryNotFound),
)
async def one(entry_id: uuid.UUID, session: ReadDep, actor: ActorDep, resources: ResourcesDep) -> Response:
    """One entry."""
    actor.require("entries:read")
    return envelope.raw(await service.entries.show(session, resources.journal, actor, entry_id))


@router.put(
    "/{entry_id}",
    response_model=Envelope[schemas.ChangedEntry],
    responses=failures(errors.Invalid, errors.Unauthorized, journal_errors.EntryNotFound),
)
async def change(
    entry_id: uuid.UUID,
    changes: schemas.EntryChanges,
    request: Request,
    session: WriteDep,
    actor: ActorDep,
    resources: ResourcesDep,
) -> Response:
    """Change an entry; what is left out stays."""
    actor.require("entries:write")
    support = await _support(request, changes.situation, changes.notes)
    return envelope.raw(
        {**await service.entries.change(session, resources.journal, actor, entry_id, changes), **support}
    )


@router.delete("/{entry_id}", status_code=204, responses=failures(errors.Unauthorized, journal_errors.EntryNotFound))
async def delete(entry_id: uuid.UUID, session: WriteDep, actor: ActorDep) -> Response:
    """Delete an entry for good, with the conversation it came from."""
    actor.require("entries:write")
    await service.entries.delete(session, actor, entry_id)
    return Response(status_code=204)


@settings_router.get("", responses=failures(errors.Unauthorized))
async def get_settings(session: ReadDep, actor: ActorDep, resources: ResourcesDep) -> Envelope[schemas.Settings]:
    """What I set for my journal, and what is in force."""
    actor.require("entries:read")
    return ok(await service.settings.get(session, resources.journal, actor))


@settings_router.put("", responses=failures(errors.Invalid, errors.Unauthorized))
async def put_settings(
    chosen: schemas.ChosenSettings, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.Settings]:
    """Choose the time zone that my days are counted in."""
    actor.require("entries:write")
    return ok(await service.settings.put(session, resources.journal, actor, chosen))
