"""Adding what was found: several files at a time, each of them whole or not at all."""

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any, Protocol

from evoke.bootstrap import Resources
from evoke.cli.importing import reading, recording
from evoke.cli.importing.findings import Part, Plan, Unit
from evoke.cli.importing.journal import Journal
from evoke.cli.importing.recording import Group, Recorder, Taken, Tally
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import schemas, service
from evoke.domains.photos.service.adding import Kept, Received
from evoke.platform.metadata import sidecars
from evoke.platform.metadata.errors import InvalidSidecar

LOOK_AHEAD = 500
"""Units whose presence in the library is asked about at once."""


class Progress(Protocol):
    def begin(self, files: int, size: int) -> None: ...

    def read(self, count: int) -> None:
        """So many bytes more were dealt with."""
        ...

    def done(self, files: int) -> None:
        """So many files more were dealt with."""
        ...


class Importer:
    """`run` once. `stop` lets what is under way come to its end; `abort` gives that up too."""

    def __init__(
        self, resources: Resources, actor: Actor, plan: Plan, journal: Journal, progress: Progress, *, jobs: int
    ) -> None:
        self.tally = Tally(ignored=plan.ignored, failures=list(plan.failures))
        self._recorder = Recorder(resources, actor, journal, self.tally)
        self._resources = resources
        self._actor = actor
        self._plan = plan
        self._journal = journal
        self._progress = progress
        self._jobs = jobs
        self._sizes: set[int] = set()
        self._stopping = False
        self._aborted = False

    def stop(self) -> None:
        self._stopping = True

    def abort(self) -> None:
        self._stopping = self._aborted = True

    async def run(self) -> Tally:
        self._progress.begin(self._plan.files, self._plan.size)
        try:
            async with self._resources.database.read() as session:
                self._sizes = await service.counting.list_sizes(session, self._actor)
            units, turn = self._missing(), asyncio.Lock()
            async with self._recorder:
                await asyncio.gather(*(self._work(units, turn) for _ in range(self._jobs)))
            await units.aclose()
        except Exception as error:
            self._give_up(error)
        self.tally.ended_by = self.tally.ended_by or self._recorder.ended_by
        return self.tally

    def _give_up(self, error: Exception) -> None:
        """End with what ends everything; raise what was not foreseen."""
        hopeless = recording.hopeless(error)
        if hopeless is None:
            raise error
        self.tally.ended_by = self.tally.ended_by or hopeless
        self._stopping = True

    async def _missing(self) -> AsyncGenerator[Unit]:
        """The units that are not known to be in the library. Those that are, are counted."""
        for batch in _batches(self._plan.units, LOOK_AHEAD):
            known = await self._present(batch)
            for unit in batch:
                if all(part.file.path in known for part in unit.parts):
                    self.tally.duplicates += len(unit.parts)
                    for part in unit.parts:
                        self._finished(part, read=0)
                else:
                    yield unit

    async def _present(self, units: Sequence[Unit]) -> set[str]:
        """Paths of files that are unchanged since they were imported, and still in the library."""
        imported = self._journal.known([part for unit in units for part in unit.parts])
        if not imported:
            return set()
        there = await self._find(set(imported.values()))
        return {path for path, sha256 in imported.items() if sha256 in there}

    async def _find(self, digests: set[bytes]) -> dict[bytes, Any]:
        """Photo ids of those of these originals that are in the library."""
        items = [schemas.CheckItem(id=digest.hex(), checksum=digest.hex()) for digest in digests]
        async with self._resources.database.read() as session:
            answer = await service.reading.check(session, self._actor, items)
        return {bytes.fromhex(result.id): result.photo_id for result in answer.results if result.exists}

    async def _work(self, units: AsyncGenerator[Unit], turn: asyncio.Lock) -> None:
        while not self._stopping and self._recorder.ended_by is None:
            try:
                async with turn:
                    unit = await anext(units, None)
                if unit is None:
                    return
                await self._add(unit)
            except reading.Stopped:
                return
            except Exception as error:
                self._give_up(error)

    async def _add(self, unit: Unit) -> None:
        main = await self._attempt(unit.main)
        # Alone, the video of a live photo is a video like any other.
        is_picture = main is not None and main.type == "image"
        video = await self._attempt(unit.video, hidden=is_picture) if unit.video else None
        if taken := tuple(each for each in (main, video) if each is not None):
            live = is_picture and video is not None and video.type == "video"
            await self._recorder.put(Group(taken, live))

    async def _attempt(self, part: Part, *, hidden: bool = False) -> Taken | None:
        """The file, taken; None when it cannot be, which is noted."""
        sent = 0

        def told(count: int) -> None:
            nonlocal sent
            sent += count
            self._progress.read(count)

        try:
            return await self._take(part, hidden, told)
        except reading.Stopped:
            raise
        except Exception as error:
            if recording.hopeless(error) is not None:
                raise
            self.tally.fail(part.file.path, error)
            return None
        finally:
            self._finished(part, read=sent)

    async def _take(self, part: Part, hidden: bool, told: reading.Told) -> Taken:
        sidecar, whole = await self._sidecar(part)
        source = await reading.opened(part.file, lambda: self._aborted)
        try:
            seen = part.file.size in self._sizes
            self._sizes.add(part.file.size)
            if seen and sidecar is None:
                # To read it is cheaper than to read, encrypt and write it for nothing.
                sha256 = await asyncio.to_thread(source.sha256)
                if photo_id := (await self._find({sha256})).get(sha256):
                    return Taken(part, source.kind.type, sha256, photo_id, None, whole)
            received = _received(part, sidecar, hidden=hidden and source.kind.type == "video")
            kept = await self._keep(source, received, told, certainly_new=not seen or sidecar is None)
            return Taken(part, source.kind.type, kept.sha256, kept.photo_id, kept, whole)
        finally:
            source.close()

    async def _keep(
        self, source: reading.Source, received: Received, told: reading.Told, *, certainly_new: bool
    ) -> Kept:
        library, actor = self._resources.library, self._actor
        key = await library.key_for_writing(actor.user_id)
        async with library.blobs.spool(key, max_bytes=library.options.max_upload_bytes) as spool:
            await source.send(spool, told)
            return await service.adding.keep(
                self._resources.database, library, actor, spool, received, certainly_new=certainly_new
            )

    async def _sidecar(self, part: Part) -> tuple[bytes | None, bool]:
        """The sidecar, and whether all was well with it. A bad one is noted; the photo comes without it."""
        if part.sidecar is None:
            return None, True
        try:
            most = self._resources.library.options.max_sidecar_bytes
            content = await asyncio.to_thread(reading.read_sidecar, part.sidecar, most)
            sidecars.parse(content)
        except InvalidSidecar as error:
            if part.sidecar.name.lower().endswith(".json") and _is_json(content):
                self.tally.ignored += 1  # some other program's
                return None, True
            self.tally.fail(part.sidecar.path, error)
            return None, False
        except reading.Unreadable as error:
            self.tally.fail(part.sidecar.path, error)
            return None, False
        return content, True

    def _finished(self, part: Part, *, read: int) -> None:
        self._progress.read(part.file.size - read)
        self._progress.done(1)


def _received(part: Part, sidecar: bytes | None, *, hidden: bool) -> Received:
    created, modified = reading.moments(part.file)
    return Received(
        file_name=reading.file_name(part.file),
        sidecar=sidecar,
        file_created_at=created,
        file_modified_at=modified,
        hidden=hidden,
        bulk=True,
    )


def _batches(units: Sequence[Unit], size: int) -> Iterator[Sequence[Unit]]:
    for start in itertools.count(0, size):
        if start >= len(units):
            return
        yield units[start : start + size]


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
