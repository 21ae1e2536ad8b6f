"""Deadlines, the breaker, the bound on calls in flight, budgets, and callers who leave."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from evoke.platform.generation import deadlines
from evoke.platform.generation.errors import ContentFiltered, GenerationTimedOut, PictureServiceDown, TextModelDown
from evoke.platform.generation.gemini.analyst import GeminiAnalyst
from evoke.platform.generation.gemini.artist import GeminiArtist
from evoke.platform.generation.gemini.health import Health
from evoke.platform.generation.gemini.provider import Gemini
from tests.factories.gemini import Fault, StandIn
from tests.factories.generators import MemoryMeter
from tests.generation.briefs import FEELING, PAYER, STORY
from tests.generation.conftest import Open

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # at Mountain View


def parts(provider: Gemini) -> tuple[GeminiAnalyst, GeminiArtist]:
    assert provider.analyst is not None
    assert provider.artist is not None
    return provider.analyst, provider.artist


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def with_clock(provider: Gemini, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for gateway, _ in provider._gateways.values():
        monkeypatch.setattr(gateway.breaker, "_now", clock)
    return clock


# ---- Deadlines -------------------------------------------------------------------------------------------------------


async def test_a_callers_deadline_goes_before_the_services_own(gemini: StandIn, open_gemini: Open) -> None:
    analyst, _ = parts(open_gemini(timeout_seconds=60))
    gemini.script(Fault.NEVER_ANSWERS, when="text")
    with pytest.raises(GenerationTimedOut) as raised, deadlines.within(30), deadlines.within(1.5):
        await analyst.analyze_story(STORY, PAYER)
    assert raised.value.details["timeout_seconds"] == 2, "whole seconds"


async def test_a_deadline_that_is_over_sends_nothing(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    analyst, _ = parts(open_gemini())
    with pytest.raises(GenerationTimedOut), deadlines.within(0):
        await analyst.analyze_story(STORY, PAYER)
    assert gemini.calls == []
    await asyncio.sleep(0)
    assert set(meter.outcomes) <= {"unpaid"}


async def test_a_pause_that_would_outlast_the_deadline_is_not_begun(gemini: StandIn, open_gemini: Open) -> None:
    analyst, _ = parts(open_gemini(timeout_seconds=5))
    gemini.script(Fault.QUOTA_MINUTE, when="text", seconds=20)
    with pytest.raises(TextModelDown) as raised:
        await analyst.analyze_story(STORY, PAYER)
    assert raised.value.details == {"service": "gemini_api", "retry_after_seconds": 20, "reason": "quota"}
    with pytest.raises(TextModelDown) as raised:
        await analyst.analyze_story(STORY, PAYER)
    assert raised.value.details["reason"] == "paused"
    assert len(gemini.calls) == 1, "the service asked for twenty seconds of peace"


async def test_a_short_pause_is_kept_to(gemini: StandIn, open_gemini: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    sleep = asyncio.sleep

    async def slept(seconds: float) -> None:
        paused.append(seconds)
        await sleep(0)

    analyst, _ = parts(open_gemini())
    await analyst.analyze_story(STORY, PAYER)
    monkeypatch.setattr("evoke.platform.generation.gemini.attempts.asyncio.sleep", slept)
    gemini.script(Fault.QUOTA_MINUTE, when="text", seconds=7)
    await analyst.analyze_story(STORY, PAYER)
    assert [seconds for seconds in paused if seconds] == [7.0]


async def test_a_spent_day_is_over_at_midnight_in_california(gemini: StandIn, open_gemini: Open) -> None:
    _, artist = parts(open_gemini(clock=lambda: NOON))
    gemini.script(Fault.QUOTA_DAY, when="picture", seconds=1)
    with pytest.raises(PictureServiceDown) as raised:
        await artist.draw_feeling(FEELING, PAYER)
    assert raised.value.details["retry_after_seconds"] == 12 * 3600
    with pytest.raises(PictureServiceDown) as raised:
        await artist.draw_feeling(FEELING, PAYER)
    assert 12 * 3600 - 60 < raised.value.details["retry_after_seconds"] <= 12 * 3600
    assert len(gemini.calls) == 1


# ---- The breaker -----------------------------------------------------------------------------------------------------


async def test_the_breaker_opens_and_recovers(
    gemini: StandIn, open_gemini: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = open_gemini(max_retries=0, breaker_failures=3, breaker_pause_seconds=30)
    analyst, artist = parts(provider)
    clock = with_clock(provider, monkeypatch)
    gemini.script(Fault.UNAVAILABLE, times=4, when="text")
    for _ in range(3):
        with pytest.raises(TextModelDown):
            await analyst.analyze_story(STORY, PAYER)
    with pytest.raises(TextModelDown) as raised:
        await analyst.analyze_story(STORY, PAYER)
    assert raised.value.details == {"service": "gemini_api", "retry_after_seconds": 30, "reason": "paused"}
    assert len(gemini.calls) == 3
    assert provider.status()["gemini_api"] == Health("open", "overloaded", None, 30)
    assert (await artist.draw_feeling(FEELING, PAYER)).made_by == "gemini", "pictures are another service"
    clock.seconds += 30
    with pytest.raises(TextModelDown):
        await analyst.analyze_story(STORY, PAYER)  # the probe, which fails
    with pytest.raises(TextModelDown, match="not available"):
        await analyst.analyze_story(STORY, PAYER)
    assert len(gemini.calls_for("text")) == 4
    clock.seconds += 30
    assert (await analyst.analyze_story(STORY, PAYER)).made_by == "gemini"
    assert provider.status()["gemini_api"].state == "healthy"
    assert provider.status()["gemini_api"].latency_ms is not None


async def test_one_call_tries_while_the_others_are_refused(
    gemini: StandIn, open_gemini: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = open_gemini(max_retries=0, breaker_failures=1)
    analyst, _ = parts(provider)
    clock = with_clock(provider, monkeypatch)
    gemini.script(Fault.INTERNAL, when="text")
    gemini.script(Fault.HELD, when="text")
    with pytest.raises(TextModelDown):
        await analyst.analyze_story(STORY, PAYER)
    clock.seconds += 60
    async with asyncio.TaskGroup() as group:
        probe = group.create_task(analyst.analyze_story(STORY, PAYER))
        await gemini.until(lambda: len(gemini.calls) == 2 and gemini.calls[1].status is not None)
        with pytest.raises(TextModelDown):
            await analyst.analyze_story(STORY, PAYER)
        gemini.release()
    assert probe.result().made_by == "gemini"
    assert len(gemini.calls) == 2


@pytest.mark.parametrize("fault", [Fault.BLOCKED_OUTPUT, Fault.BAD_JSON])
async def test_an_answer_of_no_use_does_not_open_it(fault: Fault, gemini: StandIn, open_gemini: Open) -> None:
    provider = open_gemini(breaker_failures=2)
    analyst, _ = parts(provider)
    gemini.script(fault, times=None, when="text")
    for _ in range(4):
        with pytest.raises((ContentFiltered, TextModelDown)):
            await analyst.analyze_story(STORY, PAYER)
    assert provider._gateways["gemini_api"][0].breaker.state == "closed"


async def test_timeouts_open_it(gemini: StandIn, open_gemini: Open) -> None:
    analyst, _ = parts(open_gemini(breaker_failures=2))
    await analyst.analyze_story(STORY, PAYER)
    gemini.script(Fault.NEVER_ANSWERS, times=None, when="text")
    for _ in range(2):
        with pytest.raises(GenerationTimedOut), deadlines.within(0.5):
            await analyst.analyze_story(STORY, PAYER)
    with pytest.raises(TextModelDown):
        await analyst.analyze_story(STORY, PAYER)


async def test_nobody_there(open_gemini: Open, meter: MemoryMeter) -> None:
    _, artist = parts(open_gemini(base_url="http://127.0.0.1:9", max_retries=2))
    with pytest.raises(PictureServiceDown):
        await artist.draw_feeling(FEELING, PAYER)
    assert meter.outcomes == ["unpaid"] * 3, "nothing was sent, so a picture may be asked for again"


# ---- Calls in flight -------------------------------------------------------------------------------------------------


async def test_many_hanging_calls_hold_few_places_and_end_at_once(
    gemini: StandIn, open_gemini: Open, meter: MemoryMeter
) -> None:
    provider = open_gemini(max_in_flight=16, max_waiting=64, waiting_seconds=60)
    analyst, _ = parts(provider)
    gemini.script(Fault.NEVER_ANSWERS, times=None, when="text")
    tasks = [asyncio.create_task(analyst.analyze_story(STORY, PAYER)) for _ in range(200)]
    await gemini.until(lambda: len([call for call in gemini.calls if call.status]) == 16)
    refused = [task for task in tasks if task.done()]
    assert len(refused) == 200 - 16 - 64
    for task in refused:
        error = task.exception()
        assert isinstance(error, TextModelDown)
        assert error.details["reason"] == "busy"
    bulkhead = provider._gateways["gemini_api"][0].bulkhead
    assert (bulkhead.in_flight, bulkhead.waiting) == (16, 64)
    waiting = [task for task in tasks if not task.done()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert all(task.cancelled() for task in waiting)
    assert (bulkhead.in_flight, bulkhead.waiting) == (0, 0)
    assert meter.outcomes == ["unknown"] * 16
    await asyncio.gather(*(call.gone.wait() for call in gemini.calls))
    gemini.clear()
    assert (await analyst.analyze_story(STORY, PAYER)).made_by == "gemini"


async def test_those_who_wait_are_told_when_the_breaker_opens(gemini: StandIn, open_gemini: Open) -> None:
    analyst, _ = parts(open_gemini(max_in_flight=1, max_retries=0, breaker_failures=1, waiting_seconds=60))
    gemini.script(Fault.SLOW, when="text", seconds=0.05)
    gemini.script(Fault.UNAVAILABLE, when="text")
    results = await asyncio.gather(*(analyst.analyze_story(STORY, PAYER) for _ in range(6)), return_exceptions=True)
    reasons = [error.details["reason"] for error in results if isinstance(error, TextModelDown)]
    assert sorted(reasons) == ["paused"] * 4 + ["unavailable"]
    assert len(gemini.calls) == 2


# ---- The books -------------------------------------------------------------------------------------------------------


async def test_what_is_paid_is_counted(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    analyst, artist = parts(open_gemini())
    await analyst.analyze_story(STORY, PAYER)
    await artist.draw_feeling(FEELING, PAYER)
    text, picture = meter.settled
    assert (text.outcome, picture.outcome) == ("paid", "paid")
    assert text.reservation.payer == picture.reservation.payer == PAYER
    assert (text.reservation.model, text.reservation.kind) == ("gemini-3.8-flash", "text")
    assert (picture.reservation.model, picture.reservation.kind) == ("gemini-3-pro-image", "picture")
    assert text.usage.input_tokens > 300
    assert text.usage.output_tokens > 64, "thoughts are output"
    assert text.usage.pictures == 0
    assert picture.usage.pictures == 1
    assert picture.usage.output_tokens == 1120 + 128
    assert 0 < text.micros <= text.reservation.reserved_micros < 50_000
    assert 134_000 < picture.micros <= picture.reservation.reserved_micros < 200_000


async def test_no_budget_no_call(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    provider = open_gemini()
    analyst, artist = parts(provider)
    meter.budget = 200_000
    await artist.draw_feeling(FEELING, PAYER)
    with pytest.raises(PictureServiceDown) as raised:
        await artist.draw_feeling(FEELING, PAYER)
    assert raised.value.details["reason"] == "budget"
    assert gemini.billed_pictures == 1
    await analyst.analyze_story(STORY, PAYER)
    for _ in range(6):
        with pytest.raises(PictureServiceDown):
            await artist.draw_feeling(FEELING, PAYER)
    assert provider.status()["nanobanana_api"].state == "healthy", "the service is not ill for our being poor"


async def test_who_leaves_during_a_call_leaves_no_open_entry(
    gemini: StandIn, open_gemini: Open, meter: MemoryMeter
) -> None:
    _, artist = parts(open_gemini())
    gemini.script(Fault.NEVER_ANSWERS, when="picture")
    task = asyncio.create_task(artist.draw_feeling(FEELING, PAYER))
    await gemini.until(lambda: any(call.status for call in gemini.calls))
    assert len(meter.open) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not meter.open
    assert meter.outcomes == ["unknown"]
    assert meter.spent == meter.settled[0].reservation.reserved_micros
    await gemini.calls[0].gone.wait()


async def test_who_leaves_before_the_call_owes_nothing(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    provider = open_gemini()
    analyst, _ = parts(provider)
    meter.door = asyncio.Event()
    task = asyncio.create_task(analyst.analyze_story(STORY, PAYER))
    while not meter.open:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    meter.door.set()
    await provider._ledger.drain()
    assert meter.outcomes == ["unpaid"]
    assert gemini.calls == []


async def test_an_answer_is_not_lost_for_the_books(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    analyst, _ = parts(open_gemini())
    meter.refuse_to_settle = True
    with capture_logs() as said:
        assert (await analyst.analyze_story(STORY, PAYER)).made_by == "gemini"
    assert [each["event"] for each in said if each["log_level"] == "error"] == ["generation.not_settled"]


# ---- How it is doing -------------------------------------------------------------------------------------------------


async def test_checking_costs_nothing_and_is_remembered(gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    clock = Clock()
    provider = open_gemini(now=clock)
    for _ in range(3):
        found = await asyncio.gather(provider.check(), provider.check())
        assert {name: each.state for name, each in found[0].items()} == {
            "gemini_api": "healthy",
            "nanobanana_api": "healthy",
        }
        assert all(each.latency_ms is not None for each in found[1].values())
    assert len(gemini.calls_for("models")) == 2
    clock.seconds += 61
    await provider.check()
    assert len(gemini.calls_for("models")) == 4
    assert not any(call.billed for call in gemini.calls)
    assert meter.settled == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.MODEL_GONE, "configuration"),
        (Fault.WRONG_KEY, "configuration"),
        (Fault.UNAVAILABLE, "overloaded"),
        (Fault.NEVER_ANSWERS, "timeout"),
        (Fault.RESETS, "broken_off"),
        (Fault.HTML_502, "server"),
    ],
)
async def test_a_check_that_fails_says_why(fault: Fault, error: str, gemini: StandIn, open_gemini: Open) -> None:
    provider = open_gemini(check_timeout_seconds=0.5 if fault is Fault.NEVER_ANSWERS else 5)
    gemini.script(fault, times=None, when="models")
    found = await provider.check()
    assert {each.state for each in found.values()} == {"degraded"}
    assert {each.last_error for each in found.values()} == {error}


async def test_a_failure_is_remembered_for_a_while(
    gemini: StandIn, open_gemini: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = open_gemini(max_retries=0)
    analyst, _ = parts(provider)
    clock = Clock()
    monkeypatch.setattr(provider._gateways["gemini_api"][0]._record, "_now", clock)
    gemini.script(Fault.INTERNAL, when="text")
    with pytest.raises(TextModelDown):
        await analyst.analyze_story(STORY, PAYER)
    assert (await provider.check())["gemini_api"].state == "degraded"
    assert provider.status()["gemini_api"].last_error == "server"
    gemini.script(Fault.BLOCKED_OUTPUT, when="text")
    with pytest.raises(ContentFiltered):
        await analyst.analyze_story(STORY, PAYER)
    assert provider.status()["gemini_api"].state == "healthy", "it did its part"
    gemini.script(Fault.INTERNAL, when="text")
    with pytest.raises(TextModelDown):
        await analyst.analyze_story(STORY, PAYER)
    assert provider.status()["gemini_api"].state == "degraded"
    clock.seconds += 300
    assert provider.status()["gemini_api"].state == "healthy"


async def test_an_alarm_is_raised_once_for_each_change(gemini: StandIn, open_gemini: Open) -> None:
    provider = open_gemini()
    analyst, _ = parts(provider)

    async def ask() -> None:
        with pytest.raises(TextModelDown):
            await analyst.analyze_story(STORY, PAYER)

    gemini.script(Fault.MODEL_GONE, times=3, when="text")
    gemini.script(Fault.WRONG_KEY, times=2, when="text")
    with capture_logs() as said:
        for _ in range(5):
            await ask()
        await analyst.analyze_story(STORY, PAYER)
        gemini.script(Fault.WRONG_KEY, when="text")
        await ask()
    alarms: list[Any] = [each["status"] for each in said if each["event"] == "generation.alarm"]
    assert alarms == [404, 400, 400]
    assert {each["log_level"] for each in said if each["event"] == "generation.alarm"} == {"error"}
    assert provider.status()["gemini_api"] == Health(
        "degraded", "configuration", provider.status()["gemini_api"].latency_ms
    )


async def test_keys_decide_what_there_is(open_gemini: Open, gemini: StandIn) -> None:
    assert open_gemini(api_key="").analyst is None
    assert open_gemini(api_key="").artist is None
    only_pictures = open_gemini(api_key="", picture_api_key=gemini.key)
    assert only_pictures.analyst is None
    assert list(only_pictures.status()) == ["nanobanana_api"]
    two = open_gemini(picture_api_key="another key")
    analyst, artist = parts(two)
    await analyst.analyze_story(STORY, PAYER)
    with pytest.raises(PictureServiceDown) as raised:
        await artist.draw_feeling(FEELING, PAYER)
    assert raised.value.details["reason"] == "configuration"
    assert gemini.calls[-1].headers["x-goog-api-key"] == "another key"


@pytest.mark.parametrize("wrong", [{"api_key": "ключ"}, {"base_url": "no address"}, {"api_key": "a\nb"}])
async def test_nonsense_in_the_configuration_is_named(wrong: dict[str, str], open_gemini: Open) -> None:
    analyst, _ = parts(open_gemini(**wrong))
    with pytest.raises(TextModelDown) as raised:
        await analyst.analyze_story(STORY, PAYER)
    assert raised.value.details["reason"] == "configuration"


def test_options_do_not_show_keys() -> None:
    from evoke.platform.generation.gemini.options import GeminiOptions

    assert "secret" not in repr(GeminiOptions(api_key="secret", picture_api_key="secret"))
