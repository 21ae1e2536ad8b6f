"""The parts of the Gemini side that need no service: prices, failures, replies, finished pictures."""

import asyncio
import io
from datetime import UTC, date, datetime

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evoke.platform.generation import deadlines, png
from evoke.platform.generation.checks import Unusable
from evoke.platform.generation.errors import ContentFiltered
from evoke.platform.generation.gemini import answers, failures, finishing, pricing, reply
from evoke.platform.generation.gemini.failures import Fault
from evoke.platform.generation.gemini.pricing import Price, Spent
from tests.factories import pictures

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


# ---- Prices ----------------------------------------------------------------------------------------------------------


def test_prices_change_with_the_year() -> None:
    before = pricing.price_of("gemini-3.8-flash", "text", date(2026, 12, 31), {})
    after = pricing.price_of("models/gemini-3.8-flash", "text", date(2027, 1, 1), {})
    assert (before.input, before.output) == (750_000, 3_750_000)
    assert (after.input, after.output) == (1_500_000, 7_500_000)


@pytest.mark.parametrize("kind", ["text", "picture"])
def test_an_unknown_model_counts_as_the_dearest(kind: str) -> None:
    unknown = pricing.price_of("gemini-9", kind, date(2026, 11, 1), {})  # type: ignore[arg-type]  # one of the two
    for prices in pricing.KNOWN.values():
        for _, price in prices:
            assert unknown.input >= price.input
            assert unknown.output >= price.output
    assert kind == "text" or unknown.picture == 240_000
    assert pricing.price_of("gemini-9", "text", date(2026, 11, 1), {"gemini-9": Price(1, 2)}) == Price(1, 2)


def test_a_picture_costs_what_the_list_says() -> None:
    price = pricing.price_of("gemini-3-pro-image", "picture", date(2026, 11, 1), {})
    assert pricing.cost(price, Spent(picture_tokens=1120)) == 134_000
    assert pricing.cost(price, Spent(input_tokens=1000, text_tokens=100, picture_tokens=1120)) == 137_200
    assert pricing.cost(price, Spent(input_tokens=1)) == 2


def test_what_is_set_aside_covers_what_may_come() -> None:
    price = Price(1_000_000, 10_000_000)
    assert pricing.most(price, "text", 4000) == 2000 + 81_920
    assert pricing.cost(price, Spent(1000, pricing.MAX_TEXT_OUTPUT_TOKENS)) < pricing.most(price, "text", 4000)


# ---- Failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("7s", 7.0), ("0.250s", 0.25), ("7", None), ("-3s", None), ("1e3s", None), (7, None), (None, None)],
)
def test_retry_info(delay: object, seconds: float | None) -> None:
    details = {
        "error": {"details": ["odd", {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]}
    }
    fault = failures.of_answer(429, "RESOURCE_EXHAUSTED", details, now=NOW)
    assert (fault.kind, fault.outcome, fault.delay, fault.lasting) == ("quota", "unpaid", seconds, False)


@pytest.mark.parametrize(
    "details", [None, [], "text", {"error": "text"}, {"error": {"details": "text"}}, {"error": []}]
)
def test_details_may_be_anything(details: object) -> None:
    assert failures.of_answer(503, "", details, now=NOW).kind == "overloaded"


@pytest.mark.parametrize(("status", "kind"), [(302, "refused"), (418, "refused"), (408, "server"), (599, "server")])
def test_other_answers(status: int, kind: str) -> None:
    assert failures.of_answer(status, "", None, now=NOW).kind == kind


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (NOW, 12),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), 24),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),  # the clock goes back
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1),
    ],
)
def test_midnight_in_california(now: datetime, hours: int) -> None:
    assert failures.until_midnight_pacific(now) == hours * 3600


# ---- Replies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "null", "[]", "<html>", '{"candidates": "none"}', '{"candidates": [7]}'])
def test_a_body_that_is_no_response(body: str) -> None:
    with pytest.raises(Fault) as raised:
        reply.parse(body)
    assert (raised.value.kind, raised.value.outcome) == ("bad_answer", "unknown")


def test_the_last_picture_that_is_no_thought_counts() -> None:
    found = reply.parse(
        '{"candidates": [{"finishReason": "STOP", "content": {"parts": ['
        '{"text": "hm", "thought": true}, {"inlineData": {"data": "MQ=="}}, {"inlineData": {"data": "Mg=="}},'
        '{"inlineData": {"data": "Mw=="}, "thought": true}, {"text": "Here"}, {"text": " it is"}]}}]}'
    )
    assert (found.picture, found.text, found.usage.pictures) == ("Mg==", "Here it is", 2)
    assert found.spent.picture_tokens == 2240, "where the service does not count them, we do"
    found.check()


@pytest.mark.parametrize("reason", sorted(reply.FILTERED))
def test_refusals_of_the_filter(reason: str) -> None:
    with pytest.raises(ContentFiltered) as raised:
        reply.parse(f'{{"candidates": [{{"finishReason": "{reason}"}}]}}').check()
    assert raised.value.details == {}


@pytest.mark.parametrize("text", ['{"a": 1}', "[]", "", "{", '```json\n{"language": 3}\n```'])
def test_answers_that_are_none(text: str) -> None:
    with pytest.raises(Unusable):
        answers.read(text, answers.StoryAnswer)


@pytest.mark.parametrize("text", ["{}", "```json\n{}\n```", " ```\n{}\n```\n", "```JSON\n{}```"])
def test_answers_in_a_fence(text: str) -> None:
    content = '{"situation": "I", "text": "You", "insights": ["So"], "more": 1}'
    assert answers.read(text.replace("{}", content), answers.SummaryAnswer).insights == ["So"]


# ---- Pictures --------------------------------------------------------------------------------------------------------


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("size", [(1024, 1024), (1376, 768), (300, 400)])
def test_pictures_come_out_square(form: str, size: tuple[int, int]) -> None:
    image = opened(finishing.square_png(pictures.encode(form, 3, size=size), 512))
    assert (image.format, image.mode, image.size, image.info) == ("PNG", "RGB", (512, 512), {})


def test_nothing_of_the_makers_metadata_stays() -> None:
    info = PngInfo()
    info.add_text("Author", "somebody")
    buffer = io.BytesIO()
    Image.new("RGBA", (600, 600), (200, 10, 10, 0)).save(
        buffer, "PNG", pnginfo=info, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"
    )
    image = opened(finishing.square_png(buffer.getvalue(), 512))
    assert image.info == {}
    assert not image.getexif()
    assert image.getpixel((0, 0)) == (255, 255, 255), "what is transparent is white"


@pytest.mark.parametrize(
    "received",
    [
        b"",
        b"hello",
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        pictures.jpeg(size=(800, 800))[:-2000],
        pictures.encode("PNG", 1, size=(60, 60)),
        b"%PDF-1.7",
    ],
    ids=["empty", "text", "damaged", "cut", "tiny", "document"],
)
def test_what_is_no_picture(received: bytes) -> None:
    with pytest.raises(Unusable):
        finishing.square_png(received, 512)


def test_a_bomb_is_not_opened() -> None:
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "PNG")
    with pytest.raises(Unusable):
        finishing.square_png(buffer.getvalue(), 512)


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (512, 512)])
def test_pngs_have_the_pixels_that_they_were_made_of(size: tuple[int, int]) -> None:
    image = Image.effect_noise(size, 60).convert("RGB")
    assert opened(png.encode(image)).tobytes() == image.tobytes()


def test_pngs_are_of_rgb() -> None:
    with pytest.raises(ValueError, match="RGBA"):
        png.encode(Image.new("RGBA", (2, 2)))


# ---- Deadlines -------------------------------------------------------------------------------------------------------


async def test_deadlines() -> None:
    assert deadlines.remaining(60) == 60
    with deadlines.within(30):
        assert 29 < deadlines.remaining(60) <= 30
        assert deadlines.remaining(5) == 5
        with deadlines.within(90):
            assert deadlines.remaining(60) <= 30
        with deadlines.within(-1):
            assert deadlines.remaining(60) == 0
        inner = asyncio.create_task(asyncio.sleep(0, deadlines.remaining(60)))
        assert await inner <= 30
    assert deadlines.remaining(60) == 60
