"""A person's browser on the real server."""

import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, async_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
"""The system's own; nothing is downloaded for a test."""
QUIETLY = ("--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync")
PASSWORD = "blue-window-47"
PATIENCE_SECONDS = 60


@dataclass
class Visit:
    """A page and what its browser complained about: scripts that failed, what the policy refused."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    async def go(self, path: str) -> None:
        await self.page.goto(self.base + path)
        await self.page.locator("h1").first.wait_for()

    async def register(self, email: str = "user1@example.org", name: str = "User One") -> None:
        """Make an account by the form; the page then shows where to draw."""
        await self.go("/journal/sign-in?new=")
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Make an account").click()
        await self.page.get_by_role("link", name=f"Settings of {name}").wait_for()

    async def choose_feelings(self, category: str, *names: str) -> None:
        await self.page.get_by_role("radio", name=category).check()
        for name in names:
            await self.page.get_by_role("checkbox", name=name).check()

    async def write_entry(self, situation: str, *emotions: str) -> None:
        await self.go("/journal/new")
        await self.page.get_by_label("What happened?").fill(situation)
        for name in emotions:
            await self.page.get_by_role("checkbox", name=name, exact=True).check()
        await self.page.get_by_role("button", name="Save").click()
        await self.page.get_by_text("Saved.").wait_for()


Open = Callable[..., Awaitable[Visit]]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one browser for all tests: it takes longer to start than most of them. Each has a context of its
    own in it, which shares nothing with the others."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the console is not tried in a browser")
    folder = tmp_path_factory.mktemp("chromium")
    command = [CHROMIUM, *QUIETLY, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            yield f"http://127.0.0.1:{_port(folder / 'DevToolsActivePort')}"
        finally:
            browser.terminate()


def _port(told: Path) -> int:
    """The port that the browser writes into a file when it is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if told.exists() and (lines := told.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.02)
    raise TimeoutError("the browser did not start")


@pytest.fixture
async def open_browser(client: httpx.AsyncClient, chromium: str) -> AsyncIterator[Open]:
    """`visit = await open_browser(**options)`: a browser of a person who has never been here."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        contexts: list[BrowserContext] = []

        async def start(**options: object) -> Visit:
            defaults = {"locale": "en-GB", "timezone_id": "Europe/Lisbon", "reduced_motion": "reduce"}
            context = await browser.new_context(**{"viewport": {"width": 390, "height": 844}, **defaults, **options})  # type: ignore[arg-type]  # options of Playwright
            contexts.append(context)
            visit = Visit(await context.new_page(), str(client.base_url).rstrip("/"))
            visit.page.set_default_timeout(10_000)
            visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            visit.page.on(
                "console",
                lambda message: visit.complaints.append(message.text) if message.type in {"error", "warning"} else None,
            )
            return visit

        yield start
        for context in contexts:
            await context.close()
        await browser.close()


@pytest.fixture
async def visit(open_browser: Open) -> AsyncIterator[Visit]:
    """On a phone. Whatever the browser complains about fails the test."""
    visit = await open_browser()
    yield visit
    assert visit.complaints == []
