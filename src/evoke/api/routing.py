"""How routes read JSON: as RFC 8259 has it, and nothing beyond.

The standard library's parser, which the framework uses, lets through what has no place in a database or an answer:
lone surrogates, NaN, Infinity.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute


class StrictRequest(Request):
    async def json(self) -> Any:
        """Raises json.JSONDecodeError (orjson's is one)."""
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """`APIRouter(route_class=StrictRoute)`: for every router under /api/v1."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strictly
