"""Search: photos by words, dates and filters."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from evoke.api import envelope
from evoke.api.deps import ActorDep, ReadDep, ResourcesDep
from evoke.api.envelope import Envelope, failures
from evoke.api.routing import router_of
from evoke.domains.search import schemas, service
from evoke.kit import errors

router = router_of("/search", "search")
_ERRORS = failures(errors.Invalid, errors.Unauthorized, errors.Forbidden)


@router.post("", response_model=Envelope[schemas.SearchAnswer], responses=_ERRORS)
async def search(
    request: schemas.SearchRequest, session: ReadDep, actor: ActorDep, resources: ResourcesDep
) -> Response:
    """Photos that match all of it, best first, a page at a time."""
    actor.require("search:read")
    answer = await service.search(session, actor, request, resources.search)
    return envelope.raw(answer)


@router.get("", response_model=Envelope[schemas.SearchAnswer], responses=_ERRORS)
async def search_by_address(
    query: Annotated[schemas.SearchQuery, Query()], session: ReadDep, actor: ActorDep, resources: ResourcesDep
) -> Response:
    """The same search, as an address that can be kept."""
    return await search(query.request, session, actor, resources)
