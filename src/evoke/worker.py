"""The worker: fetch, run, record.

One process runs a few jobs at a time; any number of processes work on the same queues. pgqueuer's own loop is
not used, since it ties heartbeats, picking and running to one connection and waits for its jobs before it opens
another; its tables, its way of picking, its notices and its schedules are (`evoke.platform.queue`).
"""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from evoke.domains.jobs import claiming, supervision
from evoke.domains.jobs.context import Threads
from evoke.domains.jobs.execution import Execution
from evoke.domains.jobs.registry import Registry
from evoke.domains.jobs.schemas import Claim
from evoke.platform.postgres.engine import Database, is_unavailable
from evoke.platform.queue import notices, pointers, schedules

log = structlog.get_logger(__name__)

TROUBLE_SECONDS = (0.2, 5.0)
LAG_PROBE_SECONDS = 0.25
LAG_WORTH_TELLING_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a worker works; times in seconds.

    `concurrency` jobs at once, of which `threads` may compute. `queues` to serve; empty: those of its tasks.
    After `heartbeat_timeout` without a sign a worker counts as dead and its jobs go to others. `poll` is how often
    it looks without being told. A worker that stops lets its jobs run for `grace`, then interrupts them and waits
    `settle` before it leaves them to others.
    """

    concurrency: int = 3
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    queues: frozenset[str] = frozenset()
    heartbeat_timeout: float = 30.0
    poll: float = 5.0
    grace: float = 20.0
    settle: float = 5.0


class Worker:
    """Takes jobs of `registry`'s kinds from `database` and runs them until it is told to stop.

    The pool of `database` should keep `concurrency` and two connections: more jobs than connections means opening
    some for each job. Raises ValueError when a task's schedule is no cron expression.
    """

    def __init__(self, database: Database, registry: Registry, options: Options | None = None) -> None:
        for expression in registry.schedules.values():
            schedules.check(expression)
        self.id = uuid.uuid4()
        self.loop_lag_seconds = 0.0
        self._database = database
        self._registry = registry
        self._options = options or Options()
        self._queues = self._options.queues or registry.queues
        self._threads = Threads(self._options.threads)
        self._running: dict[int, Execution] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._spent: list[int] = []
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hurry = asyncio.Event()

    def stop(self) -> None:
        """Take no more jobs and end soon; asked a second time, end at once."""
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop`; a database that goes away is waited for."""
        listener = notices.listener(self._database.engine, on_work=self._wake.set, on_cancelled=self._cancelled)
        beside = [
            asyncio.create_task(listener.run()),
            asyncio.create_task(self._repeat(self._pulse)),
            asyncio.create_task(self._repeat(self._schedule)),
            asyncio.create_task(self._watch_loop()),
        ]
        log.info("worker.started", worker=str(self.id), queues=sorted(self._queues))
        try:
            await self._repeat(self._fetch, until=self._stopping)
            await self._wind_down()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            with suppress(Exception):
                await self._drop_spent()
            log.info("worker.stopped", worker=str(self.id))

    async def _repeat(self, step: Callable[[], Awaitable[float]], until: asyncio.Event | None = None) -> None:
        """Do `step` again and again, resting the seconds that it answers; after an error, longer each time."""
        pause, longest = TROUBLE_SECONDS
        while until is None or not until.is_set():
            try:
                rest = await step()
                pause = TROUBLE_SECONDS[0]
            except Exception as error:
                if is_unavailable(error):
                    log.info("worker.database_away", step=step.__name__, error=str(error))
                else:
                    log.exception("worker.trouble", step=step.__name__)
                rest, pause = pause, min(pause * 2, longest)
            if until is None:
                await asyncio.sleep(rest)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), rest)

    async def _fetch(self) -> float:
        """Begin as many jobs as there is room for; answers how long nothing new is expected."""
        self._wake.clear()
        room = self._options.concurrency - len(self._running)
        if room <= 0:
            return self._options.poll
        spent, self._spent = self._spent, []
        try:
            async with self._database.transaction() as session:
                taken = await claiming.take(
                    session,
                    self._registry,
                    self.id,
                    queues=self._queues,
                    limit=room,
                    heartbeat_timeout=self._options.heartbeat_timeout,
                    running=self._running.keys(),
                    spent=spent,
                )
        except BaseException:
            self._spent.extend(spent)
            raise
        for claim in taken.claims:
            self._begin(claim)
        if taken.more:
            return 0.0
        return self._options.poll if taken.next_due is None else min(taken.next_due, self._options.poll)

    def _begin(self, claim: Claim) -> None:
        execution = Execution(claim, self._registry.find(claim.kind), self._database, self._threads)
        self._running[claim.pointer] = execution
        task = asyncio.create_task(self._see_through(execution))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see_through(self, execution: Execution) -> None:
        pointer = execution.claim.pointer
        try:
            await execution.run()
            self._spent.append(pointer)
        except Exception:
            # Nobody knows how the job stands. Without a heartbeat its pointer is taken again, and that settles it.
            log.exception("worker.not_recorded", job_id=str(execution.claim.id))
        finally:
            del self._running[pointer]
            self._wake.set()

    def _cancelled(self, unwanted: Sequence[int]) -> None:
        for pointer in unwanted:
            if (execution := self._running.get(pointer)) is not None:
                execution.interrupt("cancel")

    async def _pulse(self) -> float:
        """Say that we live, and see whether what we run is still wanted, in case nobody could tell us."""
        if self._running:
            claims = [execution.claim for execution in self._running.values()]
            async with self._database.transaction() as session:
                verdict = await supervision.check(session, self.id, claims)
            self._cancelled(verdict.unwanted)
            for pointer in verdict.superseded:
                if (execution := self._running.get(pointer)) is not None:
                    execution.interrupt("superseded")
        return min(self._options.heartbeat_timeout / 4, self._options.poll)

    async def _schedule(self) -> float:
        """Enqueue what is due by the clock."""
        return await supervision.enqueue_due(self._database, self._registry)

    async def _watch_loop(self) -> None:
        """Measure how late the event loop is: a handler that computes outside of a thread holds everything up."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG_PROBE_SECONDS)
            self.loop_lag_seconds = time.monotonic() - before - LAG_PROBE_SECONDS
            if self.loop_lag_seconds > LAG_WORTH_TELLING_SECONDS:
                kinds = sorted({execution.claim.kind for execution in self._running.values()})
                log.warning("worker.loop_blocked", seconds=round(self.loop_lag_seconds, 2), running=kinds)

    async def _wind_down(self) -> None:
        """Let what runs come to its end, then interrupt it, then leave it: others will do it."""
        hurry = asyncio.create_task(self._hurry.wait())
        try:
            await self._ended(self._options.grace, hurry)
            for execution in list(self._running.values()):
                execution.interrupt("stop")
            await self._ended(self._options.settle)
            for execution in list(self._running.values()):
                execution.abandon()
            await self._ended(self._options.settle)
        finally:
            hurry.cancel()
        for task in self._tasks:
            task.cancel()

    async def _ended(self, seconds: float, unless: asyncio.Task[bool] | None = None) -> None:
        """Wait until every job has ended, `seconds` at most, and no longer once `unless` is done."""
        if self._tasks:
            everything: asyncio.Future[Any] = asyncio.gather(*self._tasks, return_exceptions=True)
            either: set[asyncio.Future[Any]] = {everything} if unless is None else {everything, unless}
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    async def _drop_spent(self) -> None:
        if self._spent:
            async with self._database.transaction() as session:
                await pointers.drop(session, self._spent)


async def serve(*workers: Worker) -> None:
    """Run `workers` side by side until SIGTERM or SIGINT; a second signal hurries them."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for worker in workers:
            worker.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(worker.run())
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
