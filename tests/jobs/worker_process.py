"""A worker process with tasks that are hard on it: `python -m tests.jobs.worker_process URL FOLDER OPTIONS`.

Handlers leave a line in the table `marks`, and files in FOLDER while they run.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from evoke.domains.jobs import JobContext, Registry, Task
from evoke.platform.postgres.engine import Database, WriteSession
from evoke.worker import Options, Worker, serve

MARKS = (
    "CREATE TABLE IF NOT EXISTS marks (value text NOT NULL, pid int NOT NULL, at timestamptz DEFAULT clock_timestamp())"
)


async def leave_mark(session: WriteSession, value: str) -> None:
    await session.execute(
        sa.text("INSERT INTO marks (value, pid) VALUES (:value, :pid)"), {"value": value, "pid": os.getpid()}
    )


def tasks(folder: Path) -> list[Task]:
    async def mark(context: JobContext, value: str) -> None:
        async with context.database.transaction() as session:
            await leave_mark(session, value)
            await context.finish_in(session)

    async def die(context: JobContext) -> None:
        """Kill the worker, as a decoder that crashes does."""
        os.kill(os.getpid(), signal.SIGKILL)

    async def hold(context: JobContext, seconds: float = 60.0) -> None:
        """Take long, with a file that must not stay when this is stopped; then leave a mark and be done."""
        begun = folder / str(context.job.id)
        begun.write_text(str(os.getpid()))
        context.on_cleanup(begun.unlink)
        await asyncio.sleep(seconds)
        async with context.database.transaction() as session:
            await leave_mark(session, "held")
            await context.finish_in(session)

    async def tick(context: JobContext) -> None:
        async with context.database.transaction() as session:
            await leave_mark(session, "tick")

    return [
        Task(kind="test.mark", handler=mark),
        Task(kind="test.die", handler=die, backoff_cap=0.1),
        Task(kind="test.hold", handler=hold, backoff_cap=0.1),
        Task(kind="clock.tick", handler=tick, schedule="* * * * * */2"),
    ]


async def main(url: str, folder: Path, options: Options) -> None:
    database = Database.connect(url)
    await serve(Worker(database, Registry(tasks(folder)), options))
    await database.close()


if __name__ == "__main__":
    given = json.loads(sys.argv[3])
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Options(**{**given, "queues": frozenset(given["queues"])})))
