"""The jobs of visualizations."""

import uuid
from datetime import timedelta
from functools import partial

from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.registry import Task
from evoke.domains.visualizations import queries, stash
from evoke.domains.visualizations.service import asking, drawing
from evoke.domains.visualizations.tools import Tools

SWEEP = "visualizations.sweep"
MARGIN_SECONDS = 60
STALE = timedelta(days=1)
BATCH = 500


def tasks(tools: Tools) -> list[Task]:
    return [
        # A generator's own failure is the end of the job (it has tried again itself); what is tried again here are
        # crashes and a database that was away, and few of those, since a call that was cut off may have been paid for.
        Task(
            kind=asking.DRAW,
            handler=partial(_draw, tools),
            max_attempts=3,
            max_crashes=2,
            timeout=tools.options.job_seconds + MARGIN_SECONDS,
            backoff_cap=30,
        ),
        Task(kind=SWEEP, handler=partial(_sweep, tools), timeout=3600, schedule="23 4 * * *"),
    ]


async def _draw(tools: Tools, context: JobContext, visualization_id: uuid.UUID) -> None:
    """Words and picture of one entry."""
    await drawing.draw(tools, context, visualization_id)


async def _sweep(tools: Tools, context: JobContext) -> None:
    """Give up what should have been finished a day ago, and remove pictures that were put down and never taken up."""
    before = tools.clock() - STALE
    async with context.database.transaction() as session:
        for row in await queries.list_stale(session, before, BATCH):
            await drawing.give_up(
                session,
                row.owner_id,
                row.id,
                code=drawing.FAILED,
                message="It was never finished. Try again.",
            )
    old = [info.key async for info in tools.library.blobs.iterate(stash.FOLDER) if info.last_modified < before]
    await tools.library.blobs.delete(old)
    await context.progress(len(old), len(old), "pictures removed")
