"""`evoke worker`: one process that does jobs."""

import asyncio
import os
import sys
from dataclasses import replace
from typing import Annotated

import typer

from evoke import worker as workers
from evoke.bootstrap import open_resources
from evoke.platform.processes import end_with_supervisor
from evoke.platform.telemetry import logs
from evoke.settings import Settings, load

app = typer.Typer()
DRAWINGS = "visualizations"
SPARE_CONNECTIONS = 6
NICENESS = 5
"""A worker computes for minutes; whoever waits for an answer of the API goes first."""


@app.command()
def worker(
    queue: Annotated[list[str] | None, typer.Option(help="Serve only this queue; may be given again.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Jobs at once.", show_default="3")] = None,
) -> None:
    """Do jobs until SIGTERM; jobs under way are finished first. Any number of workers may run."""
    end_with_supervisor()
    settings = load()
    logs.configure("DEBUG" if settings.debug else settings.log_level, folder=settings.logs_dir, name="worker")
    if sys.platform != "win32":
        os.nice(NICENESS)
    asyncio.run(_work(settings, frozenset(queue or ()), concurrency or settings.worker.concurrency))


async def _work(settings: Settings, queues: frozenset[str], concurrency: int) -> None:
    options = workers.Options(
        concurrency=concurrency,
        queues=queues,
        heartbeat_timeout=settings.worker.heartbeat_seconds,
        grace=settings.worker.shutdown_grace_seconds,
    )
    async with open_resources(
        _for_work(settings, concurrency), name=f"evoke-worker-{os.getpid()}", migrated=False
    ) as resources:
        database, registry = resources.database, resources.registry
        lanes = [options]
        if not queues:
            # Drawings wait for minutes for somebody else: in a lane of their own they keep no photo from its worker.
            others = registry.queues - {DRAWINGS}
            drawing = replace(options, queues=frozenset({DRAWINGS}), concurrency=settings.worker.drawings)
            lanes = [replace(options, queues=others), drawing]
        await workers.serve(*(workers.Worker(database, registry, lane) for lane in lanes))


def _for_work(settings: Settings, concurrency: int) -> Settings:
    """A connection for each job and those of the loop, kept open: opening one takes longer than most statements.
    No replica: a job may start before the replica has what it is about."""
    size = max(settings.database.pool_size, concurrency + SPARE_CONNECTIONS)
    return settings.model_copy(
        update={"database_read_url": None, "database": settings.database.model_copy(update={"pool_size": size})}
    )
