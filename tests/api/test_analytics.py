"""The journal as a whole, over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from evoke.bootstrap import Resources
from evoke.domains.journal.service import entries
from tests.factories import people
from tests.factories.journal import ENTRIES, form, read, refused, write

TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def ago(days: float) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


async def fill(client: httpx.AsyncClient, person: people.Person, rows: list[dict[str, Any]]) -> None:
    headers = {**person.headers, "Content-Type": "application/json"}
    answer = await client.post(f"{ENTRIES}/import", content=json.dumps(rows), headers=headers)
    assert answer.json()["data"]["failed"] == 0, answer.text


async def test_an_empty_journal(client: httpx.AsyncClient, person: people.Person) -> None:
    for period in ("7d", "30d", "90d", "all"):
        assert await read(client, person, f"analytics/summary?period={period}") == {
            "period": period,
            "time_zone": "UTC",
            "total_entries": 0,
            "total_visualizations": 0,
            "most_common_emotions": [],
            "average_intensity": 0.0,
            "intensity_trend": "stable",
            "intensity_change": 0.0,
            "patterns": [],
            "pattern_details": [],
        }
    assert await read(client, person, "analytics/emotions/timeline") == {"timeline": []}


async def test_a_summary(
    client: httpx.AsyncClient, person: people.Person, stranger: people.Person, resources: Resources
) -> None:
    one = await write(client, person, emotions=["joy"], intensity=0.2)
    await write(client, person, emotions=["joy", "fear"], intensity=0.4, felt_at=ago(5))
    await write(client, person, emotions=["joy", "anger"], intensity=0.9, felt_at=ago(20))
    await write(client, person, emotions=["sadness"], intensity=1, felt_at=ago(400))
    await write(client, stranger, emotions=["disgust"])
    async with resources.database.transaction() as session:
        entry_id = one["id"]
        await entries.link_visualization(session, person.actor.user_id, entry_id, entry_id, ready=True)
    week = await read(client, person, "analytics/summary?period=7d")
    assert (week["total_entries"], week["total_visualizations"]) == (2, 1)
    assert week["average_intensity"] == 0.3
    assert week["most_common_emotions"] == [
        {"emotion": "joy", "count": 2, "percentage": 66.7},
        {"emotion": "fear", "count": 1, "percentage": 33.3},
    ]
    assert week["patterns"] == []
    month = await read(client, person, "analytics/summary?period=30d")
    assert [(each["emotion"], each["count"], each["percentage"]) for each in month["most_common_emotions"]] == [
        ("joy", 3, 60.0), ("anger", 1, 20.0), ("fear", 1, 20.0),
    ]  # fmt: skip
    assert (await read(client, person, "analytics/summary?period=90d"))["total_entries"] == 3
    everything = await read(client, person, "analytics/summary?period=all")
    assert everything["total_entries"] == 4
    assert abs(sum(each["percentage"] for each in everything["most_common_emotions"]) - 100) < 0.5


async def test_a_trend_and_a_pattern(client: httpx.AsyncClient, person: people.Person) -> None:
    rows = [
        form(emotions=["anxiety", "frustration"], intensity=0.5 + day / 100, felt_at=ago(44 - 2 * day))
        for day in range(10)
    ]
    rows += [
        form(emotions=[["joy", "fear", "anger"][day % 3]], intensity=0.2 + day / 60, felt_at=ago(43 - 2 * day))
        for day in range(21)
    ]
    await fill(client, person, rows)
    found = await read(client, person, "analytics/summary?period=90d")
    assert found["intensity_trend"] == "increasing" if found["intensity_change"] > 0 else "decreasing"
    assert [each["kind"] for each in found["pattern_details"] if each["p_value"] is not None] == ["together"]
    assert found["patterns"][0].startswith("Anxiety and frustration come together in 10 of 31 entries")
    details = found["pattern_details"][0]
    assert details["text"] == found["patterns"][0]
    assert (details["emotions"], details["times"], details["of"]) == (["anxiety", "frustration"], 10, 31)


async def test_a_timeline(client: httpx.AsyncClient, person: people.Person) -> None:
    for days, emotions, intensity in (
        (0, ["joy"], 0.2),
        (0, ["joy", "fear"], 0.4),
        (3, ["anger"], 1),
        (40, ["joy"], 0),
    ):
        await write(client, person, emotions=emotions, intensity=intensity, felt_at=ago(days))
    days = (await read(client, person, "analytics/emotions/timeline?period=30d&granularity=day"))["timeline"]
    assert days == [
        {"date": ago(3)[:10], "emotions": {"anger": 1}, "avg_intensity": 1.0},
        {"date": ago(0)[:10], "emotions": {"joy": 2, "fear": 1}, "avg_intensity": 0.3},
    ]
    weeks = (await read(client, person, "analytics/emotions/timeline?period=90d&granularity=week"))["timeline"]
    starts = [datetime.fromisoformat(week["date"]) for week in weeks]
    assert starts == sorted(set(starts))
    assert {start.weekday() for start in starts} == {0}
    months = (await read(client, person, "analytics/emotions/timeline?period=90d&granularity=month"))["timeline"]
    assert {month["date"][-2:] for month in months} == {"01"}
    for buckets in (weeks, months):
        assert sum(bucket["emotions"].get("joy", 0) for bucket in buckets) == 3
    assert all(isinstance(bucket["avg_intensity"], float) for bucket in days + weeks + months)


async def test_days_are_those_of_the_person(client: httpx.AsyncClient, person: people.Person) -> None:
    late = (TODAY - timedelta(days=3)).replace(hour=23, minute=30)
    await write(client, person, felt_at=late.isoformat())

    async def day(query: str = "") -> str:
        found = await read(client, person, f"analytics/emotions/timeline?granularity=day{query}")
        (bucket,) = found["timeline"]
        assert isinstance(bucket["date"], str)
        return str(bucket["date"])

    def local(zone: str) -> str:
        return late.astimezone(ZoneInfo(zone)).date().isoformat()

    assert await day() == local("UTC")
    assert await day("&time_zone=Asia/Tokyo") == local("Asia/Tokyo") != local("UTC")
    await write(client, person, felt_at=ago(300), time_zone="Asia/Kolkata")
    assert await day() == local("Asia/Kolkata")
    answer = await client.put(
        "/api/v1/journal/settings", json={"time_zone": "America/New_York"}, headers=person.headers
    )
    chosen = {"time_zone": "America/New_York", "effective_time_zone": "America/New_York"}
    assert answer.json()["data"] == chosen == await read(client, person, "journal/settings")
    assert await day() == local("America/New_York") == local("UTC")
    assert await day("&time_zone=Asia/Tokyo") == local("Asia/Tokyo")
    await client.put("/api/v1/journal/settings", json={"time_zone": None}, headers=person.headers)
    assert await read(client, person, "journal/settings") == {
        "time_zone": None, "effective_time_zone": "Asia/Kolkata",
    }  # fmt: skip


async def test_a_clock_that_is_put_back_moves_no_day(client: httpx.AsyncClient, person: people.Person) -> None:
    """Around the end of summer time in Berlin, 25 October 2026 at 01:00 UTC, midnight is at 22:00 and then at 23:00."""
    zone = ZoneInfo("Europe/Berlin")
    changes = [datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 22, 30, tzinfo=UTC)]
    if changes[-1] < datetime.now(UTC) - timedelta(days=80):
        changes = [datetime(2027, 10, 30, 22, 30, tzinfo=UTC), datetime(2027, 10, 31, 22, 30, tzinfo=UTC)]
    if changes[-1] > datetime.now(UTC):
        return
    for moment in changes:
        await write(client, person, felt_at=moment.isoformat())
    found = await read(client, person, "analytics/emotions/timeline?period=90d&time_zone=Europe/Berlin")
    days = [moment.astimezone(zone).date().isoformat() for moment in changes]
    assert [bucket["date"] for bucket in found["timeline"]] == sorted(set(days))


async def test_questions_that_cannot_be(client: httpx.AsyncClient, person: people.Person) -> None:
    for query, field in (
        ("summary?period=1y", "period"),
        ("summary?time_zone=Mars", "time_zone"),
        ("summary?time_zone=localtime", "time_zone"),
        ("emotions/timeline?period=all", "period"),
        ("emotions/timeline?granularity=hour", "granularity"),
        ("emotions/timeline?time_zone=%2e%2e", "time_zone"),
    ):
        refused(await client.get(f"/api/v1/analytics/{query}", headers=person.headers), field)
    for body in ({"time_zone": "Mars"}, {"time_zone": 7}, {}):
        answer = await client.put("/api/v1/journal/settings", json=body, headers=person.headers)
        refused(answer, "time_zone")
