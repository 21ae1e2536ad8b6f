"""What a handler holds in its hands while it works."""

import asyncio
import contextvars
import functools
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
import structlog

from evoke.domains.jobs import errors, recording
from evoke.domains.jobs.schemas import Claim, Progress
from evoke.platform.postgres.engine import Database, WriteSession, is_unavailable

P = ParamSpec("P")
T = TypeVar("T")

Cleanup = Callable[[], Awaitable[None] | None]
PROGRESS_SECONDS = 0.5


class Threads:
    """Where CPU work goes, so that the event loop stays free: `size` threads at most at a time.

    Each call has a thread of its own, which is a daemon: a function that never ends does not keep the process.
    """

    def __init__(self, size: int) -> None:
        self._free = asyncio.Semaphore(size)

    async def run(self, function: Callable[[], T]) -> T:
        """The result of `function()`. A cancelled caller gets away only when the thread has ended: what it did with
        files or memory would else go on behind a job that has ended."""
        async with self._free:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[T] = loop.create_future()
            call = functools.partial(contextvars.copy_context().run, function)
            threading.Thread(target=_run, args=(call, loop, future), daemon=True, name="evoke-job").start()
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                await asyncio.wait([future])
                if not future.cancelled():
                    future.exception()  # seen; the cancelling is what counts
                raise


def _run(call: Callable[[], T], loop: asyncio.AbstractEventLoop, future: asyncio.Future[T]) -> None:
    """The body of a thread. A loop that is closed wants no answer any more."""

    def answer(set_: Callable[[Any], None], value: object) -> None:
        if not future.done():
            set_(value)

    try:
        result = call()
    except BaseException as error:
        reply = functools.partial(answer, future.set_exception, error)
    else:
        reply = functools.partial(answer, future.set_result, result)
    if not loop.is_closed():
        loop.call_soon_threadsafe(reply)


class JobContext:
    """One attempt at one job, as its handler sees it.

    `job` says which, `database` opens transactions (short ones; none while computing), `log` is bound to the job.
    `cancelled` is set when nobody waits for the result any more; threads look at it, coroutines are cancelled.
    `finishing` and `finished` say that `finish_in` was called, and that its transaction was committed.
    """

    def __init__(self, job: Claim, database: Database, threads: Threads) -> None:
        self.job = job
        self.database = database
        self.log = structlog.get_logger("evoke.jobs").bind(job_id=str(job.id), kind=job.kind)
        self.cancelled = threading.Event()
        self.latest: Progress | None = None
        self.cleanups: list[Cleanup] = []
        self.finishing = False
        self.finished = False
        self._threads = threads
        self._written_at = float("-inf")
        self._finish_is_pending = False

    def check_cancelled(self) -> None:
        """Raise Interrupted when the job is no longer wanted. For loops in threads; may be called often."""
        if self.cancelled.is_set():
            raise errors.Interrupted

    def on_cleanup(self, callback: Cleanup) -> None:
        """Call `callback` (plain or async) if this attempt does not succeed, whatever the reason: to remove what it
        left half done. The last one registered is called first."""
        self.cleanups.append(callback)

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `function(…)`, computed in a thread."""
        return await self._threads.run(functools.partial(function, *args, **kwargs))

    async def progress(
        self, done: int, total: int | None = None, unit: str | None = None, message: str | None = None
    ) -> None:
        """Say how far the job is. Written twice a second at most; the last word is written with the result.

        Raises Superseded when the job is no longer this attempt's.
        """
        self.latest = Progress(done=done, total=total, unit=unit, message=message)
        now = time.monotonic()
        # After `finish_in` the row is locked by the handler's own transaction, and says all there is to say.
        if self.finishing or now - self._written_at < PROGRESS_SECONDS:
            return
        self._written_at = now
        try:
            async with self.database.transaction() as session:
                current = await recording.advanced(session, self.job, self.latest)
        except Exception as error:
            if not is_unavailable(error):
                raise
            return  # the work is worth more than the news of it
        if not current:
            raise errors.Superseded

    async def finish_in(self, session: WriteSession, message: str | None = None) -> None:
        """Mark the job done in the handler's own transaction: its results and its end are there together, or not.

        Call it last, and commit. Raises Superseded, and then the transaction must not be committed.
        """
        if not await recording.done(session, self.job, self.latest, message):
            raise errors.Superseded
        self.finishing = True
        self._finish_is_pending = True
        sa.event.listen(session.sync_session, "after_commit", self._committed)
        sa.event.listen(session.sync_session, "after_rollback", self._rolled_back)

    def _committed(self, _session: Any) -> None:
        self.finished = self.finished or self._finish_is_pending

    def _rolled_back(self, _session: Any) -> None:
        self._finish_is_pending = False
