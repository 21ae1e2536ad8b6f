"""Wall clocks for the tests: moments that have no zone, and are meant to have none."""

from datetime import UTC, datetime


def wall(*parts: int) -> datetime:
    """What a clock on a wall shows: year, month, day, hour, minute, second, microsecond."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)
