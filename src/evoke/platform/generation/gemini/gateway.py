"""The way of every call to one of Gemini's services: deadline, place, breaker, attempts, books.

An attempt is one request with one entry in the books. A text is asked for again after whatever may pass; a picture only
where none can have been paid for. What the model answered is read within the attempt, so that an answer without use may
be followed by one more.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import structlog

from evoke.kit.boundaries import outside_transaction
from evoke.kit.errors import EvokeError
from evoke.kit.time import Clock
from evoke.platform.generation import breaker, bulkhead, deadlines
from evoke.platform.generation.errors import (
    RETRY_AFTER_SECONDS,
    ContentFiltered,
    GenerationTimedOut,
    PictureServiceDown,
    TextModelDown,
)
from evoke.platform.generation.gemini import failures, pricing
from evoke.platform.generation.gemini.attempts import Attempts
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.health import Health, Record
from evoke.platform.generation.gemini.ledger import Ledger
from evoke.platform.generation.gemini.options import GeminiOptions
from evoke.platform.generation.gemini.reply import Reply
from evoke.platform.generation.ports import Payer

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
MEND_SECONDS: Final = 300
"""When to try again what a person has to mend first."""


@dataclass(frozen=True)
class Service:
    """`name` is what health checks and errors call it."""

    name: Literal["gemini_api", "nanobanana_api"]
    kind: Literal["text", "picture"]
    model: str
    timeout_seconds: float
    down: type[TextModelDown | PictureServiceDown]


class Gateway:
    """Calls to one service from one process."""

    def __init__(self, service: Service, options: GeminiOptions, ledger: Ledger, clock: Clock) -> None:
        self.service = service
        self._options = options
        self._ledger = ledger
        self._clock = clock
        self._record = Record()
        self._alarmed = ""
        self.breaker = breaker.Breaker(failures=options.breaker_failures, pause_seconds=options.breaker_pause_seconds)
        self.bulkhead = bulkhead.Bulkhead(
            options.max_in_flight, waiting=options.max_waiting, patience_seconds=options.waiting_seconds
        )

    async def call(
        self,
        send: Callable[[], Awaitable[Reply]],
        read: Callable[[Reply], Awaitable[Result]],
        *,
        prompt_bytes: int,
        payer: Payer,
    ) -> Result:
        """What `read` makes of the Reply that `send` gets. `read` raises Fault for one that is of no use.

        Raises TextModelDown or PictureServiceDown (as the service is), GenerationTimedOut, ContentFiltered.
        """
        outside_transaction(self.service.name)
        seconds = deadlines.remaining(self.service.timeout_seconds)
        ticket: breaker.Ticket | None = None
        started = self._record.start()
        try:
            async with asyncio.timeout(seconds) as timer:
                self.breaker.check()
                async with self.bulkhead.place():
                    ticket = self.breaker.admit()
                    result = await self._attempt(send, read, prompt_bytes, payer, timer.when() or 0.0)
        except asyncio.CancelledError:
            self._dropped(ticket)
            raise
        except TimeoutError as error:
            if not timer.expired():
                self._dropped(ticket)
                raise
            raise self._timed_out(seconds, ticket) from error
        except Fault as fault:
            raise self._faulty(fault, ticket) from fault
        except breaker.Open as error:
            raise self._down("paused", error.retry_after) from error
        except bulkhead.Full as error:
            raise self._down("busy", self._options.waiting_seconds) from error
        except ContentFiltered:
            self._answered(ticket)
            raise
        except Exception:
            self._dropped(ticket)  # the budget, the books, or a fault of our own
            raise
        self._answered(ticket)
        self._record.succeeded(started)
        return result

    def status(self) -> Health:
        """From what is known: nobody is asked."""
        if self.breaker.state == "open":
            wait = math.ceil(self.breaker.retry_after)
            return Health("open", self._record.last_error, self._record.latency_ms, wait)
        state: Literal["healthy", "degraded"] = "degraded" if self._record.last_error else "healthy"
        return Health(state, self._record.last_error, self._record.latency_ms)

    def alarm(self, fault: Fault) -> None:
        """Say once, until it changes, that a person has to mend something."""
        what = f"{fault.status} {fault.hint}"
        if what != self._alarmed:
            self._alarmed = what
            log.error(
                "generation.alarm",
                service=self.service.name,
                model=self.service.model,
                status=fault.status,
                reason=fault.hint,
                advice="Check the key, the model's name, and the billing of the project.",
            )

    def calm(self) -> None:
        """The service took the key and the model."""
        if self._alarmed:
            log.info("generation.alarm_over", service=self.service.name, was=self._alarmed)
            self._alarmed = ""

    async def _attempt(
        self,
        send: Callable[[], Awaitable[Reply]],
        read: Callable[[Reply], Awaitable[Result]],
        prompt_bytes: int,
        payer: Payer,
        until: float,
    ) -> Result:
        service = self.service
        price = pricing.price_of(service.model, service.kind, self._clock().date(), self._options.prices)
        most = pricing.most(price, service.kind, prompt_bytes)
        attempts = Attempts(service.kind, self._options.max_retries, self._options.pause_seconds, until)
        async for attempt in attempts:
            with attempt:
                async with self._ledger.entry(payer, service.model, service.kind, most) as bill:
                    try:
                        reply = await send()
                    except Fault as fault:
                        bill.outcome = fault.outcome
                        raise
                    bill.outcome, bill.usage, bill.micros = "paid", reply.usage, pricing.cost(price, reply.spent)
                return await read(reply)
        raise AssertionError("the last attempt returns or raises")

    def _answered(self, ticket: breaker.Ticket | None) -> None:
        if ticket is not None:
            self.breaker.succeed(ticket)
        self._record.answered()
        self.calm()

    def _dropped(self, ticket: breaker.Ticket | None) -> None:
        if ticket is not None:
            self.breaker.drop(ticket)

    def _timed_out(self, seconds: float, ticket: breaker.Ticket | None) -> EvokeError:
        if ticket is not None:
            self.breaker.fail(ticket)
            self._record.failed("timeout")
        # A whole number, as the caller said it: clients read it as an integer.
        return GenerationTimedOut(timeout_seconds=max(1, math.ceil(seconds)), service=self.service.name)

    def _faulty(self, fault: Fault, ticket: breaker.Ticket | None) -> EvokeError:
        log.warning(
            "generation.failed", service=self.service.name, kind=fault.kind, status=fault.status, hint=fault.hint
        )
        self._record.failed(fault.kind)
        if ticket is not None:
            if fault.kind in failures.COUNTED:
                self.breaker.fail(ticket)
            elif fault.kind == "bad_answer":
                self.breaker.succeed(ticket)  # of no use, but an answer
            else:
                self.breaker.drop(ticket)
        if fault.kind in ("configuration", "refused"):
            self.alarm(fault)
            return self._down("configuration", MEND_SECONDS)
        if fault.lasting and fault.delay:
            self.breaker.hold(fault.delay)
        reason = fault.kind if fault.kind in ("quota", "bad_answer") else "unavailable"
        return self._down(reason, fault.delay or RETRY_AFTER_SECONDS)

    def _down(self, reason: str, retry_after: float) -> TextModelDown | PictureServiceDown:
        return self.service.down(
            service=self.service.name, retry_after_seconds=max(1, math.ceil(retry_after)), reason=reason
        )
