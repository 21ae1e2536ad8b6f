"""A circuit breaker: a service that failed several times in a row is left alone for a while, then tried with one call.

The ready-made ones for asyncio let every waiting call through at the first try after the pause, count a cancelled call
as a failure or a success, and say neither when to come back nor take a pause that the service itself asked for.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["closed", "half_open", "open"]


class Open(Exception):
    """The call was not made. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"closed again in {retry_after:.1f} s at the earliest")


@dataclass(frozen=True)
class Ticket:
    """Leave to make one call. What a call of an earlier period has to say comes too late to count."""

    period: int
    probe: bool


class Breaker:
    """Opens after `failures` in a row for `pause_seconds`. Not for several threads; `now` is in seconds."""

    def __init__(
        self, *, failures: int = 5, pause_seconds: float = 30, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._pause = pause_seconds
        self._now = now
        self._failed = 0
        self._period = 0
        self._until: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        if self._until is None:
            return "closed"
        return "open" if self._now() < self._until else "half_open"

    @property
    def failed(self) -> int:
        """Failures in a row so far."""
        return self._failed

    @property
    def retry_after(self) -> float:
        """Seconds until a call may be tried; 0 when one may be now."""
        return 0.0 if self._until is None else max(0.0, self._until - self._now())

    def check(self) -> None:
        """Raises Open where `admit` would; takes nothing."""
        if self.state == "open" or self._probing:
            # While somebody tries, the others wait for the outcome, which takes a moment.
            raise Open(max(self.retry_after, 1.0))

    def admit(self) -> Ticket:
        """Leave for one call; one of `succeed`, `fail` and `drop` must follow. Raises Open."""
        self.check()
        self._probing = self.state == "half_open"
        return Ticket(self._period, self._probing)

    def succeed(self, ticket: Ticket) -> None:
        """The service answered: failures are forgotten, and a probe closes the circuit."""
        if ticket.period == self._period:
            self._failed = 0
            if ticket.probe:
                self._turn(None)

    def fail(self, ticket: Ticket) -> None:
        """The service failed: one more in a row, or a probe that shows it is still down."""
        if ticket.period == self._period:
            self._failed += 1
            if ticket.probe or self._failed >= self._limit:
                self._turn(self._now() + self._pause)

    def drop(self, ticket: Ticket) -> None:
        """The call says nothing of the service: it was cancelled, or not made after all."""
        if ticket.period == self._period and ticket.probe:
            self._probing = False

    def hold(self, seconds: float) -> None:
        """Open for as long as the service itself asked for."""
        if math.isfinite(seconds) and seconds > self.retry_after:
            self._turn(self._now() + seconds)

    def _turn(self, until: float | None) -> None:
        self._until = until
        self._period += 1
        self._probing = False
        if until is None:
            self._failed = 0
