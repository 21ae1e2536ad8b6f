"""The jobs of search."""

import uuid
from collections.abc import Awaitable, Callable, Sequence

from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.registry import Task
from evoke.domains.search import queries, service

REINDEX = "search.reindex"


def tasks() -> list[Task]:
    async def reindex(context: JobContext, owner_id: uuid.UUID | None = None) -> None:
        """Write the documents of one library that are missing or out of date; without an owner those of all."""
        done = 0
        for owner in await _owners(context, owner_id):
            done += await service.reindex(context.database, owner, progress=_told(context, done))
        await context.progress(done, done, "photos")

    async def prune(context: JobContext) -> None:
        """Forget the words that no photo has any more."""
        for owner in await _owners(context, None):
            context.check_cancelled()
            async with context.database.transaction() as session:
                await service.forget_unused_terms(session, owner)

    return [
        Task(kind=REINDEX, handler=reindex, timeout=6 * 3600, schedule="23 4 * * *"),
        Task(kind="search.prune_terms", handler=prune, timeout=3600, schedule="53 4 * * 0"),
    ]


async def _owners(context: JobContext, owner_id: uuid.UUID | None) -> Sequence[uuid.UUID]:
    if owner_id is not None:
        return [owner_id]
    async with context.database.read() as session:
        return await queries.list_owners(session)


def _told(context: JobContext, before: int) -> Callable[[int], Awaitable[None]]:
    """Says how far the job is, and ends it when nobody wants it any more."""

    async def tell(done: int) -> None:
        context.check_cancelled()
        await context.progress(before + done, None, "photos")

    return tell
