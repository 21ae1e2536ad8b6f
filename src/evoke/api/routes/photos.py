"""Photos: upload, lists, one, its files, the trash."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from evoke.api import envelope, files, multipart
from evoke.api.deps import ActorDep, OptionalActorDep, ReadDep, ResourcesDep, WriteDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.lean import LeanRoute
from evoke.api.routing import router_of
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import errors as photo_errors
from evoke.domains.photos import presenting, schemas, service, urls
from evoke.domains.photos.service.adding import Received
from evoke.kit import errors
from evoke.platform.telemetry import metrics

router = router_of("/photos", "photos")
lean_router = router_of("/photos", "photos", LeanRoute)
trash_router = router_of("/trash", "photos")

_MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "sidecar": {"type": "string", "format": "binary", "description": "XMP or Takeout JSON"},
                        "file_created_at": {"type": "string", "format": "date-time"},
                        "file_modified_at": {"type": "string", "format": "date-time"},
                        "favorite": {"type": "boolean"},
                    },
                }
            }
        },
    }
}
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range that was asked for."},
    304: {"description": "The client has these bytes."},
    **failures(errors.Unauthorized, errors.NotFound, photo_errors.LinkExpired, photo_errors.RangeNotSatisfiable),
}


@lean_router.post(
    "",
    status_code=201,
    response_model=Envelope[schemas.UploadAnswer],
    openapi_extra=_MULTIPART,
    responses={
        200: {"model": Envelope[schemas.UploadAnswer], "description": "The same bytes were there already."},
        **failures(
            photo_errors.UnsupportedMedia,
            errors.Invalid,
            errors.Unauthorized,
            photo_errors.QuotaExceeded,
            errors.TooLarge,
            errors.StorageFull,
        ),
    },
)
async def upload(request: Request, resources: ResourcesDep, actor: ActorDep) -> Response:
    """Add a photo or a video. The same bytes again answer the photo that is there."""
    actor.require("photos:write")
    library = resources.library
    key = await library.key_for_writing(actor.user_id)
    async with library.blobs.spool(key, max_bytes=library.options.max_upload_bytes) as spool:
        form = await multipart.receive(
            request, file_part="file", sink=spool, limits={"sidecar": library.options.max_sidecar_bytes}
        )
        received = _received(form)
        kept = await service.adding.keep(resources.database, library, actor, spool, received)
        row, duplicate = await service.adding.add(resources.database, library, actor, kept)
    metrics.UPLOADED.inc(kept.size)
    answer: dict[str, Any] = {"photo": presenting.present(row, library.signer)}
    return envelope.raw({**answer, "duplicate": True} if duplicate else answer, 200 if duplicate else 201)


def _received(form: multipart.Form) -> Received:
    if not form.has_file:
        raise errors.Invalid("There is no part named file.", field="file", reason="missing")
    sidecar = form.parts.get("sidecar")
    return Received(
        file_name=form.file_name,
        sidecar=bytes(sidecar.content) if sidecar and sidecar.content else None,
        file_created_at=_moment(form, "file_created_at"),
        file_modified_at=_moment(form, "file_modified_at"),
        favorite=(form.text("favorite") or "").lower() in {"true", "1", "yes", "on"},
    )


def _moment(form: multipart.Form, name: str) -> datetime | None:
    text = form.text(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise errors.Invalid(f"{name} is not an RFC 3339 time.", field=name, reason="not a time") from error


@router.post("/check", responses=failures(errors.Invalid, errors.Unauthorized))
async def check(question: schemas.CheckQuestion, session: ReadDep, actor: ActorDep) -> Envelope[schemas.CheckAnswer]:
    """Which of these files are in the library, by checksum: what an uploader asks before it sends anything."""
    actor.require("photos:read")
    return ok(await service.reading.check(session, actor, question.items))


@router.get("", response_model=Envelope[schemas.PhotoPage], responses=failures(errors.Invalid, errors.Unauthorized))
async def page(
    query: Annotated[schemas.ListQuery, Query()], session: ReadDep, actor: ActorDep, resources: ResourcesDep
) -> Response:
    """The timeline, newest first, a page at a time."""
    actor.require("photos:read")
    rows, cursor = await service.reading.page(session, actor, query)
    photos = [presenting.present(row, resources.library.signer) for row in rows]
    return envelope.raw({"photos": photos, "next_cursor": cursor})


@router.get("/timeline", responses=failures(errors.Invalid, errors.Unauthorized))
async def timeline(
    query: Annotated[schemas.TimelineQuery, Query()], session: ReadDep, actor: ActorDep
) -> Envelope[schemas.Timeline]:
    """How many photos each year, month or day has: what a scroll bar needs."""
    actor.require("photos:read")
    return ok(await service.reading.buckets(session, actor, query.photo_filter, query.unit))


@router.patch("", responses=failures(errors.Invalid, errors.Unauthorized))
async def change_many(
    body: schemas.BulkChanges, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.BulkAnswer]:
    """Change several photos; the answer says what happened to each."""
    actor.require("photos:write")
    results = await service.editing.change_many(session, resources.library, actor, body.ids, body.changes)
    return ok(schemas.BulkAnswer(results=results))


@router.post("/restore", responses=failures(errors.Invalid, errors.Unauthorized))
async def restore(
    body: schemas.Ids, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.BulkAnswer]:
    """Take photos out of the trash."""
    actor.require("photos:write")
    return ok(schemas.BulkAnswer(results=await service.trashing.restore(session, resources.library, actor, body.ids)))


@router.get(
    "/{photo_id}",
    response_model=Envelope[schemas.PhotoAnswer],
    responses=failures(errors.Unauthorized, errors.NotFound),
)
async def one(photo_id: uuid.UUID, session: ReadDep, actor: ActorDep, resources: ResourcesDep) -> Response:
    """One photo."""
    actor.require("photos:read")
    row = await service.reading.get(session, actor, photo_id)
    return envelope.raw({"photo": presenting.present(row, resources.library.signer)})


@router.patch(
    "/{photo_id}",
    response_model=Envelope[schemas.PhotoAnswer],
    responses=failures(errors.Invalid, errors.Unauthorized, errors.NotFound),
)
async def change(
    photo_id: uuid.UUID, body: schemas.PhotoChanges, session: WriteDep, actor: ActorDep, resources: ResourcesDep
) -> Response:
    """Change what is said of a photo."""
    actor.require("photos:write")
    await service.editing.change(session, resources.library, actor, photo_id, body)
    row = await service.reading.get(session, actor, photo_id)
    return envelope.raw({"photo": presenting.present(row, resources.library.signer)})


@router.delete("/{photo_id}", status_code=204, responses=failures(errors.Unauthorized, errors.NotFound))
async def trash(photo_id: uuid.UUID, session: WriteDep, actor: ActorDep, resources: ResourcesDep) -> None:
    """Put a photo into the trash; it stays there for 30 days, then it is gone with its files."""
    actor.require("photos:write")
    await service.trashing.trash(session, resources.library, actor, photo_id)


@router.get("/{photo_id}/metadata", responses=failures(errors.Unauthorized, errors.NotFound))
async def metadata(photo_id: uuid.UUID, session: ReadDep, actor: ActorDep) -> Envelope[schemas.MetadataAnswer]:
    """Every tag that the file and its sidecar hold."""
    actor.require("photos:read")
    return ok(await service.reading.metadata(session, actor, photo_id))


def _add_file_route(variant: urls.Variant, description: str) -> None:
    async def file(
        request: Request,
        photo_id: uuid.UUID,
        resources: ResourcesDep,
        actor: OptionalActorDep,
        link: Annotated[schemas.Link, Query()],
    ) -> Response:
        return await _file(request, resources, actor, photo_id, variant, link)

    router.add_api_route(
        f"/{{photo_id}}/{variant}",
        file,
        methods=["GET"],
        name=variant,
        description=description,
        response_class=Response,
        responses=_BYTES,
    )
    router.add_api_route(
        f"/{{photo_id}}/{variant}", file, methods=["HEAD"], name=f"{variant}_head", include_in_schema=False
    )


_add_file_route("thumbnail", "WebP, 250 pixels on the longer edge. No GPS and no camera data.")
_add_file_route("preview", "1440 pixels on the longer edge. No GPS and no camera data.")
_add_file_route("original", "The file as it came, byte for byte. Ranges are answered.")


async def _file(
    request: Request,
    resources: Resources,
    actor: Actor | None,
    photo_id: uuid.UUID,
    variant: urls.Variant,
    link: schemas.Link,
) -> Response:
    library, signed_for = resources.library, None
    if actor is not None:
        actor.require("photos:read")
    elif link.owner and link.signature and link.expires:
        library.signer.check(link.owner, photo_id, variant, expires=link.expires, signature=link.signature)
        signed_for = link.owner
    else:
        raise errors.Unauthorized
    described = await service.files.describe(
        resources.database, photo_id=photo_id, variant=variant, actor=actor, signed_for=signed_for
    )
    base = files.headers(described.etag, described.file_name, download=link.download)
    if files.not_modified(request, described.etag):
        return Response(status_code=304, headers=base)
    blob = await service.files.open_blob(library, described)
    return await files.answer(request, blob, mime_type=described.mime_type, base=base)


@trash_router.delete("", responses=failures(errors.Unauthorized))
async def empty_trash(session: WriteDep, actor: ActorDep, resources: ResourcesDep) -> Envelope[schemas.TrashAnswer]:
    """Delete for good what is in the trash now, files and all, by a job."""
    actor.require("photos:write")
    return ok(await service.trashing.empty(session, resources.library, actor))
