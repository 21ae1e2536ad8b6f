"""Estimates, and where there is no ground for one."""

from datetime import UTC, datetime, timedelta

import pytest

from evoke.domains.jobs import eta
from evoke.domains.jobs.eta import Ahead

STARTED = datetime(2026, 3, 21, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "mean", "expected"),
    [
        (25, 100, 10, None, 30),
        (25, 100, 10, 500, 30),
        (100, 100, 10, None, 0),
        (0, 100, 10, None, None),
        (0, 100, 10, 25, 15),
        (7, None, 10, None, None),
        (7, None, 10, 25, 15),
        (7, None, 26, 25, None),
        (120, 100, 10, None, None),
        (5, 10, 0, None, None),
    ],
)
def test_a_job_that_runs(
    done: int, total: int | None, elapsed: int, mean: float | None, expected: float | None
) -> None:
    now = STARTED + timedelta(seconds=elapsed)
    assert eta.until_done(done, total, STARTED, now, mean) == expected


@pytest.mark.parametrize(
    ("ahead", "waits", "expected"),
    [
        (Ahead({}, 1), 0, 2),
        (Ahead({"a": 10}, 1), 0, 22),
        (Ahead({"a": 10}, 4), 0, 7),
        (Ahead({"a": 10, "b": 2}, 2), 0, 22),
        (Ahead({"a": 1}, 1), 60, 62),
        (Ahead({"a": 10}, 0), 0, None),
        (Ahead({"never measured": 1}, 1), 0, None),
    ],
)
def test_a_job_that_waits(ahead: Ahead, waits: float, expected: float | None) -> None:
    assert eta.until_reached("a", ahead, {"a": 2.0, "b": 10.0}, waits) == expected


def test_a_kind_that_was_never_measured() -> None:
    assert eta.until_reached("new", Ahead({}, 1), {"a": 2.0}, 0) is None
