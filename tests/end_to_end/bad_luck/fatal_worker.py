"""Workers that die at a step of processing: `python -m tests.end_to_end.bad_luck.fatal_worker MARKS CONCURRENCY`.

One works at a time, forked from a process that looks after it: when it was killed the next one takes its place, and
the file `deaths` in the folder MARKS is a byte longer.

The name of a photo says where the worker that has it is killed: `reading.jpg` before its original is read, and so on
through STEPS; `always.jpg` kills every worker that examines it, as a broken decoder does. Other photos, and each of
STEPS the second time, go well: a file in the folder MARKS remembers the first.
"""

import asyncio
import os
import signal
import sys
import traceback
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from evoke.bootstrap import Resources, compose
from evoke.domains.jobs.context import JobContext
from evoke.domains.jobs.registry import Registry, Task
from evoke.domains.photos import events, examining, tasks
from evoke.domains.photos.models import Photo
from evoke.domains.photos.service import adding
from evoke.platform.blobs.backend import Backend, BlobInfo, Source
from evoke.platform.blobs.local import LocalBackend
from evoke.platform.blobs.scratch import ScratchFile
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.stream import Buffer
from evoke.platform.metadata import raw, reading
from evoke.platform.places.finder import KnownPlaces
from evoke.platform.postgres.engine import WriteSession
from evoke.platform.telemetry import logs
from evoke.settings import load
from evoke.worker import Options, Worker, serve

STEPS = ("reading", "examining", "keeping", "kept", "writing", "written")
MOST_LIVES = 12
QUICK = {"heartbeat_timeout": 1.0, "poll": 0.2, "grace": 5.0, "settle": 1.0}
_photo: ContextVar[str] = ContextVar("photo", default="")


class Fate:
    def __init__(self, marks: Path) -> None:
        self.marks = marks

    def comes_at(self, step: str) -> None:
        """Die here, when the photo in hand wants it."""
        if _photo.get() == "always" and step == "examining":
            self._die()
        if _photo.get() == step and not (self.marks / step).exists():
            (self.marks / step).touch()
            self._die()

    def _die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class FatalBackend:
    """A local backend under which the process dies: before it reads, in the middle of a write, after the last one."""

    def __init__(self, inner: LocalBackend, fate: Fate) -> None:
        self.inner = inner
        self.fate = fate
        self.durable_drafts = inner.durable_drafts

    async def adopt(self, draft: Path, key: str) -> None:
        await self.inner.adopt(draft, key)

    async def put(self, key: str, make: Callable[[], Buffer]) -> None:
        if key.endswith("/thumbnail"):
            self.fate_of_half_a_file(make)
        await self.inner.put(key, make)
        if key.endswith("/preview"):
            self.fate.comes_at("kept")

    def fate_of_half_a_file(self, make: Callable[[], Buffer]) -> None:
        half = ScratchFile(self.inner.scratch)
        half.write(bytes(make())[:100])
        self.fate.comes_at("keeping")
        half.discard()

    async def open(self, key: str) -> Source:
        self.fate.comes_at("reading")
        return await self.inner.open(key)

    async def delete(self, keys: Sequence[str]) -> None:
        await self.inner.delete(keys)

    async def exists(self, key: str) -> bool:
        return await self.inner.exists(key)

    def iterate(self, prefix: str) -> AsyncIterator[BlobInfo]:
        return self.inner.iterate(prefix)


class FatalReader:
    def __init__(self, inner: raw.MetadataReader, fate: Fate) -> None:
        self.name = inner.name
        self.inner = inner
        self.fate = fate

    def read(self, source: raw.Source, mime_type: str) -> raw.RawMetadata:
        self.fate.comes_at("examining")
        return self.inner.read(source, mime_type)


def registry(resources: Resources, fate: Fate) -> Registry:
    """The tasks of the library, over ports that are fatal; sweeping takes blobs of any age."""
    folder = resources.settings.data_dir / "blobs"
    threads = ThreadPoolExecutor(4)
    backend: Backend = FatalBackend(LocalBackend(folder, threads), fate)
    store = BlobStore(backend, folder / "tmp", threads)
    options = replace(resources.library.options, sweep_grace_seconds=0)
    library = replace(resources.library, blobs=store, options=options)
    tools = examining.Tools(reader=FatalReader(reading.best_reader(), fate), places=KnownPlaces())
    found = {task.kind: task for task in tasks.tasks(library, tools)}
    found[adding.PROCESS] = watched(found[adding.PROCESS], fate)

    async def dies(_session: WriteSession, _event: events.PhotoProcessed) -> None:
        fate.comes_at("writing")

    resources.database.bus.subscribe(events.PhotoProcessed, dies)
    return Registry(found.values())


def watched(task: Task, fate: Fate) -> Task:
    async def handler(context: JobContext, photo_id: uuid.UUID) -> None:
        async with context.database.read() as session:
            name = await session.scalar(select(Photo.file_name).where(Photo.id == photo_id))
        _photo.set((name or "").partition(".")[0])
        await task.handler(context, photo_id=photo_id)
        fate.comes_at("written")

    return replace(task, handler=handler, backoff_cap=0.1)


async def main(marks: Path, concurrency: int) -> None:
    settings = load()
    logs.configure("INFO")
    assert settings.database_url is not None
    resources = compose(settings, settings.database_url.get_secret_value())
    try:
        options = Options(concurrency=concurrency, threads=2, **QUICK)
        await serve(Worker(resources.database, registry(resources, Fate(marks)), options))
    finally:
        await resources.close()


def live(marks: Path, concurrency: int) -> int:
    """Run a worker to its end; its exit status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(main(marks, concurrency))
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def look_after(marks: Path, concurrency: int) -> int:
    for _ in range(MOST_LIVES):
        status = live(marks, concurrency)
        if status != -signal.SIGKILL:
            return status
        with (marks / "deaths").open("a") as deaths:
            deaths.write("x")
    return 1


if __name__ == "__main__":
    sys.exit(look_after(Path(sys.argv[1]), int(sys.argv[2])))
