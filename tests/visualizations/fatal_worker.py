"""A worker that dies once, at a step of drawing: `python -m tests.visualizations.fatal_worker MARKS STEP`.

MARKS is a folder: `died` is there once it has died, `drawings` is a byte longer for each picture that was drawn.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from evoke.bootstrap import Resources, compose
from evoke.domains.jobs.registry import Registry
from evoke.domains.visualizations import events, stash, tasks
from evoke.platform.blobs.backend import BlobInfo, Source
from evoke.platform.blobs.local import LocalBackend
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.stream import Buffer
from evoke.platform.generation.ports import EntryDrawing, Payer, Picture
from evoke.platform.generation.switch import Generators
from evoke.platform.postgres.engine import WriteSession
from evoke.platform.telemetry import logs
from evoke.settings import load
from evoke.worker import Options, Worker, serve
from tests.factories.generators import FakeAnalyst, FakeArtist

STEPS = ("drawing", "stashed", "writing", "written")


class Fate:
    def __init__(self, marks: Path, step: str) -> None:
        self.marks = marks
        self.step = step

    def comes_at(self, step: str) -> None:
        if step == self.step and not (self.marks / "died").exists():
            (self.marks / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)


class FatalArtist(FakeArtist):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:
        self.fate.comes_at("drawing")
        with (self.fate.marks / "drawings").open("a") as drawings:
            drawings.write("x")
        return await super().draw_entry(drawing, payer)


class FatalBackend:
    def __init__(self, inner: LocalBackend, fate: Fate) -> None:
        self.inner = inner
        self.fate = fate
        self.durable_drafts = inner.durable_drafts

    async def adopt(self, draft: Path, key: str) -> None:
        await self.inner.adopt(draft, key)

    async def put(self, key: str, make: Callable[[], Buffer]) -> None:
        await self.inner.put(key, make)
        if key.startswith(stash.FOLDER):
            self.fate.comes_at("stashed")

    async def open(self, key: str) -> Source:
        return await self.inner.open(key)

    async def delete(self, keys: Sequence[str]) -> None:
        if any(key.startswith(stash.FOLDER) for key in keys):
            self.fate.comes_at("written")
        await self.inner.delete(keys)

    async def exists(self, key: str) -> bool:
        return await self.inner.exists(key)

    def iterate(self, prefix: str) -> AsyncIterator[BlobInfo]:
        return self.inner.iterate(prefix)


def registry(resources: Resources, fate: Fate) -> Registry:
    """The tasks of visualizations, over a storage that is fatal."""
    folder = resources.settings.data_dir / "blobs"
    threads = ThreadPoolExecutor(4)
    store = BlobStore(FatalBackend(LocalBackend(folder, threads), fate), folder / "tmp", threads)
    tools = replace(resources.visualizations, library=replace(resources.library, blobs=store))

    async def dies(_session: WriteSession, _event: events.VisualizationReady) -> None:
        fate.comes_at("writing")

    resources.database.bus.subscribe(events.VisualizationReady, dies)
    return Registry([replace(task, backoff_cap=0.1) for task in tasks.tasks(tools)])


async def main(marks: Path, step: str) -> None:
    settings, fate = load(), Fate(marks, step)
    logs.configure("INFO")
    assert settings.database_url is not None
    generators = Generators("local", "error", local_analyst=FakeAnalyst(), local_artist=FatalArtist(fate))
    resources = compose(settings, settings.database_url.get_secret_value(), generators=generators)
    try:
        options = Options(concurrency=1, heartbeat_timeout=1.0, poll=0.2, grace=5.0, settle=1.0)
        await serve(Worker(resources.database, registry(resources, fate), options))
    finally:
        await resources.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
