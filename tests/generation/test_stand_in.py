"""The stand-in for Gemini, driven by the official SDK: what goes well, and every fault as the SDK shows it."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any, Literal

import httpx
import httpx2
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image
from pydantic import BaseModel, Field

from tests.factories.gemini import Fault, StandIn

TEXT = "gemini-3.8-flash"
PICTURE = "gemini-3-pro-image"


class Factor(BaseModel):
    label: str = Field(min_length=3, max_length=30)
    insight: str


class Analysis(BaseModel):
    stressor: str
    factors: list[Factor] = Field(min_length=3, max_length=5)
    palette: list[str] = Field(min_length=2, max_length=4, description="colours, #RRGGBB")
    mood: Literal["good", "bad"]
    intensity: float = Field(ge=0, le=1)
    note: str | None = None


def sdk(gemini: StandIn, **options: Any) -> genai.Client:
    http = types.HttpOptions(base_url=gemini.base_url, api_version="v1beta", **options)
    return genai.Client(api_key=gemini.key, http_options=http)


@pytest.fixture
async def client(gemini: StandIn) -> AsyncIterator[genai.Client]:
    client = sdk(gemini)
    yield client
    await client.aio.aclose()
    client.close()


async def ask(client: genai.Client, words: str = "What is it about?", **config: Any) -> types.GenerateContentResponse:
    """A text call; the answer is an Analysis as JSON."""
    wanted = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Analysis, **config)
    return await client.aio.models.generate_content(model=TEXT, contents=words, config=wanted)


async def draw(
    client: genai.Client, words: str = "Soft shapes.", ratio: str = "1:1", **config: Any
) -> types.GenerateContentResponse:
    image = types.ImageConfig(aspect_ratio=ratio, image_size="1K")
    wanted = types.GenerateContentConfig(response_modalities=["IMAGE"], image_config=image, **config)
    return await client.aio.models.generate_content(model=PICTURE, contents=words, config=wanted)


def inline(answer: types.GenerateContentResponse) -> list[bytes]:
    """The bytes of every picture that is no thought."""
    parts = answer.parts or []
    return [part.inline_data.data or b"" for part in parts if part.inline_data and not part.thought]


def reason_of(answer: types.GenerateContentResponse) -> str:
    assert answer.candidates
    assert answer.candidates[0].finish_reason
    return answer.candidates[0].finish_reason.value


# ---- Going well ------------------------------------------------------------------------------------------------------


async def test_words_that_keep_to_a_schema(gemini: StandIn, client: genai.Client) -> None:
    answer = await ask(client, system_instruction="Be brief.", temperature=1.5)
    assert isinstance(answer.parsed, Analysis)
    assert len({factor.label for factor in answer.parsed.factors}) == len(answer.parsed.factors)
    assert all(color.startswith("#") and len(color) == 7 for color in answer.parsed.palette)
    assert (reason_of(answer), answer.model_version) == ("STOP", TEXT)
    usage = answer.usage_metadata
    assert usage is not None
    total = (usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count)
    assert usage.total_token_count == sum(count or 0 for count in total)
    assert all(total)
    (call,) = gemini.calls
    assert (call.kind, call.model, call.words) == ("text", TEXT, "Be brief.\nWhat is it about?")
    assert call.headers["x-goog-api-key"] == gemini.key
    assert (gemini.billed_texts, gemini.billed_pictures) == (1, 0)


async def test_a_json_schema_is_kept_to_as_well(client: genai.Client) -> None:
    wanted = types.GenerateContentConfig(
        response_mime_type="application/json", response_json_schema=Analysis.model_json_schema()
    )
    answer = await client.aio.models.generate_content(model=TEXT, contents="And this?", config=wanted)
    Analysis.model_validate_json(answer.text or "")


async def test_answers_are_the_same_for_the_same_request(client: genai.Client) -> None:
    first, again, other = [(await ask(client, words)).text for words in ("one", "one", "two")]
    assert first == again != other
    picture, same, another = [inline(await draw(client, words)) for words in ("one", "one", "two")]
    assert picture == same != another


@pytest.mark.parametrize(
    ("ratio", "size"), [("1:1", (1024, 1024)), ("4:5", (928, 1152)), ("16:9", (1376, 768)), ("21:9", (1584, 672))]
)
async def test_pictures_have_the_size_of_their_ratio(
    gemini: StandIn, client: genai.Client, ratio: str, size: tuple[int, int]
) -> None:
    answer = await draw(client, ratio=ratio)
    (content,) = inline(answer)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", size)
        assert len(picture.resize((16, 16)).getcolors() or []) > 16
    assert answer.usage_metadata is not None
    assert answer.usage_metadata.candidates_token_count == 1120
    assert (gemini.billed_texts, gemini.billed_pictures) == (0, 1)


async def test_words_come_with_a_picture_unless_only_a_picture_is_wanted(client: genai.Client) -> None:
    answer = await client.aio.models.generate_content(model=PICTURE, contents="A leaf.")
    assert answer.text
    assert len(inline(answer)) == 1


async def test_thoughts_count_against_the_limit_of_tokens(client: genai.Client) -> None:
    answer = await ask(client, max_output_tokens=20)
    assert (reason_of(answer), answer.text, answer.parsed) == ("MAX_TOKENS", None, None)
    answer = await ask(client, max_output_tokens=140)
    assert (reason_of(answer), answer.parsed) == ("MAX_TOKENS", None)
    assert answer.text


async def test_models_are_listed_and_found(gemini: StandIn, client: genai.Client) -> None:
    names = [model.name async for model in await client.aio.models.list()]
    assert f"models/{PICTURE}" in names
    assert (await client.aio.models.get(model=TEXT)).name == f"models/{TEXT}"
    gemini.script(Fault.UNAVAILABLE, when="models")
    with pytest.raises(errors.ServerError):
        await client.aio.models.get(model=TEXT)
    assert (gemini.billed_texts, [call.kind for call in gemini.calls]) == (0, ["models"] * 3)


async def test_tokens_are_counted_for_nothing(gemini: StandIn, client: genai.Client) -> None:
    counted = await client.aio.models.count_tokens(model=TEXT, contents="eight letters are two" * 4)
    assert counted.total_tokens == 21
    assert gemini.billed_texts == 0


# ---- Faults ----------------------------------------------------------------------------------------------------------

CLIENT_ERRORS = {
    Fault.BAD_REQUEST: (400, "INVALID_ARGUMENT"),
    Fault.WRONG_KEY: (400, "INVALID_ARGUMENT"),
    Fault.NO_BILLING: (400, "FAILED_PRECONDITION"),
    Fault.UNAUTHENTICATED: (401, "UNAUTHENTICATED"),
    Fault.PERMISSION_DENIED: (403, "PERMISSION_DENIED"),
    Fault.MODEL_GONE: (404, "NOT_FOUND"),
    Fault.QUOTA_MINUTE: (429, "RESOURCE_EXHAUSTED"),
    Fault.QUOTA_MINUTE_NO_RETRY_INFO: (429, "RESOURCE_EXHAUSTED"),
    Fault.QUOTA_DAY: (429, "RESOURCE_EXHAUSTED"),
    Fault.QUOTA_DAY_NO_RETRY_INFO: (429, "RESOURCE_EXHAUSTED"),
    Fault.QUOTA_NO_DETAILS: (429, "RESOURCE_EXHAUSTED"),
}
SERVER_ERRORS = {Fault.INTERNAL: 500, Fault.UNAVAILABLE: 503, Fault.DEADLINE_EXCEEDED: 504, Fault.HTML_502: 502}
BROKEN: dict[Fault, type[Exception]] = {
    Fault.NEVER_ANSWERS: httpx2.ReadTimeout,
    Fault.STALLS_IN_BODY: httpx2.ReadTimeout,
    Fault.SLOW: httpx2.ReadTimeout,
    Fault.RESETS: httpx2.ReadError,
    Fault.CLOSES_EARLY: httpx2.RemoteProtocolError,
    Fault.CUTS_BODY: httpx2.RemoteProtocolError,
    Fault.NOT_JSON: json.JSONDecodeError,
}
EMPTY_HANDED = {
    Fault.BLOCKED_OUTPUT: "SAFETY",
    Fault.RECITATION: "RECITATION",
    Fault.PROHIBITED_CONTENT: "PROHIBITED_CONTENT",
    Fault.MAX_TOKENS: "MAX_TOKENS",
    Fault.UNKNOWN_FINISH_REASON: "MOON_IN_THE_WRONG_HOUSE",
    Fault.IMAGE_SAFETY: "IMAGE_SAFETY",
    Fault.IMAGE_PROHIBITED_CONTENT: "IMAGE_PROHIBITED_CONTENT",
    Fault.NO_IMAGE: "NO_IMAGE",
}
NOTHING_AT_ALL = {
    Fault.EMPTY: None,
    Fault.BLOCKED_PROMPT: "SAFETY",
    Fault.BLOCKED_PROMPT_PROHIBITED: "PROHIBITED_CONTENT",
}
SPOILED_JSON = {Fault.BAD_JSON, Fault.FENCED_JSON, Fault.TRUNCATED_JSON, Fault.OTHER_SCHEMA}
ALONE = {Fault.WORDS_ONLY, Fault.JPEG_AS_PNG, Fault.UNDECODABLE_PICTURE, Fault.THOUGHT_DRAFTS} | {
    Fault.CONTINUATION,
    Fault.HELD,
}
"""Each has a test of its own."""
CALLS = {"text": ask, "picture": draw}


def table(faults: Any) -> list[Any]:
    """Every fault with every kind of call that it can happen to."""
    return [
        pytest.param(fault, kind, id=f"{fault.value}-{kind}")
        for fault in faults
        for kind in fault.kinds
        if kind != "models"
    ]


def test_every_fault_is_tested() -> None:
    assert (
        set(Fault) == {*CLIENT_ERRORS, *SERVER_ERRORS, *BROKEN, *EMPTY_HANDED, *NOTHING_AT_ALL, *SPOILED_JSON} | ALONE
    )


@pytest.mark.parametrize(("fault", "kind"), table(CLIENT_ERRORS))
async def test_refusals(gemini: StandIn, client: genai.Client, fault: Fault, kind: Any) -> None:
    gemini.script(fault)
    with pytest.raises(errors.ClientError) as refused:
        await CALLS[kind](client)
    assert (refused.value.code, refused.value.status) == CLIENT_ERRORS[fault]
    assert (len(gemini.calls), gemini.billed_texts, gemini.billed_pictures) == (1, 0, 0)
    await CALLS[kind](client)


@pytest.mark.parametrize(
    ("fault", "period", "delay"),
    [
        (Fault.QUOTA_MINUTE, "PerMinute", "7s"),
        (Fault.QUOTA_MINUTE_NO_RETRY_INFO, "PerMinute", None),
        (Fault.QUOTA_DAY, "PerDay", "43200s"),
        (Fault.QUOTA_DAY_NO_RETRY_INFO, "PerDay", None),
    ],
)
async def test_quotas_say_which_and_when(
    gemini: StandIn, client: genai.Client, fault: Fault, period: str, delay: str | None
) -> None:
    gemini.script(fault)
    with pytest.raises(errors.ClientError) as refused:
        await ask(client)
    details = {each["@type"].rpartition(".")[2]: each for each in refused.value.details["error"]["details"]}
    assert period in details["QuotaFailure"]["violations"][0]["quotaId"]
    assert details.get("RetryInfo", {}).get("retryDelay") == delay


@pytest.mark.parametrize(("fault", "kind"), table(SERVER_ERRORS))
async def test_errors_of_the_server(gemini: StandIn, client: genai.Client, fault: Fault, kind: Any) -> None:
    gemini.script(fault)
    with pytest.raises(errors.ServerError) as failed:
        await CALLS[kind](client)
    assert failed.value.code == SERVER_ERRORS[fault]
    assert (len(gemini.calls), gemini.billed_texts, gemini.billed_pictures) == (1, 0, 0)
    await CALLS[kind](client)


@pytest.mark.parametrize(("fault", "kind"), table(BROKEN))
async def test_answers_that_do_not_arrive(gemini: StandIn, fault: Fault, kind: Any) -> None:
    gemini.script(fault, seconds=60)
    # What is sent is longer than the wait, which the service would refuse otherwise.
    impatient = sdk(gemini, timeout=300, headers={"X-Server-Timeout": "60"})
    with pytest.raises(BROKEN[fault]) as failed:
        await CALLS[kind](impatient)
    assert type(failed.value) is BROKEN[fault]
    await impatient.aio.aclose()
    impatient.close()
    (call,) = gemini.calls
    if fault is not Fault.NOT_JSON:
        await call.gone.wait()
    assert (gemini.billed_texts, gemini.billed_pictures) == ((1, 0) if kind == "text" else (0, 1))
    client = sdk(gemini)
    await CALLS[kind](client)
    await client.aio.aclose()
    client.close()


@pytest.mark.filterwarnings("ignore:MOON_IN_THE_WRONG_HOUSE:UserWarning")
@pytest.mark.parametrize(("fault", "kind"), table(EMPTY_HANDED))
async def test_answers_without_content(gemini: StandIn, client: genai.Client, fault: Fault, kind: Any) -> None:
    gemini.script(fault)
    answer = await CALLS[kind](client)
    assert reason_of(answer) == EMPTY_HANDED[fault]
    assert (answer.text, answer.parsed, inline(answer)) == (None, None, [])
    assert (len(gemini.calls), gemini.calls[0].billed, gemini.billed_pictures) == (1, True, 0)


@pytest.mark.parametrize(("fault", "kind"), table(NOTHING_AT_ALL))
async def test_answers_without_candidates(gemini: StandIn, client: genai.Client, fault: Fault, kind: Any) -> None:
    gemini.script(fault)
    answer = await CALLS[kind](client)
    assert answer.candidates is None
    feedback = answer.prompt_feedback
    assert (feedback.block_reason.value if feedback and feedback.block_reason else None) == NOTHING_AT_ALL[fault]


@pytest.mark.parametrize("fault", sorted(SPOILED_JSON))
async def test_json_that_is_none(gemini: StandIn, client: genai.Client, fault: Fault) -> None:
    gemini.script(fault)
    answer = await ask(client)
    assert (reason_of(answer), answer.parsed) == ("STOP", None)
    assert answer.text
    assert gemini.billed_texts == 1


async def test_pictures_that_are_none(gemini: StandIn, client: genai.Client) -> None:
    for fault in (Fault.WORDS_ONLY, Fault.JPEG_AS_PNG, Fault.UNDECODABLE_PICTURE, Fault.THOUGHT_DRAFTS):
        gemini.script(fault)
    answer = await draw(client)
    assert (reason_of(answer), inline(answer)) == ("STOP", [])
    assert answer.text

    (content,) = inline(answer := await draw(client))
    assert answer.parts
    assert answer.parts[-1].inline_data
    assert answer.parts[-1].inline_data.mime_type == "image/png"
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "JPEG"

    (content,) = inline(await draw(client))
    with pytest.raises(OSError, match=r"cannot identify|broken|truncated"), Image.open(io.BytesIO(content)) as picture:
        picture.load()

    drafts = await draw(client)
    (content,) = inline(drafts)
    thoughts = [part.inline_data.data for part in drafts.parts or [] if part.thought and part.inline_data]
    assert len(thoughts) == 2
    assert content not in thoughts
    assert gemini.billed_pictures == 3


async def test_the_rest_of_a_continuation_is_another_call(gemini: StandIn, client: genai.Client) -> None:
    whole = (await ask(client)).text
    gemini.script(Fault.CONTINUATION)
    answer = await ask(client, automatic_continuation=False)
    assert reason_of(answer) == "CONTINUATION"
    assert len(gemini.calls) == 2
    gemini.script(Fault.CONTINUATION)
    assert (await ask(client)).text == whole
    assert gemini.billed_texts == 4


# ---- Scripts ---------------------------------------------------------------------------------------------------------


async def test_answers_are_scripted_in_order(gemini: StandIn, client: genai.Client) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(drawn, "WEBP", lossless=True)
    gemini.script({"mood": "calm"}, times=2)
    gemini.script("just words")
    gemini.script(drawn.getvalue())
    answer = await draw(client)
    assert inline(answer) == [drawn.getvalue()]
    texts = [(await ask(client)).text for _ in range(4)]
    assert texts[:3] == ['{"mood":"calm"}', '{"mood":"calm"}', "just words"]
    Analysis.model_validate_json(texts[3] or "")


async def test_faults_for_one_kind_leave_the_other_alone(gemini: StandIn, client: genai.Client) -> None:
    gemini.script(Fault.UNAVAILABLE, times=None, when="picture")
    await ask(client)
    for _ in range(2):
        with pytest.raises(errors.ServerError):
            await draw(client)
    gemini.clear()
    await draw(client)


def test_what_cannot_happen_is_not_scripted() -> None:
    stand_in = StandIn()
    for what, when in ((Fault.WORDS_ONLY, "text"), (Fault.BAD_JSON, "picture"), (b"bytes", "text"), ("w", "models")):
        with pytest.raises(ValueError, match="call for"):
            stand_in.script(what, when=when)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="times"):
        stand_in.script(Fault.RESETS, times=0)


async def test_many_calls_are_held_at_once(gemini: StandIn, client: genai.Client) -> None:
    gemini.script(Fault.HELD, times=20)
    calls = [asyncio.create_task(ask(client, f"number {number}")) for number in range(20)]
    await gemini.until(lambda: sum(call.status is not None for call in gemini.calls) == 20)
    await ask(client)  # others are answered meanwhile
    assert not any(call.done() for call in calls)
    gemini.release()
    assert all(isinstance(answer.parsed, Analysis) for answer in await asyncio.gather(*calls))


async def test_a_client_that_leaves_is_noticed(gemini: StandIn, client: genai.Client) -> None:
    gemini.script(Fault.NEVER_ANSWERS)
    task = asyncio.create_task(draw(client))
    await gemini.until(lambda: any(call.status for call in gemini.calls))
    assert not gemini.calls[0].gone.is_set()
    task.cancel()
    await gemini.calls[0].gone.wait()
    assert gemini.billed_pictures == 1


async def test_the_latency_is_kept_to(gemini: StandIn, client: genai.Client) -> None:
    gemini.latency = 60
    task = asyncio.create_task(ask(client))
    await gemini.until(lambda: any(call.status for call in gemini.calls))
    assert not task.done()
    task.cancel()
    await gemini.calls[0].gone.wait()


async def test_a_running_one_is_switched_over_http(gemini: StandIn, client: genai.Client) -> None:
    async with httpx.AsyncClient(base_url=gemini.base_url) as admin:
        for bad in (
            {"fault": "rain"},
            {"fault": "bad_json", "for": "picture"},
            {"fault": "resets", "text": "x"},
            {"a": 1},
        ):
            answer = await admin.put("/_stand-in/faults", json=[{"fault": "resets"}, bad])
            assert (answer.status_code, list(answer.json())) == (400, ["error"])
        assert (await admin.put("/_stand-in/faults", content=b"{")).status_code == 400
        await ask(client)

        order = {"fault": "quota_minute", "for": "text", "times": 1, "seconds": 3, "latency": 0.01}
        answer = await admin.put("/_stand-in/faults", json=[order, {"json": {"mood": "switched"}}])
        assert [step["fault"] for step in answer.json()["scripted"]] == ["quota_minute", "scripted text"]
        assert set(answer.json()["faults"]) == {fault.value for fault in Fault}
        with pytest.raises(errors.ClientError, match="3s"):
            await ask(client)
        assert (await ask(client)).text == '{"mood":"switched"}'
        await admin.put("/_stand-in/faults", json=[])
        assert isinstance((await ask(client)).parsed, Analysis)

        calls = (await admin.get("/_stand-in/calls")).json()["calls"]
        assert [call["fault"] for call in calls] == [None, "quota_minute", None, None]
        assert gemini.key not in json.dumps(calls)
        await admin.delete("/_stand-in/calls")
        assert gemini.calls == []
        assert (await admin.get("/_stand-in/moon")).status_code == 404
