"""How long a job waits before it is tried again."""

import random
from datetime import timedelta


def delay(attempt: int, *, base: float, cap: float, source: random.Random | None = None) -> timedelta:
    """A random wait between 0 and min(`cap`, `base` × 2^(`attempt` - 1)) seconds; `attempt` counts from 1.

    "Full jitter": Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, March 2015. Jobs that
    failed together come back apart, so what they overloaded is not overloaded again.
    """
    # Beyond 2^32 the cap holds anyway, and the float does not overflow.
    ceiling = min(cap, base * 2 ** min(attempt - 1, 32))
    return timedelta(seconds=(source or random).uniform(0, ceiling))
