"""The layers around the routes, without those of the framework's that Evoke has of its own."""

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_VARY = (b"vary", b"Origin")


class Application(FastAPI):
    """FastAPI with the layers it is given.

    Its own outermost ones are left out: an error that nobody foresaw is answered by `bounds.Bounds`, which limits
    bodies as well, and nothing here listens to its telemetry. Each layer costs every request two calls.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = AsyncExitStackMiddleware(self.router)  # FastAPI's routes close the files of forms in it
        app = ExceptionMiddleware(app, handlers=self.exception_handlers, debug=self.debug)
        for layer in reversed(self.user_middleware):
            app = layer.cls(app, *layer.args, **layer.kwargs)
        return app


class Cors(CORSMiddleware):
    """The same for requests of web pages of other origins. All others are told no more than that it would matter."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, _saying_that_it_varies(send))


def _saying_that_it_varies(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), _VARY]
        await send(message)

    return answer
