"""Time: always aware, always UTC inside."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """`2026-03-21T16:04:22Z`, with a fraction only where there is one. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone has no place on the wire")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
