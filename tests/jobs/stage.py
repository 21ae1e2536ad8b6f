"""Putting jobs in, running them here or in worker processes, and looking at what became of them."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from evoke.domains.jobs import NewJob, Registry, Task, claiming, enqueuing
from evoke.domains.jobs.context import Threads
from evoke.domains.jobs.execution import Execution
from evoke.domains.jobs.models import Job
from evoke.platform.postgres.engine import Database
from evoke.worker import Options, Worker
from tests.factories import processes

OWNER = uuid.UUID("01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11")
QUICK = Options(concurrency=4, heartbeat_timeout=1.0, poll=0.2, grace=5.0, settle=1.0)
PATIENCE_SECONDS = 30


async def put(database: Database, kind: str, **changes: Any) -> uuid.UUID:
    """Enqueue one job, of OWNER's unless told otherwise, and commit."""
    (id_,) = await put_many(database, [NewJob(**{"kind": kind, "owner_id": OWNER, "args": {}, **changes})])
    return id_


async def put_many(database: Database, jobs: Iterable[NewJob]) -> list[uuid.UUID]:
    async with database.transaction() as session:
        return [job.id for job in await enqueuing.enqueue(session, list(jobs))]


async def look(database: Database, job_id: uuid.UUID) -> Job:
    async with database.read() as session:
        return (await session.scalars(sa.select(Job).where(Job.id == job_id))).one()


async def ask(database: Database, question: str) -> Any:
    """The first value of a query, in a transaction of its own that is committed."""
    async with database.transaction() as session:
        result = await session.execute(sa.text(question))
        return result.scalar() if result.returns_rows else None


async def until(happened: Callable[[], Awaitable[Any]]) -> Any:
    """Wait until `happened()` answers something true, and answer that."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (answer := await happened()):
            await asyncio.sleep(0.02)
        return answer


async def until_state(database: Database, job_id: uuid.UUID, *states: str) -> Job:
    async def reached() -> Job | None:
        job = await look(database, job_id)
        return job if job.state in states else None

    found: Job = await until(reached)
    return found


async def take(
    database: Database, *, limit: int = 10, queues: Iterable[str] = ("test",), **changes: Any
) -> claiming.Taken:
    """Claim jobs as some worker would; by default none counts as dead."""
    given: dict[str, Any] = {"heartbeat_timeout": 60.0, "running": (), "spent": (), **changes}
    async with database.transaction() as session:
        worker = given.pop("worker", uuid.uuid4())
        registry = given.pop("registry", Registry())
        return await claiming.take(session, registry, worker, queues=list(queues), limit=limit, **given)


async def attempt(database: Database, task: Task) -> Execution:
    """Claim one job and run it to the end of its attempt."""
    (claim,) = (await take(database, limit=1)).claims
    execution = Execution(claim, task, database, Threads(1))
    await execution.run()
    return execution


@asynccontextmanager
async def working(database: Database, *tasks: Task, options: Options = QUICK) -> AsyncIterator[Worker]:
    """A worker in this process, for as long as the block runs."""
    worker = Worker(database, Registry(tasks), options)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


class WorkerProcess:
    """A worker in a process of its own, with the tasks of worker_process.py."""

    def __init__(self, url: str, folder: Path, options: Options = QUICK) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.worker_process", url, str(folder), _as_json(options)],
            start_new_session=True,
            cwd=Path(__file__).parents[2],
            env=processes.inherited(),
        )

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    async def ended(self) -> int:
        """Its exit status, once it has ended."""
        return await asyncio.to_thread(self.process.wait, PATIENCE_SECONDS)


def _as_json(options: Options) -> str:
    return json.dumps({**asdict(options), "queues": sorted(options.queues)})
