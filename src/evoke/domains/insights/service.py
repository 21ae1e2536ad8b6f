"""Looking at a journal as a whole."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from evoke.domains.accounts.schemas import Actor
from evoke.domains.insights import patterns, queries, schemas, trends
from evoke.domains.insights.moments import Moment
from evoke.domains.journal.service import settings
from evoke.domains.journal.tools import Tools
from evoke.platform.postgres.engine import ReadSession

MOST_MOMENTS = 5000
"""Entries that patterns are looked for in, the newest: some years of a busy journal, half a second of work."""
_DAYS = {"7d": 7, "30d": 30, "90d": 90}


async def summarize(session: ReadSession, tools: Tools, actor: Actor, query: schemas.SummaryQuery) -> schemas.Summary:
    """Counts of everything in the period; the trend and the patterns of its newest MOST_MOMENTS entries."""
    zone = query.time_zone or await settings.find_zone(session, tools, actor)
    today, since = _period(query.period, zone, tools.clock())
    totals = await queries.totals(session, actor, zone, since)
    moments = await queries.list_moments(session, actor, zone, since, MOST_MOMENTS)
    await session.close()  # what is to be computed may take longer than a connection should be kept
    trend, found = await asyncio.to_thread(_look, moments, today)
    return schemas.Summary(
        period=query.period,
        time_zone=zone,
        total_entries=totals.entries,
        total_visualizations=totals.visualizations,
        most_common_emotions=_shares(totals.emotions),
        average_intensity=round(totals.intensity, 4),
        intensity_trend=trend.direction,
        intensity_change=round(trend.change, 4),
        patterns=[each.text for each in found],
        pattern_details=[schemas.PatternDetails.model_validate(each) for each in found],
    )


async def list_buckets(
    session: ReadSession, tools: Tools, actor: Actor, query: schemas.TimelineQuery
) -> schemas.Timeline:
    zone = query.time_zone or await settings.find_zone(session, tools, actor)
    _, since = _period(query.period, zone, tools.clock())
    rows = await queries.list_buckets(session, actor, zone, since, query.granularity)
    return schemas.Timeline(
        timeline=[
            schemas.Bucket(date=row.start.isoformat(), emotions=row.emotions, avg_intensity=round(row.intensity, 4))
            for row in rows
        ]
    )


def _period(name: str, zone: str, now: datetime) -> tuple[date, datetime]:
    """Today by the wall clock, and when the period began: at the midnight before its first day."""
    today = now.astimezone(ZoneInfo(zone)).date()
    days = _DAYS.get(name)
    if days is None:
        return today, datetime.min.replace(tzinfo=UTC)
    first = today - timedelta(days=days - 1)
    return today, datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)


def _look(moments: Sequence[Moment], today: date) -> tuple[trends.Trend, list[patterns.Pattern]]:
    return trends.of_intensity(moments), patterns.find(moments, today)


def _shares(counts: Mapping[str, int]) -> list[schemas.EmotionShare]:
    """The most frequent first."""
    whole = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [
        schemas.EmotionShare.model_validate(
            {"emotion": emotion, "count": count, "percentage": round(100 * count / whole, 1)}
        )
        for emotion, count in ordered
    ]
