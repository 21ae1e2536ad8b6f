"""For everybody: small screens, large text, other languages, the keyboard, names for what has no words."""

import pytest
from playwright.async_api import expect

from tests.console.conftest import Open, Visit

pytestmark = pytest.mark.unmeasured

VIEWS = ["", "/entries", "/new", "/talk", "/calendar", "/charts", "/settings"]
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea, [role=application]')]
  .filter(each => each.checkVisibility() && !(each.getAttribute('aria-label') || each.textContent.trim()
    || each.labels?.length || each.getAttribute('aria-labelledby')))
  .map(each => each.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('button, a.button, a.place, .chip, .category')]
  .filter(each => each.checkVisibility()).map(each => [each.className, each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.className || each.tagName)"""
FADED = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = color => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
  const ground = element => { for (let each = element; each; each = each.parentElement) {
    const style = getComputedStyle(each); if (style.backgroundImage !== 'none' && each !== document.body) return null;
    const found = rgba(style.backgroundColor); if (found[3] === 255) return found; if (found[3] > 8) return null; }
    return rgba(getComputedStyle(document.documentElement).backgroundColor); };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest('.unseen, :disabled')) continue;
    const below = ground(element); if (!below) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(below)].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) found.push([walker.currentNode.data, (a + .05) / (b + .05)]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_view_fits_and_reads(open_browser: Open, scheme: str) -> None:
    """At 360 pixels, and with text twice as large; in both schemes with a contrast of 4.5 (WCAG 2.2, AA)."""
    visit = await open_browser(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = visit.page
    await visit.register()
    await visit.write_entry("A quiet morning.", "Joy", "Frustration")
    for view in VIEWS:
        await visit.go(f"/journal{view}")
        await expect(page.locator(".waiting")).to_have_count(0)
        if view == "":
            await visit.choose_feelings("Not sure", "Cozy")
        assert await page.evaluate(NAMELESS) == [], view
        assert await page.evaluate(SMALL) == [], view
        assert await page.evaluate(FADED) == [], view
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360, view
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await page.evaluate(WIDE) == [], f"{view} at 200%"
    assert visit.complaints == []


async def test_it_speaks_german(open_browser: Open) -> None:
    visit = await open_browser(locale="de-AT", viewport={"width": 360, "height": 740})
    await visit.go("/journal")
    page = visit.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("Wie fühlst du dich gerade?")
    assert await page.evaluate("document.documentElement.lang") == "de"
    await page.get_by_role("radio", name="Schlecht").check()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.complaints == []


async def test_light_and_dark_can_be_chosen(visit: Visit) -> None:
    page = visit.page
    await visit.go("/journal/settings")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("radio", name="Dark").check()
    assert await page.evaluate(ground) != light
    await page.reload()
    await expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert await page.evaluate(ground) != light


async def test_the_calendar_goes_by_keys(open_browser: Open) -> None:
    """Weeks begin where the locale says; arrows cross months."""
    visit = await open_browser(locale="en-US")
    page = visit.page
    await visit.register()
    await visit.go("/journal/calendar?month=2026-02")
    await expect(page.locator(".waiting")).to_have_count(0)
    assert await page.locator(".calendar th").first.get_attribute("abbr") == "Sunday"
    assert await page.locator(".calendar td").first.text_content() == "1"  # 1 February 2026 is a Sunday
    await page.locator(".mood[tabindex='0']").focus()
    for key, day in (
        ("ArrowRight", "2026-02-02"),
        ("ArrowDown", "2026-02-09"),
        ("End", "2026-02-28"),
        ("ArrowRight", "2026-03-01"),
        ("ArrowUp", "2026-02-22"),
        ("PageUp", "2026-01-01"),
        ("ArrowLeft", "2025-12-31"),
    ):
        await page.keyboard.press(key)
        await expect(page.locator(":focus")).to_have_attribute("data-day", day)
    await expect(page.get_by_role("heading", name="December 2025")).to_be_visible()
    assert visit.complaints == []


async def test_a_keyboard_reaches_a_drawing(visit: Visit) -> None:
    page = visit.page
    await visit.go("/journal")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("radio", name="Good")).to_be_focused()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("checkbox", name="Super happy")).to_be_focused()
    await page.keyboard.press("Space")
    for _ in range(5):
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Draw my feeling")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("img", name="An abstract picture of Super happy")).to_be_visible()
