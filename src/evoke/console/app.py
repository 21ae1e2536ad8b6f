"""The routes of the console: its pages and their files."""

from typing import Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from evoke.console import assets

JOURNAL_VIEWS: Final = frozenset({"new", "entries", "calendar", "charts", "talk", "settings", "sign-in"})
"""What may follow /journal/. One page shows them all; its script reads the address."""

PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # No script of the page may make markup out of a text, whatever the text says.
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For a file that somebody opens by itself; an SVG is a document too."""
PAGE_HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"


def create_router() -> APIRouter:
    """The console, to be included at the root of the application. Reads its files now."""
    console = assets.load()
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    async def index() -> Response:
        return RedirectResponse("/journal", status_code=307)

    @router.api_route("/journal", methods=["GET", "HEAD"])
    async def journal(request: Request) -> Response:
        return _answer(request, console.pages["journal"], PAGE_HEADERS)

    @router.api_route("/journal/{view:path}", methods=["GET", "HEAD"])
    async def journal_view(request: Request, view: str) -> Response:
        if view.partition("/")[0] not in JOURNAL_VIEWS:
            raise HTTPException(404)
        return _answer(request, console.pages["journal"], PAGE_HEADERS)

    @router.api_route("/assets/{version}/{path:path}", methods=["GET", "HEAD"])
    async def asset(request: Request, version: str, path: str) -> Response:
        file = console.static.get(path)
        if file is None:
            raise HTTPException(404)
        # A page from before an upgrade asks by its old version: it gets what there is, and must ask again.
        caching = FOR_EVER if version == console.version else ASK_AGAIN
        return _answer(request, file, {"Content-Security-Policy": FILE_POLICY, "Cache-Control": caching})

    return router


def _answer(request: Request, file: assets.File, headers: dict[str, str]) -> Response:
    headers = {**headers, "ETag": file.etag}
    if _knows(request.headers.get("if-none-match", ""), file.etag):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers=headers, media_type=file.media_type)


def _knows(if_none_match: str, etag: str) -> bool:
    """By the weak comparison of RFC 9110, section 8.8.3.2, as section 13.1.2 wants it."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in known or etag in known
