"""Adding what was found: several files at a time, each of them whole or not at all."""

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from evoke.bootstrap import Resources
from evoke.cli.importing import reading
from evoke.cli.importing.findings import Failure, Part, Plan, Unit
from evoke.cli.importing.journal import Journal
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import errors, schemas, service
from evoke.domains.photos.service.adding import Kept, Received
from evoke.kit.errors import EvokeError, Misconfigured, ServiceUnavailable, StorageFull
from evoke.platform.blobs.errors import StorageUnavailable
from evoke.platform.crypto.errors import WrongKey
from evoke.platform.metadata import sidecars
from evoke.platform.metadata.errors import InvalidSidecar
from evoke.platform.postgres.engine import is_unavailable

log = structlog.get_logger(__name__)

LOOK_AHEAD = 500
"""Units whose presence in the library is asked about at once."""
_DISK_FULL = "53100"
_HOPELESS = (StorageFull, StorageUnavailable, errors.QuotaExceeded, WrongKey, Misconfigured)
"""What would happen to every following file as well."""


class Progress(Protocol):
    def begin(self, files: int, size: int) -> None: ...
    def read(self, count: int) -> None:
        """So many bytes more were dealt with."""
        ...

    def done(self, files: int) -> None:
        """So many files more were dealt with."""
        ...


@dataclass
class Tally:
    """What became of the files. `size` is in bytes, of what was imported; `ended_by` is why the rest was left."""

    imported: int = 0
    duplicates: int = 0
    live_pairs: int = 0
    size: int = 0
    ignored: int = 0
    failures: list[Failure] = field(default_factory=list)
    ended_by: EvokeError | None = None


@dataclass(frozen=True)
class _Taken:
    """A file that is in the store (`kept`), or was in the library already. Not `whole` when its sidecar was bad."""

    part: Part
    type: str
    sha256: bytes
    photo_id: Any
    kept: Kept | None
    whole: bool


class Importer:
    """`run` once. `stop` lets what is under way come to its end; `abort` gives that up too."""

    def __init__(
        self, resources: Resources, actor: Actor, plan: Plan, journal: Journal, progress: Progress, *, jobs: int
    ) -> None:
        self.tally = Tally(ignored=plan.ignored, failures=list(plan.failures))
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
            async with asyncio.TaskGroup() as tasks:
                for _ in range(self._jobs):
                    tasks.create_task(self._work(units, turn))
            await units.aclose()
        except* EvokeError as group:
            raise group.exceptions[0] from None
        return self.tally

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
        while not self._stopping:
            try:
                async with turn:
                    unit = await anext(units, None)
                if unit is None:
                    return
                await self._add(unit)
            except reading.Stopped:
                return
            except Exception as error:
                hopeless = _hopeless(error)
                if hopeless is None:
                    raise
                self.tally.ended_by = self.tally.ended_by or hopeless
                self._stopping = True

    async def _add(self, unit: Unit) -> None:
        main = await self._attempt(unit.main)
        # Alone, the video of a live photo is a video like any other.
        is_picture = main is not None and main.type == "image"
        video = await self._attempt(unit.video, hidden=is_picture) if unit.video else None
        taken = [each for each in (main, video) if each is not None]
        if not taken:
            return
        try:
            await self._record(taken, live=is_picture and video is not None and video.type == "video")
        except Exception as error:
            if _hopeless(error) is not None:
                raise
            for each in taken:
                self._fail(each.part.file.path, error)

    async def _attempt(self, part: Part, *, hidden: bool = False) -> _Taken | None:
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
            if _hopeless(error) is not None:
                raise
            self._fail(part.file.path, error)
            return None
        finally:
            self._finished(part, read=sent)

    async def _take(self, part: Part, hidden: bool, told: reading.Told) -> _Taken:
        sidecar, whole = await self._sidecar(part)
        source = await reading.opened(part.file, lambda: self._aborted)
        try:
            if part.file.size in self._sizes and sidecar is None:
                # To read it is cheaper than to read, encrypt and write it for nothing.
                sha256 = await asyncio.to_thread(source.sha256)
                if photo_id := (await self._find({sha256})).get(sha256):
                    return _Taken(part, source.kind.type, sha256, photo_id, None, whole)
            kept = await self._keep(source, part, sidecar, hidden, told)
            return _Taken(part, source.kind.type, kept.sha256, kept.photo_id, kept, whole)
        finally:
            source.close()

    async def _keep(
        self, source: reading.Source, part: Part, sidecar: bytes | None, hidden: bool, told: reading.Told
    ) -> Kept:
        created, modified = reading.moments(part.file)
        received = Received(
            file_name=reading.file_name(part.file),
            sidecar=sidecar,
            file_created_at=created,
            file_modified_at=modified,
            hidden=hidden and source.kind.type == "video",
            bulk=True,
        )
        library = self._resources.library
        key = await library.key_for_writing(self._actor.user_id)
        async with library.blobs.spool(key, max_bytes=library.options.max_upload_bytes) as spool:
            await source.send(spool, told)
            return await service.adding.keep(self._resources.database, library, self._actor, spool, received)

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
            self._fail(part.sidecar.path, error)
            return None, False
        except reading.Unreadable as error:
            self._fail(part.sidecar.path, error)
            return None, False
        return content, True

    async def _record(self, taken: Sequence[_Taken], *, live: bool) -> None:
        library, new, linked = self._resources.library, [], False
        async with self._resources.database.transaction() as session:
            ids = []
            for each in taken:
                ids.append(each.photo_id)
                if each.kept is not None:
                    row, duplicate = await service.adding.record(session, library, self._actor, each.kept)
                    ids[-1] = row.id
                    new += [] if duplicate else [each]
            if live:
                linked = await service.live.link_live(session, library, self._actor, ids[0], ids[1])
        self.tally.imported += len(new)
        self.tally.duplicates += len(taken) - len(new)
        self.tally.size += sum(each.part.file.size for each in new)
        self.tally.live_pairs += linked
        for each in taken:
            self._sizes.add(each.part.file.size)
            if each.whole:
                self._journal.remember(each.part, each.sha256)

    def _finished(self, part: Part, *, read: int) -> None:
        self._progress.read(part.file.size - read)
        self._progress.done(1)

    def _fail(self, path: str, error: Exception) -> None:
        if isinstance(error, EvokeError):
            failure = Failure.of(path, error.code, error.message)
        else:
            log.error("import.unforeseen", exc_info=error)
            failure = Failure.of(path, EvokeError.code, f"{EvokeError.default_message} ({type(error).__name__})")
        self.tally.failures.append(failure)


def _hopeless(error: Exception) -> EvokeError | None:
    """The error that ends the import, when every other file would meet it too."""
    if isinstance(error, _HOPELESS):
        return error
    original = getattr(error, "orig", error)
    if _DISK_FULL in str(getattr(original, "sqlstate", "")):
        return StorageFull()
    if isinstance(error, EvokeError) or not is_unavailable(error):
        return None
    return ServiceUnavailable(f"The database was lost: {original}")


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
