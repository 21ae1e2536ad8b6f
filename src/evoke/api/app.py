"""The application: routes, and the layers around them.

From the outside in: Frame (id, log, metrics), CORS, Bounds (limits of size and time), rate limits, compression,
and the short way to the routes that are asked most.
"""

import gc
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from starlette_compress import CompressMiddleware

from evoke import __version__
from evoke.api import errors, examples, limits
from evoke.api.bounds import Bounds, HeadersTooLarge
from evoke.api.frame import Frame
from evoke.api.layers import Application, Cors
from evoke.api.lean import LeanRoutes
from evoke.api.routes import (
    analytics,
    auth,
    drawing,
    emotions,
    entries,
    health,
    intake,
    jobs,
    journal,
    photos,
    search,
    sockets,
    visualizations,
)
from evoke.api.routing import UNFORESEEN
from evoke.bootstrap import Resources, open_resources
from evoke.console.app import create_router
from evoke.domains.accounts.schemas import Actor
from evoke.kit import errors as kit_errors
from evoke.platform.telemetry import logs
from evoke.settings import Settings, load

DESCRIPTION = """
One backend for what a person saw and how they felt: a photo library with search, and an emotion journal.

Every answer under `/api/v1` is an envelope: `success`, then `data` or `error`, and `meta` with the request's id.
Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`; an API key works
wherever a token does.
"""
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:"
)
"""The scripts of both pages would fetch a logo or a badge from their makers; the browser refuses that."""
STREAMS = re.compile(r"/api/v1/photos(/[^/]+/(original|preview|thumbnail))?/?")
JOURNAL_STREAMS = {
    ("GET", "/api/v1/entries/export"),
    ("POST", "/api/v1/entries/import"),
    ("GET", "/api/v1/journal/export"),
}
GARBAGE = 20_000
"""New containers after which the youngest are looked through; a request makes some hundreds."""
EVENTS = re.compile(r"/api/v1/visualizations/[^/]+/events")
SLOW = (
    (re.compile(r"/api/v1/(intake/.+|visualizations/(feeling|generate))"), 58),
    (re.compile(r"/api/v1/visualizations/story"), 88),
)
"""Paths and seconds. A model has 55 or 85 of them; the journal app waits for 60 or 90."""


def create_app(settings: Settings | None = None, *, resources: Resources | None = None) -> FastAPI:
    """The ASGI application. Without `resources` it opens its own while it runs, and closes them."""
    settings = settings or (resources.settings if resources else load())
    app = Application(
        title="Evoke",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(settings, resources),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        middleware=_layers(settings),
        separate_input_output_schemas=False,
        responses=UNFORESEEN,
    )
    errors.install(app)
    for router in (
        entries.lean_router,
        auth.router,
        photos.lean_router,
        photos.router,
        photos.trash_router,
        search.router,
        jobs.router,
        entries.router,
        entries.settings_router,
        emotions.router,
        intake.router,
        drawing.router,
        visualizations.router,
        journal.router,
        analytics.router,
        sockets.router,
        health.router,
        create_router(),
    ):
        app.router.routes.extend(router.routes)
    _add_docs(app)
    _describe(app)
    return app


def _lifespan(settings: Settings, given: Resources | None) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if given is not None:
            app.state.resources = given
            yield
            return
        level = "DEBUG" if settings.debug else settings.log_level
        logs.configure(level, folder=settings.logs_dir, name="api")
        async with open_resources(settings, name="evoke-api", migrated=False) as resources:
            app.state.resources = resources
            _spare_the_collector()
            yield

    return lifespan


def _spare_the_collector() -> None:
    """What is in memory now stays there: to look through all of it for garbage, again and again, would hold up every
    request that is under way for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _layers(settings: Settings) -> list[Middleware]:
    def limiter(scope: Scope) -> Any:
        return scope["app"].state.resources.limiter

    async def authenticate(scope: Scope, credential: str) -> Actor:
        resources: Resources = scope["app"].state.resources
        return await resources.authenticator.authenticate(credential)

    budgets = limits.Budgets(
        per_minute=settings.limits.per_minute,
        per_hour=settings.limits.per_hour,
        library_per_minute=settings.limits.library_per_minute,
        sign_in_per_minute=settings.limits.sign_in_per_minute,
        drawing_per_hour=settings.limits.drawing_per_hour,
        drawing_anonymous_per_hour=settings.limits.drawing_anonymous_per_hour,
    )
    return [
        Middleware(Frame),
        Middleware(
            Cors,
            allow_origins=settings.allowed_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["X-Request-ID", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"],
        ),
        Middleware(
            Bounds,
            max_body=settings.http.max_body_bytes,
            timeout=settings.http.timeout_seconds,
            stall=settings.http.upload_stall_seconds,
            unbounded=_streams,
            patience=_patience,
        ),
        Middleware(
            limits.LimitMiddleware,
            limiter=limiter,
            authenticate=authenticate,
            budgets=budgets,
            trusted_proxies=settings.http.trusted_proxies,
        ),
        Middleware(CompressMiddleware, minimum_size=1024, zstd_level=3, brotli_quality=3, gzip_level=3),
        Middleware(LeanRoutes, routes=[*entries.lean_router.routes, *photos.lean_router.routes]),
    ]


def _streams(scope: Scope) -> bool:
    """Uploads and files take as long as the line takes; they have limits of their own."""
    path = scope["path"]
    if (scope["method"], path.rstrip("/")) in JOURNAL_STREAMS or EVENTS.fullmatch(path.rstrip("/")):
        return True
    if STREAMS.fullmatch(path) is None:
        return False
    return bool(scope["method"] == "POST" or path.rstrip("/") != "/api/v1/photos")


def _patience(scope: Scope) -> float:
    """Seconds beyond which a request is given up, where a model that takes its time is asked; 0: as all others."""
    path = scope["path"].rstrip("/")
    return next((seconds for pattern, seconds in SLOW if pattern.fullmatch(path)), 0)


def _add_docs(app: FastAPI) -> None:
    """/docs and /redoc from files of our own: no page of Evoke asks another host for anything."""
    static = Path(fastapi_offline.__file__).parent / "static"
    app.mount("/docs/static", StaticFiles(directory=static), name="docs-static")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Evoke API",
            swagger_js_url="/docs/static/swagger-ui-bundle.js",
            swagger_css_url="/docs/static/swagger-ui.css",
            swagger_favicon_url="/docs/static/favicon.png",
        )
        page.headers["Content-Security-Policy"] = DOCS_POLICY
        return page

    @app.get("/redoc", include_in_schema=False)
    async def redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url="/openapi.json",
            title="Evoke API",
            redoc_js_url="/docs/static/redoc.standalone.js",
            redoc_favicon_url="/docs/static/favicon.png",
            with_google_fonts=False,
        )
        page.headers["Content-Security-Policy"] = DOCS_POLICY
        return page


def _describe(app: FastAPI) -> None:
    """What routes need not say themselves: the errors that any of them answers with. A 422 is a 400 here."""
    generate = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            for path, operations in schema["paths"].items():
                for operation in operations.values():
                    operation["responses"].pop("422", None)
                    if path.startswith("/api/v1/"):
                        _document_common_errors(operation)
            for unused in ("HTTPValidationError", "ValidationError"):
                schema["components"]["schemas"].pop(unused, None)
            examples.fill(schema["components"]["schemas"])
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # the documented way to change the schema


def _document_common_errors(operation: dict[str, Any]) -> None:
    common = [kit_errors.Invalid, kit_errors.RateLimited, kit_errors.ServiceUnavailable, HeadersTooLarge]
    if "requestBody" in operation:
        common.append(kit_errors.TooLarge)
    for error in common:
        documented = {
            "description": f"{error.code}: {error.default_message}",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FailureEnvelope"}}},
        }
        operation["responses"].setdefault(str(error.status), documented)
