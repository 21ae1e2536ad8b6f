"""The stand-in as a program, and as what it is on a socket."""

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE

import httpx
import pytest

from evoke.cli.dev.gemini import stand_in as stand_ins
from tests.cli.conftest import runner
from tests.factories.gemini import Fault, StandIn

PATH = "/v1beta/models/gemini-3.8-flash:generateContent"
HELLO = b'{"contents": [{"parts": [{"text": "Hello."}]}]}'


async def test_it_says_how_to_use_it_and_ends_when_told() -> None:
    options = ("--port", "0", "--key", "mine", "--fault", "quota_day", "--for", "text", "--times", "1")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evoke", "dev", "gemini", *options, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    variables = dict(line.split("=", 1) for line in lines)
    assert variables["GEMINI_API_KEY"] == "mine"
    headers = {"x-goog-api-key": variables["GEMINI_API_KEY"]}
    async with httpx.AsyncClient(base_url=variables["GOOGLE_GEMINI_BASE_URL"], headers=headers) as client:
        assert [(await client.post(PATH, content=HELLO)).status_code for _ in range(2)] == [429, 200]
        process.send_signal(signal.SIGTERM)
        _, said = await process.communicate()
    assert process.returncode == 0
    assert [line.split()[-2:] for line in said.decode().splitlines()[1:]] == [["429", "quota_day"], ["200", "well"]]
    assert "mine" not in said.decode()


async def test_what_cannot_be_is_one_line() -> None:
    evoke = runner({})
    for arguments in (("--fault", "rain"), ("--for", "music"), ("--fault", "bad_json", "--for", "picture")):
        outcome = await evoke("dev", "gemini", *arguments)
        assert (outcome.status, outcome.stdout) == (1, ""), outcome
        assert outcome.stderr
    with socket.socket() as taken:
        taken.bind((stand_ins.HOST, 0))
        taken.listen()
        outcome = await evoke("dev", "gemini", "--port", str(taken.getsockname()[1]))
    assert (outcome.status, "--port" in outcome.stderr) == (1, True)


async def test_the_faults_are_listed() -> None:
    outcome = await runner({})("dev", "gemini", "--faults")
    assert [line.split()[0] for line in outcome.stdout.splitlines()] == [fault.value for fault in Fault]


def request(gemini: StandIn, *more: str, body: bytes = HELLO) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "host: here", f"x-goog-api-key: {gemini.key}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def statuses(gemini: StandIn, sent: bytes, count: int) -> list[int]:
    """The statuses of the first `count` answers to these bytes, all on one connection."""
    reader, writer = await asyncio.open_connection(stand_ins.HOST, gemini.port)
    try:
        writer.write(sent)
        found = []
        for _ in range(count):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            found.append(int(head.split()[1]))
            length = re.search(r"content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
        return found
    finally:
        writer.close()
        await writer.wait_closed()


async def test_connections_are_kept_and_may_hurry(gemini: StandIn) -> None:
    length = f"content-length: {len(HELLO)}"
    assert await statuses(gemini, request(gemini, length) * 3, 3) == [200] * 3
    chunked = request(gemini, "transfer-encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(HELLO), HELLO))
    assert await statuses(gemini, chunked + request(gemini, length), 2) == [200] * 2
    waits = request(gemini, length, "expect: 100-continue", body=b"")
    assert await statuses(gemini, waits, 1) == [100]


@pytest.mark.parametrize(
    "sent", [b"moon\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nhost: a\r\nbad\r\n\r\n"]
)
async def test_what_is_no_http_is_told_so(gemini: StandIn, sent: bytes) -> None:
    assert await statuses(gemini, sent, 1) == [400]


async def test_closing_drops_whoever_waits() -> None:
    gemini = StandIn()
    await gemini.open()
    gemini.script(Fault.NEVER_ANSWERS)
    waiting = asyncio.create_task(statuses(gemini, request(gemini, f"content-length: {len(HELLO)}"), 1))
    await gemini.until(lambda: any(call.status for call in gemini.calls))
    await gemini.close()
    with pytest.raises((EOFError, ConnectionError)):
        await waiting
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(stand_ins.HOST, gemini.port)
