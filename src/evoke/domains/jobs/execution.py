"""One attempt at one job: run the handler, then write down what became of it."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import structlog
from pydantic import ValidationError

from evoke.domains.jobs import backoff, errors, recording
from evoke.domains.jobs.context import JobContext, Threads
from evoke.domains.jobs.registry import Task
from evoke.domains.jobs.schemas import Claim
from evoke.kit.errors import EvokeError, RateLimited
from evoke.platform.postgres.engine import Database, WriteSession, is_unavailable

Reason = Literal["cancel", "timeout", "stop", "superseded"]

CLEANUP_SECONDS = 30.0
RECORD_PAUSE_SECONDS = (0.1, 2.0)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """The handler came to its end."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is nothing to write: the job has ended already, or belongs to another attempt."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Again:
    after: timedelta
    counted: bool
    code: str | None = None
    message: str | None = None


Outcome = Done | Gone | Cancelled | Failed | Again


class Execution:
    """Runs `claim` by `task`; a task of None is one that this program does not know."""

    def __init__(self, claim: Claim, task: Task | None, database: Database, threads: Threads) -> None:
        self.claim = claim
        self.context = JobContext(claim, database, threads)
        self._task = task
        self._database = database
        self._reason: Reason | None = None
        self._inner: asyncio.Task[None] | None = None
        self._abandoned = asyncio.Event()

    def interrupt(self, reason: Reason) -> None:
        """Stop the handler: its coroutine is cancelled, its threads see the flag. The first reason counts, but an
        attempt that was superseded is that whatever else it is."""
        if self._reason is None or reason == "superseded":
            self._reason = reason
        if not self.context.cancelled.is_set():
            self.context.cancelled.set()
            if self._inner is not None:
                self._inner.cancel()

    def abandon(self) -> None:
        """Do not wait for a handler that does not stop; whatever it still does is void."""
        self._abandoned.set()

    async def run(self) -> None:
        """Run to the end and record it. Raises nothing that belongs to the job."""
        structlog.contextvars.bind_contextvars(job_id=str(self.claim.id), job_kind=self.claim.kind)
        outcome = await self._attempt()
        await self._record(outcome)
        log.info(
            "jobs.attempt_ended",
            outcome="done" if self.context.finished else type(outcome).__name__.lower(),
            attempt=self.claim.attempts,
            code=getattr(outcome, "code", None),
            subject_type=self.claim.subject_type,
            subject_id=str(self.claim.subject_id) if self.claim.subject_id else None,
        )

    async def _attempt(self) -> Outcome:
        if self._task is None:
            return self._failure("UNKNOWN_TASK", f"No task called {self.claim.kind} is known here.")
        try:
            arguments = self._task.read_arguments(self.claim.args)
        except ValidationError as error:
            log.error("jobs.arguments_unfit", error=str(error))
            return Failed("BAD_ARGUMENTS", "The job was enqueued with arguments that its task does not take.")
        self._inner = asyncio.ensure_future(self._task.handler(self.context, **arguments))
        if self.context.cancelled.is_set():
            self._inner.cancel()
        if await self._wait(self._inner, self._task.timeout):
            return await self._judge(self._inner)
        return Again(timedelta(0), counted=False)

    async def _wait(self, inner: asyncio.Future[None], timeout: float) -> bool:
        """Whether the handler has ended; False when it was abandoned instead."""
        abandoned = asyncio.ensure_future(self._abandoned.wait())
        either: set[asyncio.Future[Any]] = {inner, abandoned}
        try:
            await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not inner.done() and not abandoned.done():
                self.interrupt("timeout")
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return inner.done()
        finally:
            abandoned.cancel()

    async def _judge(self, inner: asyncio.Future[None]) -> Outcome:
        error = asyncio.CancelledError() if inner.cancelled() else inner.exception()
        if self.context.finished:
            if error is not None:
                log.warning("jobs.error_after_end", error=repr(error))
            return Gone()
        if error is None and not self.context.finishing:
            return Done()
        error = error or RuntimeError("the handler called finish_in and did not commit")
        if self._reason == "superseded" or isinstance(error, errors.Superseded) or await self._is_over():
            return Gone()
        await self._clean_up()
        if self._reason == "cancel":
            return Cancelled()
        if self._reason == "stop":
            return Again(timedelta(0), counted=False)
        if self._reason == "timeout" and self._task is not None:
            return self._failure("TIMEOUT", f"It took longer than {self._task.timeout:g} seconds.")
        return self._explain(error)

    def _explain(self, error: BaseException) -> Outcome:
        if isinstance(error, errors.RetryLater):
            return Again(error.after, counted=False, message=error.message, code="WAITING")
        if isinstance(error, errors.Permanent):
            return Failed(error.code, error.message)
        if isinstance(error, EvokeError):
            if error.status < 500 and not isinstance(error, RateLimited):
                return Failed(error.code, error.message)
            return self._failure(error.code, error.message, error.details.get("retry_after_seconds"))
        log.error("jobs.handler_failed", exc_info=error)
        return self._failure(
            "INTERNAL_ERROR", f"Something went wrong on our side ({type(error).__name__}). The log says more."
        )

    def _failure(self, code: str, message: str, retry_after_seconds: float | None = None) -> Outcome:
        """Another attempt, if there is one left: not before `retry_after_seconds`, where the error asks for that."""
        attempts, most = self.claim.attempts, self._task.max_attempts if self._task else self.claim.max_attempts
        if attempts >= most:
            return Failed(code, message)
        base, cap = (self._task.backoff_base, self._task.backoff_cap) if self._task else (2.0, 600.0)
        wait = backoff.delay(attempts, base=base, cap=cap) + timedelta(seconds=retry_after_seconds or 0)
        return Again(wait, counted=True, code=code, message=message)

    async def _is_over(self) -> bool:
        """Whether the job has ended or gone on without this attempt.

        The handler's transaction may have committed although its connection broke, and an attempt that was
        overtaken may fail of anything: in both cases what it made is not half done, and is needed.
        """
        if not self.context.finishing and not self.context.cleanups:
            return False
        return not await self._patiently(lambda session: recording.is_current(session, self.claim))

    async def _clean_up(self) -> None:
        try:
            async with asyncio.timeout(CLEANUP_SECONDS):
                for callback in reversed(self.context.cleanups):
                    try:
                        waited = callback()
                        if inspect.isawaitable(waited):
                            await waited
                    except Exception:
                        log.exception("jobs.cleanup_failed")
        except TimeoutError:
            log.error("jobs.cleanup_too_slow", seconds=CLEANUP_SECONDS)

    async def _record(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Gone) and not await self._patiently(lambda session: self._write(session, outcome)):
            log.warning("jobs.superseded", outcome=type(outcome).__name__.lower())

    async def _write(self, session: WriteSession, outcome: Outcome) -> bool:
        latest = self.context.latest
        match outcome:
            case Done():
                return await recording.done(session, self.claim, latest, None)
            case Cancelled():
                return await recording.cancelled(session, self.claim, latest)
            case Failed(code, message):
                return await recording.failed(session, self.claim, latest, code=code, message=message)
            case Again(after, counted, code, message):
                return await recording.again(
                    session, self.claim, after=after, counted=counted, code=code, message=message
                )
            case Gone():
                return True

    async def _patiently(self, write: Callable[[WriteSession], Awaitable[bool]]) -> bool:
        """Write in a transaction, as often as it takes until the database can be had."""
        pause, longest = RECORD_PAUSE_SECONDS
        while True:
            try:
                async with self._database.transaction() as session:
                    return await write(session)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                log.info("jobs.database_away", error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)
