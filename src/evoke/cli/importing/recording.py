"""Rows for what is in the store. One transaction for all that waits: a commit, and the statements in it, take about as
long for fifty photos as for one."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog

from evoke.bootstrap import Resources
from evoke.cli.importing.findings import Failure, Part
from evoke.cli.importing.journal import Journal
from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import errors, service
from evoke.domains.photos.service.adding import Kept
from evoke.kit.errors import EvokeError, Misconfigured, ServiceUnavailable, StorageFull
from evoke.platform.blobs.errors import StorageUnavailable
from evoke.platform.crypto.errors import WrongKey
from evoke.platform.postgres.engine import is_unavailable

log = structlog.get_logger(__name__)

MOST_WAITING = 64
_DISK_FULL = "53100"
_HOPELESS = (StorageFull, StorageUnavailable, errors.QuotaExceeded, WrongKey, Misconfigured)


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

    def fail(self, path: str, error: Exception) -> None:
        """Note why a file cannot be imported. What was not foreseen goes to the log as well."""
        if isinstance(error, EvokeError):
            self.failures.append(Failure.of(path, error.code, error.message))
            return
        log.error("import.unforeseen", exc_info=error)
        message = f"{EvokeError.default_message} ({type(error).__name__})"
        self.failures.append(Failure.of(path, EvokeError.code, message))


@dataclass(frozen=True)
class Taken:
    """A file that is in the store (`kept`), or was in the library already (`photo_id`). `type` is image or video.

    Not `whole` when its sidecar was bad: then the next run is to say so again.
    """

    part: Part
    type: str
    sha256: bytes
    photo_id: uuid.UUID
    kept: Kept | None
    whole: bool


@dataclass(frozen=True)
class Group:
    """What is recorded together; `live`: a picture and its video, in this order."""

    taken: tuple[Taken, ...]
    live: bool


class Recorder:
    """`async with recorder: await recorder.put(group)`; at the end of the block everything is recorded.

    `ended_by` is set when recording has no sense any more; what is put in after that is dropped.
    """

    def __init__(self, resources: Resources, actor: Actor, journal: Journal, tally: Tally) -> None:
        self.ended_by: EvokeError | None = None
        self._resources = resources
        self._actor = actor
        self._journal = journal
        self._tally = tally
        self._waiting: asyncio.Queue[Group | None] = asyncio.Queue(MOST_WAITING)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._waiting.put(None)
        await self._task

    async def put(self, group: Group) -> None:
        """Waits while many are waiting."""
        await self._waiting.put(group)

    async def _run(self) -> None:
        ended = False
        while not ended:
            batch = [await self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            ended = batch[-1] is None
            groups = [group for group in batch if group is not None]
            if groups and self.ended_by is None:
                try:
                    await self._record(groups)
                except Exception as error:
                    await self._record_each(groups, error)

    async def _record_each(self, groups: Sequence[Group], first: Exception) -> None:
        """One of them is the reason of `first`; the others shall not suffer for it."""
        for group in groups:
            error: Exception | None = first
            if len(groups) > 1:
                error = None
                try:
                    await self._record([group])
                except Exception as own:
                    error = own
            if error is None:
                continue
            self.ended_by = hopeless(error)
            if self.ended_by is not None:
                return
            for each in group.taken:
                self._tally.fail(each.part.file.path, error)

    async def _record(self, groups: Sequence[Group]) -> None:
        library = self._resources.library
        taken = [each for group in groups for each in group.taken]
        new: list[Taken] = []
        linked = 0
        async with self._resources.database.transaction() as session:
            ids = {id(each): each.photo_id for each in taken}
            kept = [(each, each.kept) for each in taken if each.kept is not None]
            recorded = await service.adding.record_many(session, library, self._actor, [each for _, each in kept])
            for (each, _), outcome in zip(kept, recorded, strict=True):
                ids[id(each)] = outcome.photo_id
                new += [] if outcome.duplicate else [each]
            for group in groups:
                if group.live:
                    picture, video = (ids[id(each)] for each in group.taken)
                    linked += await service.live.link_live(session, library, self._actor, picture, video)
        self._tally.imported += len(new)
        self._tally.duplicates += len(taken) - len(new)
        self._tally.size += sum(each.part.file.size for each in new)
        self._tally.live_pairs += linked
        self._journal.remember([(each.part, each.sha256) for each in taken if each.whole])


def hopeless(error: Exception) -> EvokeError | None:
    """The error that ends the import, when every other file would meet it too."""
    if isinstance(error, _HOPELESS):
        return error
    original = getattr(error, "orig", error)
    if _DISK_FULL in str(getattr(original, "sqlstate", "")):
        return StorageFull()
    if isinstance(error, EvokeError) or not is_unavailable(error):
        return None
    return ServiceUnavailable(f"The database was lost: {original}")
