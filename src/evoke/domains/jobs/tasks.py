"""What jobs do for themselves."""

from dataclasses import dataclass
from datetime import timedelta

from evoke.domains.jobs import models, service
from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.registry import Task

BATCH = 1000


@dataclass(frozen=True)
class Retention:
    """How many days jobs stay listed after their end; failed ones longer, since somebody may want them again."""

    done_days: float = 7
    failed_days: float = 90


def tasks(retention: Retention | None = None) -> list[Task]:
    kept = retention or Retention()

    async def prune(context: JobContext) -> None:
        """Remove old jobs, a batch at a time so that no transaction is long."""
        days: dict[models.State, float] = {
            "done": kept.done_days,
            "cancelled": kept.done_days,
            "failed": kept.failed_days,
        }
        removed = 0
        for state, age in days.items():
            batch = BATCH
            while batch == BATCH:
                async with context.database.transaction() as session:
                    batch = await service.prune(session, state=state, older_than=timedelta(days=age), limit=BATCH)
                removed += batch
                await context.progress(removed, unit="jobs")

    return [Task(kind="jobs.prune", handler=prune, queue="maintenance", schedule="17 * * * *")]
