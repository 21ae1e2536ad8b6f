"""What `evoke serve` takes: memory of all its processes when nothing happens, and time until it answers."""

import signal
import statistics
import time

from benchmarks.figures import Figure, Wanted
from benchmarks.installation import Installation, prepared
from benchmarks.processes import family, proportional_mb

IDLE_SECONDS = 10
WARM_STARTS = 3
WANTED_SECONDS = Wanted("≤", 5)


def run() -> list[Figure]:
    with prepared() as installation:
        cold, memory = _start(installation, idle=IDLE_SECONDS)
        warm = [_start(installation)[0] for _ in range(WARM_STARTS)]
    return [
        Figure("idle memory of everything: API, 2 workers, supervisor, PostgreSQL", "MB", memory),
        Figure("cold start: an empty data folder until /health answers", "s", cold),
        Figure("warm start", "s", statistics.median(warm), wanted=WANTED_SECONDS),
    ]


def _start(installation: Installation, *, idle: float = 0) -> tuple[float, float]:
    """Seconds until it was healthy, and MB after `idle` seconds more; then it is stopped."""
    started = time.perf_counter()
    process = installation.start("evoke", "serve")
    installation.wait_until(installation.is_healthy, "it is healthy", process)
    seconds = time.perf_counter() - started
    time.sleep(idle)
    memory = proportional_mb(family(process.pid))
    process.send_signal(signal.SIGTERM)
    installation.stop(process)
    return seconds, memory
