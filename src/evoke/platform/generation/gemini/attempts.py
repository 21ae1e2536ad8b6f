"""How often a request is made, and how long is waited in between. Built on tenacity."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Final, Literal

from tenacity import AsyncRetrying, AttemptManager, RetryCallState, stop_after_attempt

from evoke.platform.generation.gemini import failures
from evoke.platform.generation.gemini.failures import Fault

LONGEST_PAUSE_SECONDS: Final = 8.0
MOST_BAD_ANSWERS: Final = 2
"""Answers of no use that are paid for in one call: bad JSON is often chance, twice in a row it is not."""


class Attempts:
    """The attempts of one call: iterate, and open each as a context. The last one's error leaves the iteration.

    A pause that the service asks for is kept to. When it would last beyond `until` (by the clock of the event loop),
    the call fails at once: waiting for nothing helps nobody.
    """

    def __init__(self, kind: Literal["text", "picture"], retries: int, pause_seconds: float, until: float) -> None:
        self._kind = kind
        self._first_pause = pause_seconds
        self._until = until
        self._bad_answers = 0
        self._pause = 0.0
        self._retrying = AsyncRetrying(
            retry=self._again,
            wait=lambda _: self._pause,
            stop=stop_after_attempt(1 + max(0, retries)),
            sleep=asyncio.sleep,
            reraise=True,
        )

    def __aiter__(self) -> AsyncIterator[AttemptManager]:
        return self._retrying.__aiter__()

    def _again(self, state: RetryCallState) -> bool:
        """Whether the attempt's error is one after which to try again; sets the pause."""
        error = state.outcome.exception() if state.outcome is not None else None
        if not isinstance(error, Fault) or error.lasting or not self._repeatable(error):
            return False
        self._pause = self._pause_after(error, state.attempt_number)
        if asyncio.get_running_loop().time() + self._pause < self._until:
            return True
        # Everybody else who asks before it is over would hear the same.
        error.lasting = error.delay is not None
        return False

    def _repeatable(self, fault: Fault) -> bool:
        if fault.kind == "bad_answer":
            self._bad_answers += 1
            return self._kind == "text" and self._bad_answers < MOST_BAD_ANSWERS
        return fault.kind in (failures.REPEATABLE if self._kind == "text" else failures.REPEATABLE_PICTURES)

    def _pause_after(self, fault: Fault, attempt: int) -> float:
        if fault.delay is not None:
            return fault.delay
        if fault.kind == "bad_answer":
            return 0.0
        pause = min(self._first_pause * 2.0 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
        return pause * random.uniform(1.0, 1.25)  # noqa: S311 - to keep callers apart, not a secret
