"""What an import tells while it goes on, and in the end."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from evoke.cli import session
from evoke.cli.importing.recording import Tally

Looked = Callable[[int], None]
LINE_SECONDS = 2.0
"""How often a log or a file gets a line; a terminal has a bar instead."""


class Teller:
    """Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        console = Console(stderr=True)
        self._now = now
        self._bar = _bar(console) if console.is_terminal else None
        self._task = self._bar.add_task("import", total=None, files=0, of=0) if self._bar else None
        self._files = self._of = self._read = self._size = 0
        self._looked_at = 0
        self._started = self._told = now()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def looked_at(self, files: int) -> None:
        """While folders are searched. Called from another thread."""
        self._looked_at = files
        self._show()

    def begin(self, files: int, size: int) -> None:
        self._of, self._size = files, size
        self._started = self._now()
        if self._bar and self._task is not None:
            self._bar.reset(self._task, total=max(size, 1), files=0, of=files)

    def read(self, count: int) -> None:
        self._read += count
        self._show()

    def done(self, files: int) -> None:
        self._files += files
        self._show()

    def say(self, text: str) -> None:
        """A remark between."""
        if self._bar:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def _show(self) -> None:
        now = self._now()
        if self._bar and self._task is not None:
            if now - self._told > 0.05:
                self._told = now
                files, of = (self._files, self._of) if self._of else (self._looked_at, 0)
                self._bar.update(self._task, completed=self._read, files=files, of=of)
        elif now - self._told >= LINE_SECONDS:
            self._told = now
            print(self._line(now), file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        if not self._of:
            return f"looking: {session.plural(self._looked_at, 'file')}"
        speed = self._read / max(now - self._started, 0.001)
        line = f"{self._files:,} of {session.plural(self._of, 'file')}, {session.human_bytes(speed)}/s"
        return f"{line}, about {session.human_seconds((self._size - self._read) / speed)} left" if speed else line


class _Files(ProgressColumn):
    def render(self, task: Task) -> Text:
        if not task.fields["of"]:
            return Text(f"looking: {session.plural(task.fields['files'], 'file')}")
        return Text(f"{task.fields['files']:,} of {session.plural(task.fields['of'], 'file')}")


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{session.human_bytes(task.speed)}/s" if task.speed else "")


def _bar(console: Console) -> Progress:
    columns = (_Files(), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), _Speed(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def as_json(tally: Tally, seconds: float, *, interrupted: bool) -> dict[str, Any]:
    """The one object that `--json` prints; `seconds` is how long it took, `bytes` what was imported."""
    return {
        "imported": tally.imported,
        "duplicates": tally.duplicates,
        "ignored": tally.ignored,
        "failed": [{"path": each.path, "code": each.code, "message": each.message} for each in tally.failures],
        "live_pairs": tally.live_pairs,
        "bytes": tally.size,
        "seconds": round(seconds, 3),
        "interrupted": interrupted,
        "ended_by": {"code": tally.ended_by.code, "message": tally.ended_by.message} if tally.ended_by else None,
    }


def as_text(tally: Tally, seconds: float, *, interrupted: bool, workers: int | None) -> list[str]:
    """The lines that a person reads in the end. `workers` is how many are running, None when that is not known."""
    lines = [
        f"Imported {session.plural(tally.imported, 'file')} ({session.human_bytes(tally.size)}) "
        f"in {session.human_seconds(seconds)}."
    ]
    if tally.live_pairs:
        lines.append(f"{session.plural(tally.live_pairs, 'live photo')} among them.")
    if tally.duplicates:
        lines.append(f"{session.plural(tally.duplicates, 'file was', 'files were')} there already.")
    if tally.ignored:
        lines.append(f"{session.plural(tally.ignored, 'other file')} ignored: no pictures, no videos.")
    if tally.failures:
        lines.append(f"{session.plural(len(tally.failures), 'file')} could not be imported:")
        lines += [f"  {session.one_line(each.path)}: {each.message} ({each.code})" for each in tally.failures]
    if tally.ended_by:
        lines.append(f"Stopped before the end: {tally.ended_by.message}")
    if tally.ended_by or interrupted:
        lines.append("To go on, run the same command again: what is in the library is skipped quickly.")
    if tally.imported and workers is not None:
        lines.append(_workers(workers))
    return lines


def _workers(workers: int) -> str:
    if workers:
        return "Dates, places and previews are being made by the workers; `evoke status` shows how far they are."
    return "Dates, places and previews are made by workers. None is running: `make run` or `evoke serve` starts them."
