"""The files themselves, while somebody else may be at them; and what is told meanwhile."""

import os
import pty
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evoke.cli.importing import reading, telling
from evoke.cli.importing.findings import File
from evoke.cli.importing.scanning import Scan
from evoke.domains.photos.errors import UnsupportedMedia
from tests.cli import files
from tests.factories import people


def look(path: Path, **changes: Any) -> File:
    found = File.of(str(path), path.stat())
    values = {name: getattr(found, name) for name in ("path", "size", "modified_ns", "created")}
    return File(**{**values, **changes})


def never() -> bool:
    return False


@pytest.mark.parametrize("changes", [{"size": 5}, {"size": 10**7}, {"modified_ns": 1}])
def test_a_file_that_changed_since_it_was_seen_is_not_taken(folder: Path, changes: dict[str, int]) -> None:
    source = reading.Source(look(files.jpeg(folder / "one.jpg", 1), **changes), never)
    with pytest.raises(reading.FileChanged):
        source.sha256()
    source.close()


def test_reading_ends_when_it_is_told_to(folder: Path) -> None:
    told = iter([False, False, True])
    path = files.jpeg(folder / "one.jpg", 1)
    with path.open("ab") as file:
        file.truncate(10 * reading.BLOCK_BYTES)
    source = reading.Source(look(path), lambda: next(told))
    with pytest.raises(reading.Stopped):
        source.sha256()
    source.close()


def test_what_cannot_be_a_source(folder: Path) -> None:
    text = folder / "text.jpg"
    text.write_text("no picture")
    with pytest.raises(UnsupportedMedia):
        reading.Source(look(text), never)
    gone = look(text)
    text.unlink()
    with pytest.raises(reading.Unreadable, match="no such file"):
        reading.Source(gone, never)
    os.mkfifo(text)
    with pytest.raises(reading.Unreadable, match="not a regular file"):
        reading.Source(gone, never)


@pytest.mark.parametrize(
    ("nanoseconds", "moment"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-86_400_000_000_000, datetime(1969, 12, 31, tzinfo=UTC)),
        (2**62, datetime(2116, 2, 20, 23, 53, 38, 427388, tzinfo=UTC)),
        (10**21, None),
        (-(10**21), None),
    ],
)
def test_times_that_no_calendar_has_are_none(nanoseconds: int, moment: datetime | None) -> None:
    assert reading.moments(File("/a.jpg", 1, nanoseconds, 5.0)) == (datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC), moment)


def test_the_plan_knows_how_much_there_is(folder: Path) -> None:
    one, two = files.jpeg(folder / "a.jpg", 1), files.video(folder / "a.mov", seconds=1)
    seen: list[int] = []
    plan = Scan(progress=seen.append).run([str(folder), str(one), f"{folder}/../{folder.name}/a.mov"])
    assert (plan.files, plan.size, len(plan.units)) == (2, one.stat().st_size + two.stat().st_size, 1)
    assert seen == [1, 2]


def test_lines_are_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = [1000.0]
    with telling.Teller(lambda: now[0]) as teller:
        for seconds, tell in (
            (0.0, lambda: teller.looked_at(5)),
            (3.0, lambda: teller.looked_at(6)),
            (0.0, lambda: teller.begin(10, 4000)),
            (1.0, lambda: teller.read(1000)),
            (1.5, lambda: teller.done(2)),
            (0.1, lambda: teller.done(3)),
        ):
            now[0] += seconds
            tell()
    assert capsys.readouterr().err.splitlines() == [
        "looking: 6 files",
        "2 of 10 files, 400 B/s, about 7.5 s left",
    ]


async def test_a_terminal_gets_a_bar(
    start: Callable[..., Any], resources: object, person: people.Person, folder: Path
) -> None:
    for number in range(20):
        files.jpeg(folder / f"{number}.jpg", number)
    ours, theirs = pty.openpty()
    process = start("import", folder, stderr=theirs, env={"TERM": "xterm-256color", "COLUMNS": "100"})
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:  # how a terminal says that nobody is at its other end
        pass
    os.close(ours)
    stdout, _ = process.communicate()
    assert process.returncode == 0
    assert "Imported 20 files" in stdout
    assert b"of 20 files" in shown
    assert b" %" in shown
