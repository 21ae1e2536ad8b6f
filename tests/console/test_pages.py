"""The console over HTTP: pages, their files, and what a browser is told about them."""

import asyncio
import http.client
import json
import re
from pathlib import Path

import httpx
import pytest

import evoke.console
from evoke.console import assets

STATIC = Path(evoke.console.__file__).parent / "static"
FILES = sorted(str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file())
PAGES = ["/journal", "/journal/entries", "/journal/entries/01985f0e-7b5a-7cc2-9d51-4c3a7d1c2b11", "/journal/sign-in"]
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def addresses(page: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', page)


async def test_the_root_leads_to_the_journal(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/journal")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_one_that_asks_nobody_else(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert all(address.startswith("/assets/") for address in addresses(answer.text))


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_script_or_style_of_its_own(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path)).text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []


async def test_every_file_that_is_asked_for_is_there(client: httpx.AsyncClient) -> None:
    """From the page through every import, as a browser would go."""
    waiting = addresses((await client.get("/journal")).text)
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = await client.get(address)
        assert answer.status_code == 200, address
        if address.endswith(".js"):
            imports = re.findall(r'from "(\.[^"]+)"', answer.text)
            waiting += [str(httpx.URL(address).join(found)) for found in imports]
    assert {address.split("/", 3)[3] for address in seen} == set(FILES), "a file that nothing asks for"


async def test_files_are_kept_for_ever_under_their_version(client: httpx.AsyncClient) -> None:
    for path in FILES:
        answer = await client.get(f"{assets.load().prefix}/{path}")
        assert answer.content == (STATIC / path).read_bytes(), path
        assert answer.headers["content-type"] == TYPES[Path(path).suffix], path
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_an_old_version_gets_what_there_is_and_asks_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/0123456789abcdef/js/main.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/journal", "/assets/current/css/base.css"])
async def test_what_is_known_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_head_says_the_same_without_the_body(client: httpx.AsyncClient) -> None:
    plain = {"Accept-Encoding": "identity"}
    whole, head = await client.get("/journal", headers=plain), await client.head("/journal", headers=plain)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize(
    "path",
    [
        "/assets/x/../app.py",
        "/assets/x/%2e%2e/app.py",
        "/assets/x/..%2fapp.py",
        "/assets/x/js/..%5c..%5capp.py",
        "/assets/x//etc/passwd",
        "/assets/x/js/",
        "/assets/x/js/main.js%00.css",
        "/assets/x/",
        "/journal/nowhere",
        "/nowhere",
        "/api/v1/nowhere",
    ],
)
async def test_there_is_nothing_else(client: httpx.AsyncClient, path: str) -> None:
    def ask() -> tuple[int, bytes]:
        """By a client that sends a path as it is, dots and all."""
        connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    status, body = await asyncio.to_thread(ask)
    assert status == 404
    assert json.loads(body)["error"]["code"] == "NOT_FOUND"


async def test_a_page_takes_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post("/journal")
    assert answer.status_code == 405
    assert answer.json()["success"] is False


def test_the_version_is_that_of_the_files() -> None:
    console = assets.load()
    assert set(console.static) == set(FILES)
    assert console.version == assets.load().version
    assert console.prefix.encode() in console.pages["journal"].content
    assert assets.PLACEHOLDER.encode() not in console.pages["journal"].content
