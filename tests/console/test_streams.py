"""How the page takes what a server may answer to a drawing: slowly, in pieces, not at all."""

import json
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.console.conftest import Visit

pytestmark = pytest.mark.unmeasured

STORY = "For weeks I have been waiting for an answer, and every day without one makes the next one longer."
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
REQUEST_ID = "01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b99"


def factor(number: int, **more: Any) -> dict[str, Any]:
    return {"factor": f"Factor {number}", "insight": f"Insight {number}.", **more}


def drawn(*factors: dict[str, Any]) -> dict[str, Any]:
    return {
        "image_data": PIXEL,
        "image_format": "png",
        "image_size": {"width": 1, "height": 1},
        "prompt_used": "",
        "dominant_colors": ["#E2E8F0", "#A8E6CF", "#D4C4E8"],
        "generation_time_ms": 1200,
        "generated_by": "gemini",
        "story_analysis": {"central_stressor": "Waiting", "factors": list(factors), "language": "en"},
    }


def event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


async def ask(visit: Visit, body: str, *, status: int = 200, media_type: str = "text/event-stream") -> None:
    """Have a story drawn by a server that answers with `body`."""

    async def answer(route: Route) -> None:
        headers = {"X-Request-ID": REQUEST_ID}
        await route.fulfill(status=status, body=body, content_type=media_type, headers=headers)

    await visit.page.route("**/visualizations/story", answer)
    await begin(visit)


async def begin(visit: Visit) -> None:
    await visit.go("/journal")
    await visit.choose_feelings("Not sure", "Blah")
    await visit.page.get_by_role("button", name="Write what happened").click()
    await visit.page.get_by_label("What happened?").fill(STORY)
    await visit.page.get_by_role("button", name="Draw my story").click()


async def test_progress_and_comments_and_then_the_picture(visit: Visit) -> None:
    progress = event("progress", {"progress": 40, "status": "processing", "message": "Reading"})
    body = ": hello\r\n\r\n" + progress.replace("\n", "\r\n") + event("complete", drawn(*map(factor, range(3))))
    await ask(visit, body)
    await expect(visit.page.get_by_role("button", name="Factor 2").first).to_be_visible()
    await expect(visit.page.get_by_text("Drawn by Gemini")).to_be_visible()


async def test_two_that_share_a_corner_share_a_place(visit: Visit) -> None:
    factors = [*(factor(number, corner=number) for number in range(4)), factor(4, corner=1)]
    await ask(visit, event("complete", drawn(*factors)))
    shared = visit.page.locator(".target").and_(visit.page.get_by_role("button", name="Factor 1 and Factor 4"))
    await shared.click()
    await expect(visit.page.get_by_role("dialog")).to_contain_text("Insight 1.")
    await expect(visit.page.get_by_role("dialog")).to_contain_text("Insight 4.")


async def test_a_server_without_streams_is_as_good(visit: Visit) -> None:
    envelope = {"success": True, "data": drawn(*map(factor, range(4))), "meta": {"timestamp": "2026-03-21T16:04:22Z"}}
    await ask(visit, json.dumps(envelope), media_type="application/json")
    await expect(visit.page.locator(".target")).to_have_count(5)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (event("failed", {"code": "GENERATION_TIMEOUT", "message": "…", "details": {}}), "Drawing took too long"),
        (event("failed", {"code": "SOMETHING_NEW", "message": "In words.", "details": {}}), "In words."),
        (event("progress", {"progress": 10, "status": "processing", "message": "Reading"}), "The connection ended"),
    ],
)
async def test_a_failure_is_told_and_nothing_is_lost(visit: Visit, body: str, words: str) -> None:
    await ask(visit, body)
    alert = visit.page.get_by_role("alert").filter(has_text=words)
    await expect(alert).to_contain_text(REQUEST_ID)
    await expect(visit.page.get_by_label("What happened?")).to_have_value(STORY)
    await expect(visit.page.get_by_role("checkbox", name="Blah")).to_be_checked()


async def test_too_much_says_when_to_come_back(visit: Visit) -> None:
    error = {"code": "RATE_LIMIT_EXCEEDED", "message": "…", "details": {"retry_after_seconds": 77}}
    body = json.dumps({"success": False, "error": error, "meta": {"request_id": REQUEST_ID}})
    await ask(visit, body, status=429, media_type="application/json")
    await expect(visit.page.get_by_role("alert").first).to_contain_text("Try again in 77 seconds.")
    visit.complaints.clear()  # the browser reports every answer that is an error


async def test_an_answer_that_is_no_json_is_told_too(visit: Visit) -> None:
    await ask(visit, "<h1>Bad Gateway</h1>", status=502, media_type="text/html")
    await expect(visit.page.get_by_role("alert").first).to_contain_text("does not understand")
    visit.complaints.clear()


async def test_no_server_is_told_too(visit: Visit) -> None:
    await visit.page.route("**/visualizations/story", lambda route: route.abort())
    await begin(visit)
    await expect(visit.page.get_by_role("alert").first).to_contain_text("cannot be reached")
    visit.complaints.clear()


async def test_a_drawing_can_be_given_up(visit: Visit) -> None:
    page = visit.page
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/visualizations/story", hold)
    await begin(visit)
    await expect(page.get_by_role("progressbar")).to_be_visible()
    async with page.expect_event("requestfailed") as given_up:
        await page.get_by_role("button", name="Cancel").click()
    assert (await given_up.value).url.endswith("/visualizations/story")
    await expect(page.get_by_label("What happened?")).to_have_value(STORY)
    assert await page.get_by_role("alert").filter(has_text="went wrong").count() == 0
