"""Counting entries by the wall clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Date, DateTime, Float, Integer, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from evoke.domains.accounts.schemas import Actor
from evoke.domains.insights.moments import Moment
from evoke.domains.journal.models import JournalEntry
from evoke.platform.postgres.engine import ReadSession

_TABLE = JournalEntry.__table__
_LOCAL = """
    local AS (
        SELECT felt_at AT TIME ZONE :zone AS at, emotions, intensity, visualization_ready
        FROM journal_entries WHERE owner_id = :owner_id AND felt_at >= :since
    )
"""
_PERIOD = (
    bindparam("owner_id", type_=_TABLE.c.owner_id.type),
    bindparam("since", type_=_TABLE.c.felt_at.type),
)
_TOTALS = (
    text(f"""
    WITH {_LOCAL}, counted AS (
        SELECT emotion, count(*) AS times FROM local, unnest(emotions) AS emotion GROUP BY emotion
    )
    SELECT
        count(*) AS entries,
        coalesce(avg(intensity), 0) AS intensity,
        count(*) FILTER (WHERE visualization_ready) AS visualizations,
        (SELECT coalesce(jsonb_object_agg(emotion, times), '{{}}') FROM counted) AS emotions
    FROM local
""")  # noqa: S608 - our own words
    .bindparams(*_PERIOD)
    .columns(entries=Integer(), intensity=Float(), visualizations=Integer(), emotions=JSONB())
)
_MOMENTS = (
    text(f"""
    WITH {_LOCAL} SELECT at, emotions, intensity FROM local ORDER BY at DESC LIMIT :most
""")  # noqa: S608 - our own words
    .bindparams(*_PERIOD)
    .columns(at=DateTime(), emotions=_TABLE.c.emotions.type, intensity=Float())
)
_BUCKETS = (
    text(f"""
    WITH {_LOCAL}, placed AS (
        SELECT CAST(date_trunc(:granularity, at) AS date) AS start, emotions, intensity FROM local
    ), mentions AS (
        SELECT start, emotion, count(*) AS times FROM placed, unnest(emotions) AS emotion GROUP BY start, emotion
    )
    SELECT start, avg(intensity) AS intensity, (
        SELECT jsonb_object_agg(emotion, times) FROM mentions
        WHERE mentions.start = placed.start
    ) AS emotions
    FROM placed GROUP BY start ORDER BY start
""")  # noqa: S608 - our own words
    .bindparams(*_PERIOD)
    .columns(start=Date(), intensity=Float(), emotions=JSONB())
)


def _values(actor: Actor, zone: str, since: datetime) -> dict[str, Any]:
    return {"owner_id": actor.user_id, "zone": zone, "since": since}


async def totals(session: ReadSession, actor: Actor, zone: str, since: datetime) -> Row[Any]:
    """`entries, intensity` (the mean), `visualizations, emotions` (how often each was named)."""
    return (await session.rows(_TOTALS, _values(actor, zone, since)))[0]


async def list_moments(session: ReadSession, actor: Actor, zone: str, since: datetime, most: int) -> list[Moment]:
    """The newest first."""
    rows = await session.rows(_MOMENTS, {**_values(actor, zone, since), "most": most})
    return [Moment(row.at, tuple(row.emotions), row.intensity) for row in rows]


async def list_buckets(
    session: ReadSession, actor: Actor, zone: str, since: datetime, granularity: str
) -> Sequence[Row[Any]]:
    """`start` (a date), `intensity` (the mean), `emotions` (how often each), the oldest first."""
    return await session.rows(_BUCKETS, {**_values(actor, zone, since), "granularity": granularity})
