"""What commands share."""

import os
import pty
import subprocess
import sys

import pytest

from evoke.cli import session
from tests.cli.conftest import Evoke


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_900, "99.9 kB"),
        (123_456, "123 kB"),
        (999_400, "999 kB"),
        (999_600, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
        (7 * 10**12, "7.0 TB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_bytes_for_people(count: int, text: str) -> None:
    assert session.human_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 00 s"), (252, "4 min 12 s"), (7500, "2 h 05 min")],
)
def test_times_for_people(seconds: float, text: str) -> None:
    assert session.human_seconds(seconds) == text


def test_texts_that_would_move_the_cursor() -> None:
    assert session.one_line("a\nb\x1b[2Jé\u202e") == "a\\nb\\x1b[2Jé\\u202e"
    assert session.shown(os.fsdecode(b"/caf\xe9/\xc3\xa9")) == "/caf\\xe9/é"


@pytest.mark.parametrize(("second", "status"), [("blue-window-47", 0), ("green-door-83", 1)])
async def test_a_password_is_asked_for_twice_without_showing_it(
    evoke: Evoke, environment: dict[str, str], second: str, status: int
) -> None:
    shown, ended = _typed(["user", "create", "user1@example.org"], environment, "blue-window-47", second)
    assert ended == status, shown
    assert "Password:" in shown
    assert "Password again:" in shown
    assert "blue-window" not in shown
    assert ("The two are not the same" in shown) == (status == 1)
    assert len((await evoke("user", "list", "--json")).json) == 1 - status


def _typed(arguments: list[str], environment: dict[str, str], *lines: str) -> tuple[str, int]:
    """Run a command on a terminal of its own, typing a line whenever it asks. What was shown, and the status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "evoke", *arguments],
        env={**os.environ, **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    waiting, shown, asked = list(lines), b"", 0
    try:
        while block := os.read(ours, 4096):
            shown += block
            if shown.count(b": ") > asked and waiting:
                asked += 1
                os.write(ours, waiting.pop(0).encode() + b"\n")
    except OSError:  # nobody is at the other end any more
        pass
    os.close(ours)
    return shown.decode(), process.wait()
