"""`evoke import`: photographs and videos from files and folders of this machine."""

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from evoke.bootstrap import Resources
from evoke.cli import session
from evoke.cli.importing import telling
from evoke.cli.importing.adding import Importer
from evoke.cli.importing.findings import Plan
from evoke.cli.importing.journal import Journal
from evoke.cli.importing.recording import Tally
from evoke.cli.importing.scanning import Scan
from evoke.platform.postgres import activity

app = typer.Typer(add_completion=False)
MAX_JOBS = 32


@app.command()
def import_(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files and folders, with all that is below.")],
    user: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Whose library; needed when there are several.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=MAX_JOBS, help="Files at once.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON object.")] = False,
) -> None:
    """Copy photographs and videos into the library.

    What is in the library already is skipped. Sidecars (XMP, Google Takeout) and the videos of live photos are
    found by their names and go with their pictures. A bad file is listed in the end and stops nothing; the exit
    status is 1 then. Ctrl-C finishes the files under way; the same command later goes on from there.
    """
    raise typer.Exit(session.run(_import(paths, user, jobs, as_json)))


async def _import(paths: list[str], user: str | None, jobs: int, as_json: bool) -> int:
    settings = session.settings()
    started = time.monotonic()
    async with session.opened(settings) as resources:
        actor = await session.find_actor(resources, user)
        with telling.Teller() as teller, _Signals(teller) as signals:
            scan = Scan(never=[settings.data_dir], progress=signals.checked(teller.looked_at))
            try:
                plan = await asyncio.to_thread(scan.run, paths)
            except _Interrupted:
                plan = Plan()
            journal = Journal(settings.data_dir / "imports", actor.user_id)
            try:
                importer = Importer(resources, actor, plan, journal, teller, jobs=jobs)
                with signals.heard_by(importer):
                    tally = await importer.run()
            finally:
                journal.close()
        seconds = time.monotonic() - started
        interrupted = signals.received is not None
        if as_json:
            session.print_json(telling.as_json(tally, seconds, interrupted=interrupted))
        else:
            workers = await _workers(resources)
            for line in telling.as_text(tally, seconds, interrupted=interrupted, workers=workers):
                print(line)
    return _status(tally, signals.received)


def _status(tally: Tally, received: int | None) -> int:
    """As shells have it: 128 and the number of the signal that ended it."""
    if received is not None:
        return 128 + received
    return 1 if tally.failures or tally.ended_by else 0


async def _workers(resources: Resources) -> int:
    async with resources.database.read() as reading:
        return await activity.count_programs(reading, session.WORKER_NAME)


class _Interrupted(Exception):
    pass


class _Signals:
    """Ctrl-C and SIGTERM: the first lets files under way come to their end, the second does not."""

    def __init__(self, teller: telling.Teller) -> None:
        self.received: int | None = None
        self._teller = teller
        self._importer: Importer | None = None

    def __enter__(self) -> "_Signals":
        # Only the main thread of a process may say what signals do.
        self._listens = threading.current_thread() is threading.main_thread()
        if self._listens:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._hear, number)
        return self

    def __exit__(self, *_: object) -> None:
        if self._listens:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().remove_signal_handler(number)

    def checked(self, progress: telling.Looked) -> telling.Looked:
        """`progress`, which from now on ends the search for files once a signal came."""

        def told(files: int) -> None:
            if self.received is not None:
                raise _Interrupted
            progress(files)

        return told

    @contextmanager
    def heard_by(self, importer: Importer) -> Iterator[None]:
        self._importer = importer
        if self.received is not None:
            importer.stop()
        yield
        self._importer = None

    def _hear(self, number: int) -> None:
        again, self.received = self.received is not None, number
        if self._importer is None:
            return
        if again:
            self._importer.abort()
            return
        self._importer.stop()
        self._teller.say("Finishing the files under way. Once more to stop at once.")
