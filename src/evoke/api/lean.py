"""Routes that are asked so often that how the framework finds their arguments would cost more than their work.

`LeanRoute` is written, checked and documented like any route; at run time it is found by its path, without the
framework's way to it, and finds the arguments by itself. It knows who is calling, the resources of the process, one
model from the query and one from a JSON body. A signature with anything else is refused when the program starts.
"""

import inspect
import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

import orjson
from fastapi import Request, Response
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from evoke.api import deps
from evoke.api.errors import from_validation, known
from evoke.kit import errors

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class LeanRoutes:
    """The innermost layer: requests for lean routes go to them at once, all others through the framework."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self._routes: dict[tuple[str, str], tuple[BaseRoute, Handler]] = {}
        for route in routes:
            if not isinstance(route, LeanRoute) or route.param_convertors:
                raise TypeError(f"{route} is no lean route of one path")
            for method in route.methods or ():
                self._routes[method, route.path] = route, route.get_route_handler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["route"], handle = found
        request = Request(scope, receive, send)
        try:
            response = await handle(request)
        except errors.EvokeError as error:
            response = known(error)
        await response(scope, receive, send)


class LeanRoute(APIRoute):
    """For endpoints that return a Response. `APIRouter(route_class=LeanRoute)`."""

    def get_route_handler(self) -> Handler:
        plan = _plan(self.endpoint)
        endpoint = self.endpoint

        async def handle(request: Request) -> Response:
            await deps.refuse_nul(request)
            resources = await deps.resources(request)
            given: dict[str, Any] = {}
            if plan.actor:
                given[plan.actor] = await deps.actor(request)
            if plan.resources:
                given[plan.resources] = resources
            if plan.request:
                given[plan.request] = request
            if plan.query:
                given[plan.query] = _valid(plan.query_model, dict(request.query_params))
            if plan.body:
                given[plan.body] = _valid(plan.body_model, await _json(request))
            response: Response = await endpoint(**given)
            return response

        return handle


@dataclass
class _Plan:
    """What the parameters are called, empty where there is none."""

    actor: str = ""
    resources: str = ""
    request: str = ""
    query: str = ""
    query_model: TypeAdapter[Any] | None = None
    body: str = ""
    body_model: TypeAdapter[Any] | None = None


def _plan(endpoint: Callable[..., Any]) -> _Plan:
    plan = _Plan()
    for name, parameter in inspect.signature(endpoint).parameters.items():
        kind = parameter.annotation
        if kind == deps.ActorDep:
            plan.actor = name
        elif kind == deps.ResourcesDep:
            plan.resources = name
        elif kind is Request:
            plan.request = name
        elif get_origin(kind) is Annotated and isinstance(get_args(kind)[1], Query):
            plan.query, plan.query_model = name, TypeAdapter(get_args(kind)[0])
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            plan.body, plan.body_model = name, TypeAdapter(kind)
        else:
            raise TypeError(f"{endpoint.__name__}: a lean route knows nothing of {name}: {kind}")
    return plan


def _valid(model: TypeAdapter[Any] | None, value: Any) -> Any:
    assert model is not None, "a parameter that has a name has a model"
    try:
        return model.validate_python(value)
    except ValidationError as error:
        raise from_validation(error.errors(include_url=False)) from error


async def _json(request: Request) -> Any:
    """The body, as strictly as every route reads it."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        message = "Send JSON, with the header Content-Type: application/json."
        raise errors.Invalid(message, field="body", reason="not JSON")
    try:
        return orjson.loads(await request.body())
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg}"
        raise errors.Invalid(f"body: {reason}", field="body", reason=reason) from error
