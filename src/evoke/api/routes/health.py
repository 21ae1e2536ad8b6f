"""Health and metrics: for load balancers and monitoring, outside of the envelope and without signing in."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter, Request
from prometheus_client.core import Metric
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from evoke import __version__
from evoke.api.deps import ResourcesDep
from evoke.api.routing import UNFORESEEN
from evoke.bootstrap import Resources
from evoke.domains import jobs
from evoke.domains.spending import service as spending
from evoke.domains.spending.schemas import MICROS
from evoke.kit import errors
from evoke.kit.time import rfc3339, utc_now
from evoke.platform.postgres import engine
from evoke.platform.telemetry import metrics

router = APIRouter(tags=["health"], responses=UNFORESEEN)
PROBE_SECONDS = 3
SERVICES = {"text": "gemini_api", "picture": "nanobanana_api"}


class Health(BaseModel):
    status: Literal["healthy"]
    timestamp: str
    version: str

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "healthy", "timestamp": "2026-03-21T16:04:22Z", "version": "0.1.0"}]}
    )


class Check(BaseModel):
    status: Literal["ok", "failed", "not_configured"]
    message: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})


class Readiness(BaseModel):
    status: Literal["ready", "degraded", "unavailable"]
    checks: dict[str, Check]
    timestamp: str

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ready",
                    "checks": {"database": {"status": "ok"}, "storage": {"status": "ok"}},
                    "timestamp": "2026-03-21T16:04:22Z",
                }
            ]
        }
    )


@router.get("/health")
async def health() -> Health:
    """Whether this process answers. It asks nobody else, so it stays fast whatever hangs."""
    return Health(status="healthy", timestamp=rfc3339(utc_now()), version=__version__)


@router.get("/health/ready", responses={503: {"model": Readiness}})
async def ready(resources: ResourcesDep) -> Response:
    """Whether what this process needs is there; 503 only when the database is gone."""
    database, storage, generators = await asyncio.gather(
        _probe(resources.database.ping()), _probe(resources.blobs.check_writable()), _generators(resources)
    )
    checks = {
        "database": database,
        "storage": storage,
        **generators,
    }
    is_well = all(check.status != "failed" for check in checks.values())
    status: Literal["ready", "degraded", "unavailable"] = "ready" if is_well else "degraded"
    if database.status != "ok":
        status = "unavailable"
    answer = Readiness(status=status, checks=checks, timestamp=rfc3339(utc_now()))
    return JSONResponse(answer.model_dump(exclude_none=True), status_code=503 if status == "unavailable" else 200)


async def _generators(resources: Resources) -> dict[str, Check]:
    """Gemini's two services; looking at them costs nothing, and is not done more than once a minute."""
    checks = {name: Check(status="not_configured") for name in ("gemini_api", "nanobanana_api")}
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            found = await resources.gemini.check()
    except TimeoutError:
        found = resources.gemini.status()
    for name, health in found.items():
        is_well = health.state == "healthy"
        checks[name] = Check(status="ok" if is_well else "failed", message=None if is_well else health.last_error)
    return checks


async def _probe(question: Any) -> Check:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await question
    except Exception as error:
        reason = error.message if isinstance(error, errors.EvokeError) else "no answer"
        return Check(status="failed", message=reason)
    return Check(status="ok")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def prometheus(request: Request, resources: ResourcesDep) -> Response:
    """Metrics in the text format of Prometheus."""
    wanted = resources.settings.http.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if wanted and not secrets.compare_digest(wanted.get_secret_value().encode(), given.encode()):
        raise errors.Unauthorized("The metrics ask for their own bearer token.")
    statistics, spent = await _statistics(resources)
    families = [
        metrics.gauge("evoke_database_up", "Whether the database answers.", [], [([], float(statistics is not None))]),
        metrics.gauge(
            "evoke_jobs",
            "Jobs by kind and state.",
            ["kind", "state"],
            [([row.kind, row.state], row.count) for row in (statistics.jobs if statistics else ())],
        ),
        metrics.gauge(
            "evoke_queue_depth",
            "Jobs that wait, by queue.",
            ["queue"],
            [([row.queue], row.depth) for row in (statistics.queues if statistics else ())],
        ),
        metrics.gauge(
            "evoke_queue_oldest_seconds",
            "Age of the oldest job that waits, by queue.",
            ["queue"],
            [([row.queue], row.oldest_seconds or 0) for row in (statistics.queues if statistics else ())],
        ),
        *_spending(spent),
        metrics.gauge(
            "evoke_database_connections",
            "Connections of this process's pool by state.",
            ["state"],
            [([state], count) for state, count in resources.database.pool_status().items()],
        ),
    ]
    return Response(metrics.render(families), media_type=metrics.CONTENT_TYPE)


def _spending(totals: Sequence[spending.Total]) -> list[Metric]:
    """Calls to generators that cost something, as the books have them: workers count there, too."""
    calls = [
        ([total.model, SERVICES.get(total.kind, total.kind), outcome], float(count))
        for total in totals
        for outcome, count in (("answered", total.answered), ("failed", total.failed))
    ]
    costs = [([total.model, SERVICES.get(total.kind, total.kind)], total.micros / MICROS) for total in totals]
    return [
        metrics.counter("evoke_generation_calls", "Calls to paid generators.", ["model", "service", "outcome"], calls),
        metrics.counter("evoke_generation_cost_usd", "What they cost.", ["model", "service"], costs),
    ]


async def _statistics(resources: Resources) -> tuple[jobs.schemas.Statistics | None, list[spending.Total]]:
    """None while the database is away: that is when the other metrics are needed most."""
    try:
        async with asyncio.timeout(PROBE_SECONDS), resources.database.read() as session:
            return await jobs.queries.statistics(session), await spending.totals(session)
    except Exception as error:
        if isinstance(error, TimeoutError) or engine.is_unavailable(error):
            return None, []
        raise
