"""Waits before another attempt."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.jobs import backoff


@given(st.integers(1, 10_000), st.floats(0, 100), st.floats(0, 10_000), st.integers())
def test_never_longer_than_the_doubling_nor_the_cap(attempt: int, base: float, cap: float, seed: int) -> None:
    wait = backoff.delay(attempt, base=base, cap=cap, source=random.Random(seed))
    assert timedelta(0) <= wait <= timedelta(seconds=min(cap, base * 2 ** min(attempt - 1, 50)))


def test_waits_double_on_average_until_the_cap() -> None:
    source = random.Random(7)
    means = []
    for attempt in range(1, 7):
        waits = [backoff.delay(attempt, base=1, cap=16, source=source).total_seconds() for _ in range(4000)]
        means.append(sum(waits) / len(waits))
    expected = [0.5, 1, 2, 4, 8, 8]
    assert all(abs(mean - wanted) < wanted * 0.1 for mean, wanted in zip(means, expected, strict=True)), means


def test_waits_are_spread_over_the_whole_span() -> None:
    source = random.Random(7)
    waits = [backoff.delay(3, base=1, cap=60, source=source).total_seconds() for _ in range(1000)]
    assert min(waits) < 0.1
    assert max(waits) > 3.9
