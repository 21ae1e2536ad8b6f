"""How a service is doing, known without asking it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["healthy", "degraded", "open"]
REMEMBER_SECONDS: Final = 300
"""A failure that is older, and was followed by no call, says little of the present."""


@dataclass(frozen=True)
class Health:
    """`degraded`: the last call failed. `open`: calls are refused without being made, for `retry_after_seconds`.

    `last_error` names the kind of that failure. `latency_ms` is of the last call that succeeded, or of the look that
    a check took.
    """

    state: State
    last_error: str | None = None
    latency_ms: int | None = None
    retry_after_seconds: int | None = None


class Record:
    """What calls told. Not for several threads; `now` is in seconds."""

    def __init__(self, *, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._error: str | None = None
        self._failed_at = 0.0
        self.latency_ms: int | None = None

    @property
    def last_error(self) -> str | None:
        return self._error if self._now() - self._failed_at < REMEMBER_SECONDS else None

    def start(self) -> float:
        """For `succeeded`."""
        return self._now()

    def succeeded(self, started: float) -> None:
        self.answered()
        self.latency_ms = round((self._now() - started) * 1000)

    def answered(self) -> None:
        """The service did its part, whatever the answer was."""
        self._error = None

    def failed(self, kind: str) -> None:
        self._error, self._failed_at = kind, self._now()
