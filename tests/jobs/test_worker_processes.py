"""Workers that are killed, frozen and stopped, as the operating system does it."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from evoke.domains.jobs import NewJob, service
from evoke.platform.postgres.engine import Database
from tests.jobs import stage
from tests.jobs.conftest import StartWorker
from tests.jobs.stage import OWNER, QUICK

pytestmark = pytest.mark.unmeasured


async def marks(database: Database) -> int:
    count: int = await stage.ask(database, "SELECT count(*) FROM marks WHERE value <> 'tick'")
    return count


async def test_a_killed_worker_loses_nothing(marked: Database, start_worker: StartWorker, tmp_path: Path) -> None:
    held = await stage.put(marked, "test.hold", args={"seconds": 1.0}, priority=1)
    ids = await stage.put_many(
        marked, [NewJob(kind="test.mark", owner_id=OWNER, args={"value": str(number)}) for number in range(40)]
    )
    first = start_worker()
    await stage.until(lambda: asyncio.to_thread((tmp_path / str(held)).exists))
    first.send(signal.SIGKILL)
    await first.ended()
    start_worker()
    for id_ in (held, *ids):
        await stage.until_state(marked, id_, "done")
    assert await marks(marked) == 41, "each once"
    job = await stage.look(marked, held)
    assert (job.attempts, job.crashes) == (2, 1)


async def test_a_job_that_kills_its_workers_ends_as_a_dead_letter(marked: Database, start_worker: StartWorker) -> None:
    id_ = await stage.put(marked, "test.die")
    for crash in (1, 2, 3):
        worker = start_worker()
        assert await worker.ended() == -signal.SIGKILL
        assert (await stage.look(marked, id_)).attempts == crash
    start_worker()
    job = await stage.until_state(marked, id_, "failed")
    assert (job.error_code, job.crashes, job.attempts) == ("WORKER_LOST", 3, 3)
    assert job.error_message == "The worker died while running it, 3 times."
    after = await stage.put(marked, "test.mark", args={"value": "after"})
    await stage.until_state(marked, after, "done")


async def test_a_worker_that_was_frozen_cannot_overwrite(marked: Database, start_worker: StartWorker) -> None:
    id_ = await stage.put(marked, "test.hold", args={"seconds": 2.0})
    frozen = start_worker()
    await stage.until_state(marked, id_, "running")
    frozen.send(signal.SIGSTOP)
    other = start_worker()
    job = await stage.until_state(marked, id_, "done")
    assert (job.attempts, job.crashes) == (2, 1)
    assert await stage.ask(marked, "SELECT pid FROM marks") == other.process.pid
    frozen.send(signal.SIGCONT)
    after = await stage.put(marked, "test.mark", args={"value": "after"})
    await stage.until_state(marked, after, "done")
    frozen.send(signal.SIGTERM)
    assert await frozen.ended() == 0
    assert await marks(marked) == 2, "what the frozen one was about to write is not there"
    again = await stage.look(marked, id_)
    assert (again.state, again.attempts, again.finished_at) == ("done", 2, job.finished_at)


async def test_cancelling_in_another_process(marked: Database, start_worker: StartWorker, tmp_path: Path) -> None:
    id_ = await stage.put(marked, "test.hold")
    worker = start_worker(replace(QUICK, poll=3600.0, heartbeat_timeout=3600.0))
    await stage.until(lambda: asyncio.to_thread((tmp_path / str(id_)).exists))
    async with marked.transaction() as session:
        assert (await service.cancel(session, id_, owner_id=OWNER)).cancel_requested
    await stage.until_state(marked, id_, "cancelled")
    assert not (tmp_path / str(id_)).exists()
    assert worker.process.poll() is None
    assert await marks(marked) == 0


async def test_a_worker_that_is_told_to_stop(marked: Database, start_worker: StartWorker, tmp_path: Path) -> None:
    """It finishes what ends within the grace and gives the rest back, as if it had not begun."""
    quick = await stage.put(marked, "test.hold", args={"seconds": 0.5})
    slow = await stage.put(marked, "test.hold", args={"seconds": 3600.0})
    worker = start_worker(replace(QUICK, grace=1.5))
    await stage.until_state(marked, slow, "running")
    await stage.until_state(marked, quick, "running")
    worker.send(signal.SIGTERM)
    await asyncio.sleep(0.1)
    late = await stage.put(marked, "test.mark", args={"value": "late"})
    assert await worker.ended() == 0
    assert (await stage.look(marked, quick)).state == "done"
    assert (await stage.look(marked, late)).state == "queued"
    job = await stage.look(marked, slow)
    assert (job.state, job.attempts, job.crashes) == ("queued", 0, 0)
    assert list(tmp_path.iterdir()) == [tmp_path / str(quick)], "the one that was stopped left nothing"


async def test_a_second_signal_hurries(marked: Database, start_worker: StartWorker) -> None:
    id_ = await stage.put(marked, "test.hold")
    worker = start_worker(replace(QUICK, grace=3600.0))
    await stage.until_state(marked, id_, "running")
    worker.send(signal.SIGINT)
    await asyncio.sleep(0.1)
    worker.send(signal.SIGINT)
    assert await worker.ended() == 0
    assert (await stage.look(marked, id_)).state == "queued"


async def test_a_schedule_runs_once_however_many_workers(marked: Database, start_worker: StartWorker) -> None:
    for _ in range(3):
        start_worker()
    await stage.until(lambda: ticked(marked, 3))
    jobs, turns = await asyncio.gather(
        stage.ask(marked, "SELECT count(*) FROM jobs WHERE kind = 'clock.tick'"),
        stage.ask(
            marked,
            "SELECT floor(extract(epoch FROM now()) / 2) - floor(extract(epoch FROM created) / 2) "
            "FROM pgqueuer_schedules WHERE entrypoint = 'clock.tick'",
        ),
    )
    assert 3 <= jobs <= turns


async def ticked(database: Database, times: int) -> bool:
    count: int = await stage.ask(database, "SELECT count(*) FROM marks WHERE value = 'tick'")
    return count >= times
