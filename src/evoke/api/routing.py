"""How routes under /api/v1 are made, and how they read JSON: as RFC 8259 has it, and nothing beyond.

The standard library's parser, which the framework uses, lets through what has no place in a database or an answer:
lone surrogates, NaN, Infinity.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from evoke.api.deps import refuse_nul
from evoke.api.envelope import FailureEnvelope

PREFIX = "/api/v1"
UNFORESEEN: dict[int | str, dict[str, Any]] = {
    500: {"model": FailureEnvelope, "description": "INTERNAL_ERROR: unforeseen; the log knows more."}
}


class StrictRequest(Request):
    async def json(self) -> Any:
        """Raises json.JSONDecodeError (orjson's is one)."""
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """For every route under /api/v1 that is not lean."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly


def router_of(prefix: str, tag: str, route_class: type[APIRoute] = StrictRoute) -> APIRouter:
    """A router whose routes are whole: what holds under /api/v1 is theirs from the start.

    An application takes them as they are. `include_router` would make each a second time to add it, for every
    application, while its first request waits.
    """
    return APIRouter(
        prefix=PREFIX + prefix,
        tags=[tag],
        route_class=route_class,
        dependencies=[Depends(refuse_nul)],
        responses=UNFORESEEN,
    )
