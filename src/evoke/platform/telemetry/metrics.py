"""Metrics for Prometheus.

Counters and histograms live in the process that counts; with several API processes they meet through
prometheus-client's multiprocess folder (PROMETHEUS_MULTIPROC_DIR, set by the process that starts them).
What the database knows (jobs, queues) is read when a scrape asks.
"""

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = Counter("evoke_http_requests", "Requests by route and status.", ["method", "route", "status"])
LATENCY = Histogram(
    "evoke_http_request_duration_seconds",
    "Seconds from the first byte of a request to the last byte of its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
UPLOADED = Counter("evoke_uploaded_bytes", "Bytes of originals that were accepted.")


def gauge(name: str, description: str, labels: list[str], rows: Iterable[tuple[list[str], float]]) -> Metric:
    """A gauge whose values were just read; each row is label values and value."""
    family = GaugeMetricFamily(name, description, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def counter(name: str, description: str, labels: list[str], rows: Iterable[tuple[list[str], float]]) -> Metric:
    """Sums that only grow, read from where they are kept; `name` without `_total`."""
    family = CounterMetricFamily(name, description, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


class _Once(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        return self.families


def render(families: list[Metric]) -> bytes:
    """The exposition text: this process (or all of them, in multiprocess mode) and `families`."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # the package has no types for it
    else:
        counted = REGISTRY
    asked = CollectorRegistry(auto_describe=False)
    asked.register(_Once(families))
    return generate_latest(counted) + generate_latest(asked)
