"""Draw my feelings: a picture of feelings or of a story, at once, signed in or not."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import structlog
from fastapi import Header, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from evoke.api import limits
from evoke.api.deps import OptionalActorDep, ResourcesDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.leaving import unless_gone
from evoke.api.routing import router_of
from evoke.api.streams import Event, EventStream
from evoke.bootstrap import Resources
from evoke.domains.accounts.schemas import Actor
from evoke.domains.visualizations import drawing_schemas as schemas
from evoke.domains.visualizations import errors as our_errors
from evoke.domains.visualizations import layout, service, wishes
from evoke.domains.visualizations.service.wishing import Granted
from evoke.domains.visualizations.wishes import Wish
from evoke.kit import errors
from evoke.kit.time import rfc3339, utc_now
from evoke.platform.generation.errors import (
    ContentFiltered,
    GenerationTimedOut,
    PictureServiceDown,
    TextModelDown,
)
from evoke.platform.generation.ports import Payer, Report

router = router_of("/visualizations", "drawing")
log = structlog.get_logger(__name__)

DEPRECATED_SINCE = datetime(2026, 11, 22, tzinfo=UTC)
SUNSET = "Wed, 01 Dec 2027 00:00:00 GMT"
SUCCESSOR = '</api/v1/visualizations/feeling>; rel="successor-version"'

Language = Annotated[str | None, Header(alias="Accept-Language", max_length=1000)]
_FAILURES = (
    our_errors.EmptyInput,
    our_errors.InvalidEmotion,
    our_errors.InvalidCategory,
    ContentFiltered,
    errors.Unauthorized,
    errors.RateLimited,
    PictureServiceDown,
    GenerationTimedOut,
)


@router.post("/feeling", responses=failures(*_FAILURES))
async def feeling(
    form: schemas.FeelingWish,
    request: Request,
    actor: OptionalActorDep,
    resources: ResourcesDep,
    language: Language = None,
) -> Envelope[schemas.Drawn]:
    """Have feelings drawn: 512 × 512 pixels. With a token it also goes into your history."""
    return ok(await _feeling(request, resources, actor, wishes.feeling(form), language))


@router.post(
    "/generate",
    deprecated=True,
    responses=failures(*_FAILURES, our_errors.TextTooLong),
)
async def generate(
    form: schemas.FirstWish,
    request: Request,
    response: Response,
    actor: OptionalActorDep,
    resources: ResourcesDep,
    language: Language = None,
) -> Envelope[schemas.Drawn]:
    """The first version of `feeling`. Use that one."""
    drawn = await _feeling(request, resources, actor, wishes.first_version(form), language)
    response.headers["Deprecation"] = f"@{int(DEPRECATED_SINCE.timestamp())}"  # RFC 9745
    response.headers["Sunset"] = SUNSET  # RFC 8594
    response.headers["Link"] = SUCCESSOR
    return ok(drawn)


async def _feeling(
    request: Request, resources: Resources, actor: Actor | None, wish: Wish, language: str | None
) -> schemas.Drawn:
    await _spend(request, actor)
    drawing = service.wishing.feeling(resources.visualizations, wish, _payer(actor))
    granted = await unless_gone(request, drawing)
    return schemas.Drawn(**await _answer(resources, actor, wish, granted, language))


@router.post(
    "/story",
    response_model=Envelope[schemas.DrawnStory],
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "The drawing; with `Accept: text/event-stream` its progress first, as events.",
        },
        **failures(*_FAILURES, our_errors.TextTooShort, our_errors.TextTooLong, TextModelDown),
    },
)
async def story(
    form: schemas.StoryWish,
    request: Request,
    actor: OptionalActorDep,
    resources: ResourcesDep,
    language: Language = None,
) -> Any:
    """Have a story drawn as a map of what weighs in it: 1024 × 1024 pixels.

    With `Accept: text/event-stream` the answer is a stream: `progress` with `{progress, status, message}`, then
    `complete` with the same data, or `failed` with `{code, message, details}`.
    """
    wish = wishes.story(form)
    await _spend(request, actor)
    if _wants_events(request):
        return EventStream(_story_events(resources, actor, wish, language))
    return ok(await unless_gone(request, _story(resources, actor, wish, language, service.wishing.silent)))


async def _story(
    resources: Resources, actor: Actor | None, wish: Wish, language: str | None, report: Report
) -> schemas.DrawnStory:
    tools = resources.visualizations
    async with resources.database.read() as session:
        expected = await service.estimating.seconds(session, tools, "story", "diagram")
    granted = await service.wishing.story(tools, wish, _payer(actor), report, expected=expected)
    analysis = granted.analysis
    assert analysis is not None, "a story has one"
    corners = layout.corners_of(analysis.factors)
    return schemas.DrawnStory(
        **await _answer(resources, actor, wish, granted, language),
        story_analysis=schemas.StoryAnalysisOut(
            central_stressor=analysis.stressor,
            factors=[
                schemas.FactorOut(factor=factor.label, insight=factor.insight, corner=corner)
                for factor, corner in zip(analysis.factors, corners, strict=True)
            ],
            language=analysis.language,
            generated_by=analysis.made_by,
        ),
    )


async def _story_events(
    resources: Resources, actor: Actor | None, wish: Wish, language: str | None
) -> AsyncGenerator[Event]:
    """The drawing as a task beside the stream; whoever closes the stream ends it."""
    news: asyncio.Queue[Event] = asyncio.Queue()
    last = -1

    async def report(percent: int, message: str) -> None:
        nonlocal last
        if percent > last:
            last = percent
            data = {"progress": percent, "status": "processing", "message": message}
            news.put_nowait(Event("progress", data))

    async def draw() -> None:
        try:
            drawn = await _story(resources, actor, wish, language, report)
        except errors.EvokeError as error:
            data = {"code": error.code, "message": error.message, "details": error.details}
            news.put_nowait(Event("failed", data))
        except Exception as error:
            log.error("drawing.crashed", exc_info=error)
            unforeseen = errors.EvokeError()
            news.put_nowait(Event("failed", {"code": unforeseen.code, "message": unforeseen.message, "details": {}}))
        else:
            news.put_nowait(Event("complete", drawn.model_dump(mode="json")))

    task = asyncio.create_task(draw())
    try:
        while True:
            event = await news.get()
            yield event
            if event.event != "progress":
                return
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _answer(
    resources: Resources, actor: Actor | None, wish: Wish, granted: Granted, language: str | None
) -> dict[str, Any]:
    """The fields of `Drawn`; on the way the drawing goes into the history of who is signed in."""
    visualization_id = None
    if actor is not None:
        visualization_id = await service.history.remember(
            resources.database, resources.visualizations, actor, wish, granted
        )
    support = None
    if granted.is_gentle:
        support = service.caring.support(service.caring.locale_for(language, granted.language))
    picture = granted.picture
    return {
        "image_data": granted.image_data,
        "image_size": schemas.Size(width=picture.width, height=picture.height),
        "prompt_used": picture.prompt,
        "dominant_colors": list(granted.colors),
        "generation_time_ms": granted.milliseconds,
        "generated_by": picture.made_by,
        "visualization_id": visualization_id,
        "support": support,
    }


async def _spend(request: Request, actor: Actor | None) -> None:
    """By the hour: each user, or each address that is not signed in. A wish that is not valid costs nothing."""
    if actor is not None:
        actor.require("visualizations:write")
    meter = limits.meter(request)
    who = f"user:{actor.user_id}" if actor else f"address:{meter.group}"
    await meter.spend(meter.budgets.drawing(signed_in=actor is not None), who)


def _payer(actor: Actor | None) -> Payer:
    return Payer(actor.user_id if actor else None)


def _wants_events(request: Request) -> bool:
    return "text/event-stream" in request.headers.get("accept", "")


class ServiceCheck(BaseModel):
    status: Literal["healthy", "degraded", "unavailable", "not_configured"]
    latency_ms: int | None = None
    error: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "healthy", "latency_ms": 180}]})


class DrawingHealth(BaseModel):
    status: Literal["healthy", "degraded"]
    checks: dict[str, ServiceCheck]
    timestamp: str
    generated_by: Literal["gemini", "local"]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "healthy",
                    "checks": {"gemini_api": {"status": "healthy", "latency_ms": 180}},
                    "timestamp": "2026-03-21T16:04:22Z",
                    "generated_by": "gemini",
                }
            ]
        }
    )


@router.get(
    "/health",
    response_model=DrawingHealth,
    response_model_exclude_none=True,
    responses=failures(errors.Invalid),
)
async def health(resources: ResourcesDep) -> DrawingHealth:
    """How the services behind drawing are doing, known from what they did and a look that costs nothing."""
    checks = {"gemini_api": ServiceCheck(status="not_configured")}
    for name, found in (await resources.gemini.check()).items():
        checks[name] = ServiceCheck(
            status="unavailable" if found.state == "open" else found.state,
            latency_ms=found.latency_ms if found.state == "healthy" else None,
            error=None if found.state == "healthy" else found.last_error or "paused",
        )
    is_able = resources.visualizations.options.is_configured
    well = is_able and all(check.status in ("healthy", "not_configured") for check in checks.values())
    return DrawingHealth(
        status="healthy" if well else "degraded",
        checks=checks,
        timestamp=rfc3339(utc_now()),
        generated_by=resources.generators.pictures_by,
    )
