"""Analytics: the journal as a whole."""

from typing import Annotated

from fastapi import Query

from evoke.api.deps import ActorDep, ReadDep, ResourcesDep
from evoke.api.envelope import Envelope, failures, ok
from evoke.api.routing import router_of
from evoke.domains.insights import schemas, service
from evoke.kit.errors import Invalid, Unauthorized

router = router_of("/analytics", "journal")


@router.get("/summary", responses=failures(Invalid, Unauthorized))
async def summarize(
    query: Annotated[schemas.SummaryQuery, Query()], session: ReadDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.Summary]:
    """What I felt most, how strongly, whether that changes, and patterns that are more than chance."""
    actor.require("entries:read")
    return ok(await service.summarize(session, resources.journal, actor, query))


@router.get("/emotions/timeline", responses=failures(Invalid, Unauthorized))
async def timeline(
    query: Annotated[schemas.TimelineQuery, Query()], session: ReadDep, actor: ActorDep, resources: ResourcesDep
) -> Envelope[schemas.Timeline]:
    """Emotions and intensity over time, by my days, weeks or months."""
    actor.require("entries:read")
    return ok(await service.list_buckets(session, resources.journal, actor, query))
