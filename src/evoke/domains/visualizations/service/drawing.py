"""Drawing an entry, as a job: read it, find words, draw, put the picture into the library.

Each step is written down before the next one begins, so that an attempt after a crash goes on where the last one was:
words and picture are paid for once. No transaction is open while anybody is waited for.
"""

import asyncio
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from evoke.domains.accounts.schemas import Actor
from evoke.domains.jobs import JobContext, Permanent
from evoke.domains.journal.errors import EntryNotFound
from evoke.domains.journal.schemas import Entry
from evoke.domains.journal.service import entries
from evoke.domains.photos.errors import QuotaExceeded
from evoke.domains.photos.service import adding
from evoke.domains.visualizations import events, notices, pace, queries, stash
from evoke.domains.visualizations.service import caring, keeping, removing
from evoke.domains.visualizations.tools import Tools
from evoke.domains.visualizations.words import Words, seal, unseal
from evoke.kit.errors import EvokeError
from evoke.platform.care import recognition
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.generation import deadlines
from evoke.platform.generation.errors import (
    ContentFiltered,
    GenerationTimedOut,
    PictureServiceDown,
    TextModelDown,
)
from evoke.platform.generation.local.languages import language_of
from evoke.platform.generation.ports import EntryBrief, EntryDrawing, Payer, Picture
from evoke.platform.postgres.engine import WriteSession, is_unavailable

T = TypeVar("T")
FAILED = "VISUALIZATION_ERROR"
BUDGET = "BUDGET_EXHAUSTED"
CODES = frozenset({FAILED, BUDGET, ContentFiltered.code, GenerationTimedOut.code})
"""Those of a job whose message is meant for people."""
_GENERATION = (TextModelDown, PictureServiceDown, GenerationTimedOut, ContentFiltered)


class Gone(Exception):
    """Nobody wants this visualization any more: it was deleted, or is finished."""


@dataclass(frozen=True)
class Work:
    """One attempt."""

    tools: Tools
    context: JobContext
    id: uuid.UUID
    key: OwnerKey
    row: Any
    entry: Entry

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.owner_id, role="user")

    @property
    def owner_id(self) -> uuid.UUID:
        return self.context.job.owner_id

    @property
    def payer(self) -> Payer:
        return Payer(self.owner_id)


async def draw(tools: Tools, context: JobContext, visualization_id: uuid.UUID) -> None:
    """Raises Permanent for what a generator failed with: it has tried again itself as often as that makes sense."""
    try:
        work = await _begin(tools, context, visualization_id)
        with deadlines.within(tools.options.job_seconds):
            words = await _words(work)
            picture, seconds = await _picture(work, words)
        await _finish(work, words, picture, seconds)
    except Gone:
        context.log.info("visualizations.gone", visualization_id=str(visualization_id))
    except _GENERATION as error:
        raise Permanent(_code(error), error.message) from error
    except QuotaExceeded as error:
        raise Permanent(FAILED, error.message) from error
    # Not after an error: the next attempt has use for a picture that is there.
    await stash.drop(tools.library, context.job.owner_id, visualization_id)


def _code(error: EvokeError) -> str:
    if error.details.get("reason") == "budget":
        return BUDGET
    return error.code if isinstance(error, ContentFiltered | GenerationTimedOut) else FAILED


async def _begin(tools: Tools, context: JobContext, visualization_id: uuid.UUID) -> Work:
    owner_id = context.job.owner_id
    actor = Actor(user_id=owner_id, role="user")
    key = await tools.keys.get(owner_id)
    async with context.database.transaction() as session:
        await _advance(
            session,
            owner_id,
            visualization_id,
            status="processing",
            progress=pace.READING,
            message="Reading your entry",
            started_at=tools.clock(),
        )
        row = await queries.find(session, actor, visualization_id)
        if row is None or row.entry_id is None:
            raise Gone
        try:
            entry = await entries.get(session, tools.journal, actor, row.entry_id, key=key)
        except EntryNotFound as error:
            raise Gone from error
    await context.progress(pace.READING, pace.DONE, "percent", "Reading your entry")
    return Work(tools, context, visualization_id, key, row, entry)


async def _words(work: Work) -> Words:
    """Those of an earlier attempt, if there was one that got so far."""
    if work.row.words is not None:
        return unseal(work.key, work.id, work.row.words)
    written = f"{work.entry.situation}\n{work.entry.notes or ''}"
    language, speaks = await asyncio.to_thread(_look, written)
    if speaks:
        words = caring.gentle_words(language)
    else:
        brief = EntryBrief(
            situation=work.entry.situation,
            notes=work.entry.notes or "",
            emotions=tuple(work.entry.emotions),
            intensity=work.entry.intensity,
            style=work.row.style,
            language=language,
        )
        step = pace.words_step(work.row.expected_seconds)
        analysis = await _meanwhile(work, step, work.tools.generators.analyze_entry(brief, work.payer))
        words = Words.of(analysis, language)
    async with work.context.database.transaction() as session:
        sealed = await asyncio.to_thread(seal, work.key, work.id, words)
        await _advance(session, work.owner_id, work.id, words=sealed)
    return words


def _look(text: str) -> tuple[str, bool]:
    return language_of(text, "en"), recognition.speaks_of_self_harm(text)


async def _picture(work: Work, words: Words) -> tuple[Picture, float | None]:
    """The picture, and how long it took; None where an earlier attempt had drawn it."""
    library, owner_id = work.tools.library, work.owner_id
    found = await stash.find(library, owner_id, work.id)
    if found is not None:
        return found, None
    started = time.monotonic()
    step = pace.drawing_step(work.row.expected_seconds)
    if words.is_gentle:
        drawing = caring.draw_calm(work.tools.nearby, work.payer, work.row.seed)
    else:
        drawing = work.tools.generators.draw_entry(_drawing(work, words), work.payer)
    picture = await _meanwhile(work, step, drawing)
    await stash.put(library, owner_id, work.id, picture)
    return picture, time.monotonic() - started


def _drawing(work: Work, words: Words) -> EntryDrawing:
    return EntryDrawing(
        style=work.row.style,
        emotions=tuple(work.entry.emotions),
        intensity=work.entry.intensity,
        palette=words.palette,
        shapes=words.shapes,
        labels=words.labels,
        language=words.language,
        seed=work.row.seed,
    )


async def _finish(work: Work, words: Words, picture: Picture, seconds: float | None) -> None:
    """Picture, visualization, entry and job are finished in one transaction, or not at all."""
    tools, context, owner_id, entry = work.tools, work.context, work.owner_id, work.entry
    await _say(work, pace.STORING, "Putting it into your library")
    sealed = await asyncio.to_thread(seal, work.key, work.id, replace(words, prompt=picture.prompt))
    kept = await keeping.keep(
        context.database,
        tools,
        work.actor,
        picture.png,
        visualization_id=work.id,
        taken_at=entry.felt_at,
        time_zone=entry.time_zone,
        style=work.row.style,
        feelings=entry.emotions,
    )
    async with context.database.transaction() as session:
        await context.finish_in(session)
        if not await entries.link_visualization(session, owner_id, entry.id, work.id, ready=True):
            raise Gone
        row = await queries.find_locked(session, owner_id, work.id)
        if row is None or row.status not in queries.OPEN:
            raise Gone
        photo, _ = await adding.record(session, tools.library, work.actor, kept)
        replaced, row.replaced_photo_id = row.replaced_photo_id, None
        row.status, row.progress, row.message = "completed", pace.DONE, "Finished"
        row.version += 1
        row.photo_id, row.generated_by, row.words = photo.id, picture.made_by, sealed
        row.feelings = list(entry.emotions)
        row.completed_at = tools.clock()
        row.took_seconds = _took(work, seconds)
        await session.flush()
        await notices.tell(session, notices.State(owner_id, row.id, row.version, "completed", pace.DONE, row.message))
        await session.publish(events.VisualizationReady(owner_id, row.id, photo.id, row.entry_id))
        if replaced is not None and replaced != photo.id:
            await removing.discard_unused(session, owner_id, {replaced})


def _took(work: Work, seconds: float | None) -> float | None:
    """How long it took from beginning to end; None where this attempt had less to do than others."""
    if seconds is None or work.row.words is not None or work.row.started_at is None:
        return None
    return max(0.0, float((work.tools.clock() - work.row.started_at).total_seconds()))


async def _meanwhile(work: Work, step: pace.Step, waiting: Coroutine[Any, Any, T]) -> T:
    """The result of `waiting`, while progress is told; given up as soon as nobody wants it any more."""
    task = asyncio.create_task(waiting)
    started, last = time.monotonic(), -1
    try:
        while not task.done():
            percent = step.percent(time.monotonic() - started)
            if percent > last or last < 0:
                last = percent
                await _say(work, percent, step.message)
            else:
                await _check_wanted(work)
            await asyncio.wait([task], timeout=work.tools.options.progress_seconds)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _say(work: Work, percent: int, message: str) -> None:
    try:
        async with work.context.database.transaction() as session:
            await _advance(session, work.owner_id, work.id, progress=percent, message=message)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return  # what is being drawn is worth more than the news of it
    await work.context.progress(percent, pace.DONE, "percent", message)


async def _check_wanted(work: Work) -> None:
    try:
        async with work.context.database.read() as session:
            found = await queries.find(session, work.actor, work.id)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return
    if found is None or found.status not in queries.OPEN:
        raise Gone


async def _advance(session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID, **values: Any) -> None:
    state = await queries.advance(session, owner_id, visualization_id, **values)
    if state is None:
        raise Gone
    await notices.tell(session, state)


async def give_up(
    session: WriteSession, owner_id: uuid.UUID, visualization_id: uuid.UUID, *, code: str, message: str
) -> None:
    """Mark it failed. One that is finished, or gone, stays as it is."""
    state = await queries.advance(
        session,
        owner_id,
        visualization_id,
        status="failed",
        message=message,
        error_code=code,
        error_message=message,
        retry_allowed=code != ContentFiltered.code,
    )
    if state is not None:
        await notices.tell(session, state)
