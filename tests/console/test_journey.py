"""What a person does with the journal, in a real browser on the real server with the local generators."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Route, expect

from evoke.bootstrap import Resources
from tests.console.conftest import PASSWORD, Visit
from tests.factories import library

pytestmark = pytest.mark.unmeasured

STORY = (
    "Since the team was halved I answer for two jobs, and every evening I carry the rest home. My boss keeps adding "
    "deadlines, and I do not sleep."
)


async def test_from_the_first_feeling_to_the_charts(visit: Visit) -> None:
    page = visit.page
    await visit.register()
    await visit.choose_feelings("Good", "Cozy", "Chill")
    await page.get_by_role("button", name="Draw my feeling").click()
    picture = page.get_by_role("img", name="An abstract picture of Cozy and Chill")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 512
    await expect(page.get_by_text("Drawn on this machine")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Save picture").click()
    saved = await (await download.value).path()
    assert saved.read_bytes().startswith(b"\x89PNG")

    await visit.write_entry("A long walk by the river.", "Joy", "Contentment")
    await page.get_by_role("link", name="Calendar").click()
    today = page.locator(".mood[aria-current=date]")
    await expect(today).to_have_accessible_name(expected_day("Joy and Contentment, noticeable, one entry"))
    await expect(page.get_by_text("A long walk by the river.")).to_be_visible()

    await page.get_by_role("link", name="Charts").click()
    tables = page.locator(".chart table")
    await expect(tables).to_have_count(2)
    assert "50% · noticeable" in (await tables.nth(0).text_content() or "")
    assert "JoyContentment" in (await tables.nth(1).text_content() or "")
    await page.locator(".chart-area").first.focus()
    await page.keyboard.press("End")
    await expect(page.locator(".chart .bubble").first).to_contain_text("noticeable")


def expected_day(rest: str) -> str:
    """How a screen reader hears today, in the zone of the browser."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Europe/Lisbon"))
    return f"{now:%A}, {now.day} {now:%B %Y}: {rest}"


async def test_a_story_becomes_a_map_that_can_be_read(visit: Visit) -> None:
    """Without an account."""
    page = visit.page
    await visit.go("/journal")
    await visit.choose_feelings("Bad", "Down")
    await page.get_by_role("button", name="Write what happened").click()
    await page.get_by_label("What happened?").fill("Too short.")
    await page.get_by_role("button", name="Draw my story").click()
    await expect(page.get_by_role("alert").filter(has_text="40 more characters")).to_be_visible()
    await page.get_by_label("What happened?").fill(STORY)
    answers: list[str] = []

    async def listen(route: Route) -> None:
        answer = await route.fetch()
        assert answer.headers["content-type"].startswith("text/event-stream")
        answers.append(await answer.text())
        await route.fulfill(response=answer)

    await page.route("**/visualizations/story", listen)
    await page.get_by_role("button", name="Draw my story").click()
    await expect(page.get_by_role("heading", name="The map of your story")).to_be_visible()
    complete = answers[0].split("event: complete\ndata: ")[1].split("\n")[0]
    factors = json.loads(complete)["story_analysis"]["factors"]

    frame = await page.locator(".picture-frame").bounding_box()
    assert frame is not None
    for factor in factors:
        target = page.locator(".target").and_(page.get_by_role("button", name=factor["factor"]))
        box = await target.bounding_box()
        assert box is not None
        left, top = ((22, 22), (78, 22), (22, 78), (78, 78))[factor["corner"]]
        assert abs((box["x"] + box["width"] / 2 - frame["x"]) / frame["width"] * 100 - left) < 0.5
        assert abs((box["y"] + box["height"] / 2 - frame["y"]) / frame["height"] * 100 - top) < 0.5
        assert abs(box["width"] / frame["width"] * 100 - 18) < 0.5
        await target.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name=factor["factor"])
        await expect(dialog).to_contain_text(factor["insight"])
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(target).to_be_focused()
    await page.locator(".factors button").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text(factors[0]["insight"])
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("You are not signed in: this drawing is kept nowhere.")).to_be_visible()


async def test_somebody_to_talk_to_stands_above_everything(visit: Visit) -> None:
    page = visit.page
    await visit.go("/journal")
    await visit.choose_feelings("Bad", "Down")
    await page.get_by_role("button", name="Write what happened").click()
    await page.get_by_label("What happened?").fill(f"{STORY} I want to kill myself.")
    await page.get_by_role("button", name="Draw my story").click()
    support = page.get_by_role("region", name="You don't have to carry this alone")
    await expect(support).to_be_visible()
    assert await page.locator(".drawn > :first-child").get_attribute("class") == "support"
    await expect(page.get_by_role("img", name="A quiet abstract picture")).to_be_visible()
    await expect(page.locator(".target")).to_have_count(0)
    links = await support.get_by_role("link").evaluate_all("links => links.map(link => link.href)")
    assert links
    assert all(link.startswith(("tel:", "sms:", "https://")) for link in links)


async def test_an_entry_is_written_drawn_changed_and_deleted(visit: Visit, resources: Resources) -> None:
    page = visit.page
    await visit.register()
    await visit.write_entry("The plan changed again.", "Frustration")
    await page.get_by_role("radio", name="Metaphor").check()
    async with library.working(resources):
        await page.get_by_role("button", name="Draw this entry").click()
        picture = page.get_by_role("img", name="Metaphor")
        await expect(picture).to_be_visible(timeout=30_000)
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 512
    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("What happened?").fill("The plan changed, and it is better now.")
    await page.get_by_role("checkbox", name="Frustration").uncheck()
    await page.get_by_role("checkbox", name="Surprise").check()
    await page.get_by_role("slider").fill("90")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The plan changed, and it is better now.")).to_be_visible()
    await expect(page.get_by_text("overwhelming")).to_be_visible()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", name="Nothing written yet")).to_be_visible()


async def test_a_conversation_ends_as_an_entry(visit: Visit) -> None:
    page = visit.page
    await visit.register()
    await visit.go("/journal/talk")
    await page.get_by_label("What is on your mind?").fill("My manager gave my project to somebody else.")
    await page.get_by_role("button", name="Begin").click()
    finish = page.get_by_role("button", name="Make it an entry")
    for _ in range(5):
        option = page.locator(".option").first
        await expect(option.or_(finish)).to_be_visible()
        if await finish.is_visible():
            break
        said = await page.locator(".bubble-mine").count()
        await option.click()
        await expect(page.locator(".bubble-mine")).to_have_count(said + 1)
    await page.get_by_role("checkbox", name="Anger").check()
    await finish.click()
    await page.get_by_role("link", name="Open the entry").click()
    await expect(page.get_by_role("link", name="Edit")).to_be_visible()


async def test_what_people_write_stays_words(visit: Visit) -> None:
    page = visit.page
    markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script><b>bold</b>"
    await visit.register(name="<b>User</b>")
    await visit.write_entry(markup, "Joy")
    await expect(page.locator(".entry-situation")).to_have_text(markup)
    await visit.go("/journal/entries")
    await expect(page.locator(".entry-text")).to_have_text(markup)
    assert await page.locator("main b, main script, main img").count() == 0
    assert await page.title() != "taken"


async def test_a_session_is_renewed_and_ends(visit: Visit, client: httpx.AsyncClient) -> None:
    page = visit.page
    await visit.register()
    spoil = "({token, expires}) => { const found = JSON.parse(localStorage['evoke.session']); " + (
        "if (token) found.access_token = token; if (expires !== null) found.expires_at = expires; "
        "localStorage['evoke.session'] = JSON.stringify(found); }"
    )
    kept = "JSON.parse(localStorage['evoke.session'])"
    first = await page.evaluate(kept)
    await page.evaluate(spoil, {"token": None, "expires": 0})  # old
    await visit.go("/journal/entries")
    await expect(page.get_by_role("heading", name="Nothing written yet")).to_be_visible()
    second = await page.evaluate(kept)
    assert second["refresh_token"] != first["refresh_token"]

    await page.evaluate(spoil, {"token": "spoiled", "expires": None})  # refused, though it looks good
    await visit.go("/journal/charts")
    await expect(page.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    third = await page.evaluate(kept)
    assert third["refresh_token"] != second["refresh_token"]

    await visit.go("/journal/settings")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert await page.evaluate("localStorage['evoke.session'] ?? null") is None
    refused = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {third['access_token']}"})
    assert refused.status_code == 401
    assert [each for each in visit.complaints if "401" not in each] == []
    visit.complaints.clear()  # the browser reports every 401, also the ones that were wanted here


async def test_a_wrong_password_is_told_kindly(visit: Visit) -> None:
    page = visit.page
    await visit.go("/journal/sign-in?next=/journal/calendar")
    await page.get_by_label("E-mail address").fill("nobody@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("E-mail address or password are not right.")
    visit.complaints.clear()


@pytest.mark.parametrize("path", ["//evil.example.org", "https://evil.example.org/journal", "javascript:alert(1)"])
async def test_signing_in_leads_nowhere_else(visit: Visit, path: str) -> None:
    await visit.go(f"/journal/sign-in?new=&next={path}")
    page = visit.page
    await page.get_by_label("Name").fill("User")
    await page.get_by_label("E-mail address").fill("user1@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make an account").click()
    await expect(page.get_by_role("heading", name="How do you feel right now?")).to_be_visible()
    assert page.url == f"{visit.base}/journal"


async def test_a_journal_is_taken_along_and_erased(visit: Visit) -> None:
    page = visit.page
    await visit.register()
    await visit.write_entry("The last one.", "Sadness")
    await visit.go("/journal/settings")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Export my journal").click()
    archive = await (await download.value).path()
    assert archive.read_bytes().startswith(b"PK")
    await page.get_by_role("button", name="Erase my journal").click()
    sure = page.get_by_role("dialog").get_by_role("button", name="Erase my journal")
    await expect(sure).to_be_disabled()
    await page.get_by_label("Write “erase” to go on").fill("erase")
    await sure.click()
    await expect(page.get_by_text("Your journal is erased.")).to_be_visible()
    await visit.go("/journal/entries")
    await expect(page.get_by_role("heading", name="Nothing written yet")).to_be_visible()
