"""Worker processes that do not outlive their test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evoke.platform.postgres.engine import Database
from evoke.worker import Options
from tests.jobs import stage
from tests.jobs.worker_process import MARKS

StartWorker = Callable[..., stage.WorkerProcess]


@pytest.fixture
async def marked(database: Database) -> Database:
    """The database, with the table that worker processes leave their marks in."""
    await stage.ask(database, MARKS)
    return database


@pytest.fixture
def start_worker(database_url: str, tmp_path: Path) -> Iterator[StartWorker]:
    """`start_worker(options)` runs a worker process on the test's database, with `tmp_path` as its folder."""
    started: list[stage.WorkerProcess] = []

    def start(options: Options = stage.QUICK) -> stage.WorkerProcess:
        worker = stage.WorkerProcess(database_url, tmp_path, options)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.process.kill()
        worker.process.wait()
