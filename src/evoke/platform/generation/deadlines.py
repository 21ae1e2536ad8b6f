"""How long somebody waits for an answer, known to everything that is done for it.

A caller that has to answer within 55 seconds says so once; a generator then gives up in time by itself, knows that it
was too slow (a cancelled call knows nothing), and does not begin a pause that would outlast the caller.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("generation_deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Calls of generators in this block end with GenerationTimedOut after `seconds`. Of nested blocks, the first to
    end counts. For use inside a running event loop."""
    until = asyncio.get_running_loop().time() + seconds
    outer = _until.get()
    token = _until.set(until if outer is None else min(outer, until))
    try:
        yield
    finally:
        _until.reset(token)


def remaining(most: float) -> float:
    """Seconds until the deadline of this context, and no more than `most`; never negative."""
    until = _until.get()
    if until is None:
        return most
    return max(0.0, min(most, until - asyncio.get_running_loop().time()))
