"""The envelope around every JSON answer under /api/v1."""

from typing import Any, Generic, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from structlog.contextvars import get_contextvars

from evoke.kit.errors import EvokeError
from evoke.kit.ids import new_id
from evoke.kit.time import rfc3339, utc_now

API_VERSION = "1.0"
T = TypeVar("T")

_META_EXAMPLE: dict[str, Any] = {
    "timestamp": "2026-03-21T16:04:22.120000Z",
    "api_version": API_VERSION,
    "request_id": "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11",
}


class Meta(BaseModel):
    timestamp: str = Field(description="RFC 3339, UTC.")
    api_version: str
    request_id: str = Field(description="Also in the X-Request-ID header and in the log.")

    model_config = ConfigDict(json_schema_extra={"examples": [_META_EXAMPLE]})


class Envelope(BaseModel, Generic[T]):
    success: Literal[True] = True
    data: T
    meta: Meta


class Failure(BaseModel):
    code: str
    message: str
    details: dict[str, Any]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "NOT_FOUND", "message": "There is nothing here.", "details": {}}]}
    )


class FailureEnvelope(BaseModel):
    success: Literal[False] = False
    error: Failure
    meta: Meta

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": False,
                    "error": {"code": "NOT_FOUND", "message": "There is nothing here.", "details": {}},
                    "meta": _META_EXAMPLE,
                }
            ]
        }
    )


def request_id() -> str:
    """The id of the request that is being answered; a new one outside of any."""
    return str(get_contextvars().get("request_id") or new_id())


def meta() -> Meta:
    return Meta(timestamp=rfc3339(utc_now()), api_version=API_VERSION, request_id=request_id())


def ok(data: T) -> Envelope[T]:
    return Envelope[T].model_construct(success=True, data=data, meta=meta())


def raw(data: Any, status: int = 200) -> Response:
    """The envelope around plain values, encoded as they are: for long lists, where checking them again would show."""
    # asyncpg's UUID is a subclass, which orjson leaves to `default`.
    encoded = orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
    told = f'"timestamp":"{rfc3339(utc_now())}","api_version":"{API_VERSION}","request_id":"{request_id()}"'
    body = b'{"success":true,"data":' + encoded + b',"meta":{' + told.encode() + b"}}"
    return Response(body, status_code=status, media_type="application/json")


def failure(error: EvokeError) -> Response:
    body = {
        "success": False,
        "error": {"code": error.code, "message": error.message, "details": error.details},
        "meta": meta().model_dump(),
    }
    return Response(
        orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS),
        status_code=error.status,
        media_type="application/json",
        headers=error.headers,
    )


def failures(*errors: type[EvokeError]) -> dict[int | str, dict[str, Any]]:
    """The documentation of the errors that a route can answer with, for `responses=`."""
    documented: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        known = documented.setdefault(error.status, {"model": FailureEnvelope, "description": ""})
        known["description"] = " or ".join(
            filter(None, [known["description"], f"{error.code}: {error.default_message}"])
        )
    return documented
