"""The one place where errors become answers.

Every path ends here: our own errors, what the framework refuses, a lost database, and what nobody foresaw.
No answer carries a trace, a path or an SQL text; the log has them under the same request id.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from evoke.api import envelope
from evoke.kit import errors
from evoke.platform.postgres import engine

log = structlog.get_logger(__name__)
MAX_FIELD_NAME = 200


class Refused(errors.EvokeError):
    """What the framework refused with a status of its own."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status  # type: ignore[misc]  # of the instance: the framework chose it
        self.code = HTTPStatus(status).name  # type: ignore[misc]  # likewise
        self._headers = dict(headers or {})

    @property
    def headers(self) -> dict[str, str]:
        return self._headers


def install(app: FastAPI) -> None:
    """What nobody foresaw has no handler here: the layer `Bounds` sees to it."""
    app.add_exception_handler(errors.EvokeError, _known)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _framework)


async def _known(_request: Request, error: Exception) -> Response:
    return known(cast(errors.EvokeError, error))


def known(error: errors.EvokeError) -> Response:
    """The answer that an error of ours is."""
    if error.status >= 500:
        log.error("request.failed", code=error.code, reason=error.message, exc_info=error)
    return envelope.failure(error)


async def _not_valid(_request: Request, error: Exception) -> Response:
    refused = cast(RequestValidationError, error)
    if isinstance(refused.body, bytes):
        message = "Send JSON, with the header Content-Type: application/json."
        return envelope.failure(errors.Invalid(message, field="body", reason="not JSON"))
    return envelope.failure(from_validation(refused.errors()))


def from_validation(problems: Any) -> errors.Invalid:
    """The first problem names the field; all of them are listed."""
    listed = [_problem(problem) for problem in problems]
    first = listed[0] if listed else {"field": "body", "reason": "not valid"}
    details: dict[str, Any] = dict(first)
    if len(listed) > 1:
        details["problems"] = listed[:20]
    return errors.Invalid(f"{first['field']}: {first['reason']}", **details)


def _problem(problem: dict[str, Any]) -> dict[str, Any]:
    if problem.get("type") == "json_invalid":
        reason = f"not JSON: {(problem.get('ctx') or {}).get('error', 'damaged')}"
        return {"field": "body", "reason": reason}
    place = [str(part) for part in problem.get("loc", ()) if part not in ("body", "query", "path", "header")]
    # The name of an unknown field comes from the client: whatever length, and a lone surrogate is no UTF-8.
    field = ".".join(place)[:MAX_FIELD_NAME].encode(errors="replace").decode()
    told: dict[str, Any] = {"field": field or "body", "reason": str(problem.get("msg", "not valid"))}
    context = problem.get("ctx") or {}
    for limit in ("max_length", "min_length", "actual_length"):
        if limit in context:
            told[limit] = context[limit]
    if problem.get("type") in {"string_too_long", "string_too_short"} and isinstance(problem.get("input"), str):
        told["actual_length"] = len(problem["input"])
    return told


async def _framework(_request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    if isinstance(refused.__cause__, errors.EvokeError):
        return envelope.failure(refused.__cause__)
    if refused.status_code == HTTPStatus.NOT_FOUND:
        return envelope.failure(errors.NotFound("There is no such address."))
    if refused.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        message = "This address does not know this method."
        return envelope.failure(Refused(refused.status_code, message, refused.headers))
    if refused.status_code == HTTPStatus.BAD_REQUEST:
        return envelope.failure(errors.Invalid(str(refused.detail), field="body", reason=str(refused.detail)))
    return envelope.failure(Refused(refused.status_code, str(refused.detail), refused.headers))


def answer_unforeseen(error: Exception) -> Response:
    """503 when the database is what failed, 500 otherwise; the log has the whole story."""
    if engine.is_unavailable(error):
        log.error("database.unavailable", exc_info=error)
        return envelope.failure(
            errors.ServiceUnavailable("The database cannot be reached. Try again in a moment.", service="database")
        )
    log.error("request.crashed", exc_info=error)
    return envelope.failure(errors.EvokeError())
