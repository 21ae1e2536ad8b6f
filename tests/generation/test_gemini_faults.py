"""Every fault that Gemini is known for, in text and in picture calls: what the caller hears, and what it cost."""

from contextlib import suppress
from dataclasses import dataclass

import pytest

from evoke.kit.errors import EvokeError
from evoke.platform.generation import deadlines
from evoke.platform.generation.errors import (
    ContentFiltered,
    GenerationTimedOut,
    PictureServiceDown,
    TextModelDown,
)
from evoke.platform.generation.ports import Outcome
from tests.factories.gemini import Fault, StandIn
from tests.factories.generators import MemoryMeter
from tests.generation.briefs import FEELING, PAYER, STORY
from tests.generation.conftest import Open

RETRIES = 2
TIMEOUT = 1.0
ANSWERED = None


@dataclass(frozen=True)
class Case:
    """`calls` and `billed` are of the stand-in, `outcomes` of our books. `times` of None is for ever."""

    fault: Fault
    ends: type[EvokeError] | None
    calls: int
    billed: int = 0
    reason: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    times: int | None = None
    seconds: float | None = None


def refused(fault: Fault, down: type[EvokeError]) -> Case:
    return Case(fault, down, 1, reason="configuration", outcomes=("unpaid",))


def repeated(fault: Fault, down: type[EvokeError], outcome: Outcome = "unpaid", billed: int = 0) -> Case:
    return Case(fault, down, 1 + RETRIES, billed, "unavailable", (outcome,) * (1 + RETRIES))


def useless(fault: Fault, calls: int, down: type[EvokeError], outcome: Outcome = "paid", billed: int = 1) -> Case:
    return Case(fault, down, calls, billed, "bad_answer", (outcome,) * calls)


def filtered(fault: Fault, billed: int = 1) -> Case:
    return Case(fault, ContentFiltered, 1, billed, outcomes=("paid",))


TEXT = (
    *(
        refused(fault, TextModelDown)
        for fault in (
            Fault.BAD_REQUEST,
            Fault.WRONG_KEY,
            Fault.NO_BILLING,
            Fault.UNAUTHENTICATED,
            Fault.PERMISSION_DENIED,
            Fault.MODEL_GONE,
        )
    ),
    Case(Fault.QUOTA_MINUTE, TextModelDown, 3, reason="quota", outcomes=("unpaid",) * 3, seconds=0.01),
    Case(Fault.QUOTA_MINUTE, TextModelDown, 1, reason="quota", outcomes=("unpaid",), seconds=7),
    Case(Fault.QUOTA_MINUTE_NO_RETRY_INFO, TextModelDown, 3, reason="quota", outcomes=("unpaid",) * 3),
    Case(Fault.QUOTA_NO_DETAILS, TextModelDown, 3, reason="quota", outcomes=("unpaid",) * 3),
    Case(Fault.QUOTA_DAY, TextModelDown, 1, reason="quota", outcomes=("unpaid",)),
    Case(Fault.QUOTA_DAY, TextModelDown, 1, reason="quota", outcomes=("unpaid",), seconds=0.01),
    Case(Fault.QUOTA_DAY_NO_RETRY_INFO, TextModelDown, 1, reason="quota", outcomes=("unpaid",)),
    repeated(Fault.INTERNAL, TextModelDown),
    repeated(Fault.UNAVAILABLE, TextModelDown),
    repeated(Fault.DEADLINE_EXCEEDED, TextModelDown, "unknown"),
    repeated(Fault.HTML_502, TextModelDown, "unknown"),
    Case(Fault.UNAVAILABLE, ANSWERED, 2, 1, outcomes=("unpaid", "paid"), times=1),
    Case(Fault.RESETS, ANSWERED, 2, 2, outcomes=("unknown", "paid"), times=1),
    repeated(Fault.RESETS, TextModelDown, "unknown", billed=3),
    repeated(Fault.CLOSES_EARLY, TextModelDown, "unknown", billed=3),
    repeated(Fault.CUTS_BODY, TextModelDown, "unknown", billed=3),
    Case(Fault.NEVER_ANSWERS, GenerationTimedOut, 1, 1, outcomes=("unknown",)),
    Case(Fault.STALLS_IN_BODY, GenerationTimedOut, 1, 1, outcomes=("unknown",)),
    useless(Fault.NOT_JSON, 2, TextModelDown, "unknown", billed=2),
    useless(Fault.EMPTY, 2, TextModelDown, billed=2),
    filtered(Fault.BLOCKED_PROMPT, billed=0),
    filtered(Fault.BLOCKED_PROMPT_PROHIBITED, billed=0),
    filtered(Fault.BLOCKED_OUTPUT),
    filtered(Fault.PROHIBITED_CONTENT),
    useless(Fault.RECITATION, 2, TextModelDown, billed=2),
    useless(Fault.MAX_TOKENS, 2, TextModelDown, billed=2),
    useless(Fault.UNKNOWN_FINISH_REASON, 2, TextModelDown, billed=2),
    useless(Fault.CONTINUATION, 2, TextModelDown, billed=2),
    Case(Fault.THOUGHT_DRAFTS, ANSWERED, 1, 1, outcomes=("paid",)),
    Case(Fault.FENCED_JSON, ANSWERED, 1, 1, outcomes=("paid",)),
    useless(Fault.BAD_JSON, 2, TextModelDown, billed=2),
    useless(Fault.TRUNCATED_JSON, 2, TextModelDown, billed=2),
    useless(Fault.OTHER_SCHEMA, 2, TextModelDown, billed=2),
    Case(Fault.BAD_JSON, ANSWERED, 2, 2, outcomes=("paid", "paid"), times=1),
)
PICTURE = (
    *(
        refused(fault, PictureServiceDown)
        for fault in (
            Fault.BAD_REQUEST,
            Fault.WRONG_KEY,
            Fault.NO_BILLING,
            Fault.UNAUTHENTICATED,
            Fault.PERMISSION_DENIED,
            Fault.MODEL_GONE,
        )
    ),
    Case(Fault.QUOTA_MINUTE, PictureServiceDown, 3, reason="quota", outcomes=("unpaid",) * 3, seconds=0.01),
    Case(Fault.QUOTA_MINUTE, PictureServiceDown, 1, reason="quota", outcomes=("unpaid",), seconds=7),
    Case(Fault.QUOTA_MINUTE_NO_RETRY_INFO, PictureServiceDown, 3, reason="quota", outcomes=("unpaid",) * 3),
    Case(Fault.QUOTA_NO_DETAILS, PictureServiceDown, 3, reason="quota", outcomes=("unpaid",) * 3),
    Case(Fault.QUOTA_DAY, PictureServiceDown, 1, reason="quota", outcomes=("unpaid",)),
    Case(Fault.QUOTA_DAY_NO_RETRY_INFO, PictureServiceDown, 1, reason="quota", outcomes=("unpaid",)),
    repeated(Fault.UNAVAILABLE, PictureServiceDown),
    Case(Fault.UNAVAILABLE, ANSWERED, 2, 1, outcomes=("unpaid", "paid"), times=1),
    *(
        Case(fault, PictureServiceDown, 1, billed, "unavailable", (outcome,))
        for fault, billed, outcome in (
            (Fault.INTERNAL, 0, "unpaid"),
            (Fault.DEADLINE_EXCEEDED, 0, "unknown"),
            (Fault.HTML_502, 0, "unknown"),
            (Fault.RESETS, 1, "unknown"),
            (Fault.CLOSES_EARLY, 1, "unknown"),
            (Fault.CUTS_BODY, 1, "unknown"),
        )
    ),
    Case(Fault.NEVER_ANSWERS, GenerationTimedOut, 1, 1, outcomes=("unknown",)),
    Case(Fault.STALLS_IN_BODY, GenerationTimedOut, 1, 1, outcomes=("unknown",)),
    useless(Fault.NOT_JSON, 1, PictureServiceDown, "unknown"),
    useless(Fault.EMPTY, 1, PictureServiceDown, billed=0),
    *(
        filtered(fault, billed=0)
        for fault in (
            Fault.BLOCKED_PROMPT,
            Fault.BLOCKED_PROMPT_PROHIBITED,
            Fault.BLOCKED_OUTPUT,
            Fault.PROHIBITED_CONTENT,
            Fault.IMAGE_SAFETY,
            Fault.IMAGE_PROHIBITED_CONTENT,
        )
    ),
    *(
        useless(fault, 1, PictureServiceDown, billed=0)
        for fault in (
            Fault.RECITATION,
            Fault.MAX_TOKENS,
            Fault.UNKNOWN_FINISH_REASON,
            Fault.CONTINUATION,
            Fault.NO_IMAGE,
            Fault.WORDS_ONLY,
        )
    ),
    useless(Fault.UNDECODABLE_PICTURE, 1, PictureServiceDown),
    Case(Fault.JPEG_AS_PNG, ANSWERED, 1, 1, outcomes=("paid",)),
    Case(Fault.THOUGHT_DRAFTS, ANSWERED, 1, 1, outcomes=("paid",)),
)


def name(case: Case) -> str:
    return f"{case.fault.value}-{'for ever' if case.times is None else case.times}-{case.seconds}"


def check(raised: EvokeError | None, case: Case, service: str) -> None:
    if case.ends is ANSWERED:
        assert raised is None
        return
    assert type(raised) is case.ends
    if isinstance(raised, GenerationTimedOut):
        assert raised.details == {"timeout_seconds": 1, "service": service}
        assert isinstance(raised.details["timeout_seconds"], int)
    elif case.reason is not None:
        assert raised.details["service"] == service
        assert raised.details["reason"] == case.reason
        assert raised.details["retry_after_seconds"] >= 1
        assert raised.headers["Retry-After"] == str(raised.details["retry_after_seconds"])


@pytest.mark.parametrize("case", TEXT, ids=name)
async def test_texts(case: Case, gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    impatient = case.ends is GenerationTimedOut
    provider = open_gemini(max_retries=RETRIES, timeout_seconds=TIMEOUT if impatient else 5)
    analyst = provider.analyst
    assert analyst is not None
    await provider.check()  # the client is made, so that no part of the deadline is
    gemini.script(case.fault, times=case.times, when="text", seconds=case.seconds)
    raised: EvokeError | None = None
    try:
        await analyst.analyze_story(STORY, PAYER)
    except EvokeError as error:
        raised = error
    check(raised, case, "gemini_api")
    assert len(gemini.calls_for("text")) == case.calls
    assert gemini.billed_texts == case.billed
    assert meter.outcomes == list(case.outcomes)
    assert not meter.open


@pytest.mark.parametrize("case", PICTURE, ids=name)
async def test_pictures(case: Case, gemini: StandIn, open_gemini: Open, meter: MemoryMeter) -> None:
    impatient = case.ends is GenerationTimedOut
    provider = open_gemini(max_retries=RETRIES, picture_timeout_seconds=TIMEOUT if impatient else 5)
    artist = provider.artist
    assert artist is not None
    await provider.check()  # the client is made, so that no part of the deadline is
    gemini.script(case.fault, times=case.times, when="picture", seconds=case.seconds)
    raised: EvokeError | None = None
    try:
        await artist.draw_feeling(FEELING, PAYER)
    except EvokeError as error:
        raised = error
    check(raised, case, "nanobanana_api")
    assert len(gemini.calls_for("picture")) == case.calls
    assert gemini.billed_pictures == case.billed
    assert meter.outcomes == list(case.outcomes)
    assert not meter.open


HOLDS = {Fault.QUOTA_DAY, Fault.QUOTA_DAY_NO_RETRY_INFO}
"""After these nothing is sent for a while: see test_gemini_limits."""


LATE = {Fault.NEVER_ANSWERS, Fault.STALLS_IN_BODY, Fault.HELD}


def patience(fault: Fault) -> float:
    return TIMEOUT if fault in LATE else 10


@pytest.mark.parametrize("fault", [fault for fault in Fault if "text" in fault.kinds and fault not in HOLDS])
async def test_the_next_text_works(fault: Fault, gemini: StandIn, open_gemini: Open) -> None:
    analyst = open_gemini(max_retries=0).analyst
    assert analyst is not None
    gemini.script(fault, times=2, when="text", seconds=0.01)
    for _ in range(2):
        with suppress(EvokeError), deadlines.within(patience(fault)):
            await analyst.analyze_story(STORY, PAYER)
    gemini.clear()
    assert (await analyst.analyze_story(STORY, PAYER)).made_by == "gemini"


@pytest.mark.parametrize("fault", [fault for fault in Fault if "picture" in fault.kinds and fault not in HOLDS])
async def test_the_next_picture_works(fault: Fault, gemini: StandIn, open_gemini: Open) -> None:
    artist = open_gemini(max_retries=0).artist
    assert artist is not None
    gemini.script(fault, when="picture", seconds=0.01)
    with suppress(EvokeError), deadlines.within(patience(fault)):
        await artist.draw_feeling(FEELING, PAYER)
    gemini.clear()
    assert (await artist.draw_feeling(FEELING, PAYER)).made_by == "gemini"
