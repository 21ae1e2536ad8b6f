"""Searching, and keeping what is searched up to date."""

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos import presenting
from evoke.domains.photos.urls import Signer
from evoke.domains.search import cursors, documents, queries, reasons, schemas, understanding
from evoke.domains.search.calendar import Hemisphere
from evoke.domains.search.cursors import Cursor, Spelled
from evoke.domains.search.errors import TimeZoneUnknown
from evoke.domains.search.ranking import ONE
from evoke.domains.search.understanding import Question
from evoke.domains.search.vocabulary import Vocabularies
from evoke.kit import errors
from evoke.kit.time import Clock, utc_now
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

Relaxed = Literal["dates_as_words", "any_word"]


@dataclass(frozen=True)
class Options:
    """Up to `count_limit` results are counted. `hemisphere` says when it is summer."""

    count_limit: int = 10_000
    hemisphere: Hemisphere = "north"


@dataclass(frozen=True)
class Tools:
    """What searching works with, put together by the composition root."""

    signer: Signer
    vocabularies: Vocabularies = field(default_factory=Vocabularies)
    options: Options = field(default_factory=Options)
    clock: Clock = utc_now


@dataclass(frozen=True)
class _Found:
    rows: Sequence[Any]
    total: int
    question: Question
    attempt: int
    relaxed: Relaxed | None


async def search(session: ReadSession, actor: Actor, request: schemas.SearchRequest, tools: Tools) -> dict[str, Any]:
    """One page of what `actor` may see, as `schemas.SearchAnswer` in plain values, times as datetimes.

    When nothing matches all that was asked, dates are tried as words ("1945" in a description), then photos that
    match any of the words. Raises Invalid for what cannot be asked.
    """
    started = time.perf_counter()
    asked = _fingerprint(actor, request)
    cursor = cursors.decode(request.cursor, asked) if request.cursor else None
    asked_at = cursor.asked_at if cursor else tools.clock()
    question = _understand(request, asked_at, tools.options)
    understood_at = time.perf_counter()
    spelled = cursor.spelled if cursor else await _spell(session, actor, question, tools.vocabularies)
    spelled_at = time.perf_counter()
    found = await _find(session, actor, request, question, tools, cursor, spelled)
    found_at = time.perf_counter()
    timing = {
        "understand": _ms(started, understood_at),
        "spell": _ms(understood_at, spelled_at),
        "query": _ms(spelled_at, found_at),
    }
    rows = found.rows[: request.limit]
    more = len(found.rows) > request.limit
    return {
        "results": [_result(row, found.question, tools.signer) for row in rows],
        "next_cursor": cursors.encode(_cursor(rows[-1], asked_at, found, spelled), asked) if more else None,
        "total": _total(found.total, tools.options),
        "understood": _understood(request, found, timing if request.explain else None),
        "took_ms": round((time.perf_counter() - started) * 1000),
    }


async def index(session: WriteSession, owner_id: uuid.UUID, photo_ids: Sequence[uuid.UUID]) -> None:
    """Write the documents of photos as they are now, in the caller's transaction."""
    await index_rows(session, owner_id, await queries.list_sources(session, owner_id, photo_ids))


async def index_rows(session: WriteSession, owner_id: uuid.UUID, rows: Sequence[Any]) -> None:
    """The same for rows of photos (queries.SOURCE_COLUMNS, or more) that the transaction has at hand."""
    if rows:
        await queries.put_documents(session, owner_id, [(row, documents.document(row)) for row in rows])


async def reindex(
    database: Database,
    owner_id: uuid.UUID,
    batch: int = 500,
    progress: Callable[[int], Awaitable[None]] | None = None,
) -> int:
    """Write the documents of an owner that are missing or out of date, a transaction for each batch; how many."""
    done, after = 0, None
    while True:
        async with database.transaction() as session:
            rows = await queries.list_outdated(session, owner_id, after=after, limit=batch)
            await index_rows(session, owner_id, rows)
        if not rows:
            return done
        done, after = done + len(rows), rows[-1].id
        if progress is not None:
            await progress(done)


async def forget_unused_terms(session: WriteSession, owner_id: uuid.UUID) -> int:
    """Take out of the vocabulary what no photo has any more; how many words."""
    return await queries.delete_unused_terms(session, owner_id)


def _fingerprint(actor: Actor, request: schemas.SearchRequest) -> str:
    """Everything that decides which photos follow which."""
    filters = request.filters.model_dump(mode="json", by_alias=True, exclude_none=True)
    return cursors.fingerprint(
        actor.user_id.hex, request.q.encode(errors="replace").hex(), filters, request.sort, request.time_zone
    )


def _understand(request: schemas.SearchRequest, asked_at: datetime, options: Options) -> Question:
    if "\0" in request.q:
        raise errors.Invalid("q has a character that no text has.", field="q", reason="has a NUL character")
    today = asked_at.astimezone(_zone(request.time_zone)).date()
    return understanding.understand(request.q, today, hemisphere=options.hemisphere)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise TimeZoneUnknown(field="time_zone", reason="not an IANA time zone") from error


async def _spell(session: ReadSession, actor: Actor, question: Question, vocabularies: Vocabularies) -> Spelled:
    words = [term.spelling for term in question.terms if term.spelling]
    found = await vocabularies.variants(session, actor.user_id, words)
    return {word: variants for word, variants in found.items() if variants}


async def _find(
    session: ReadSession,
    actor: Actor,
    request: schemas.SearchRequest,
    question: Question,
    tools: Tools,
    cursor: Cursor | None,
    spelled: Spelled,
) -> _Found:
    """The first reading of the question that finds something, or the reading that the cursor belongs to."""
    readings = _readings(_spelled(question, spelled))
    first = min(cursor.attempt, len(readings) - 1) if cursor else 0
    found: _Found | None = None
    for attempt, (relaxed, reading) in enumerate(readings[first:], first):
        order = _order(request.sort, reading)
        wanted = queries.Wanted(
            question=reading,
            filters=request.filters,
            order=order,
            after=_after(cursor, order),
            limit=request.limit + 1,
            count_limit=0 if cursor else tools.options.count_limit + 1,
        )
        rows, total = await queries.fetch(session, actor, wanted)
        found = found or _Found(rows, total, reading, attempt, relaxed)
        if cursor:
            return replace(found, total=cursor.total)
        if rows:
            return _Found(rows, total, reading, attempt, relaxed)
    assert found is not None
    return found


def _spelled(question: Question, spelled: Spelled) -> Question:
    return replace(
        question,
        terms=tuple(
            term.with_variants(spelled[term.spelling]) if term.spelling in spelled else term for term in question.terms
        ),
    )


def _readings(question: Question) -> list[tuple[Relaxed | None, Question]]:
    readings: list[tuple[Relaxed | None, Question]] = [(None, question)]
    if question.times:
        as_words = question.with_times_as_words()
        if as_words.terms:
            readings.append(("dates_as_words", as_words))
    if len(question.terms) > 1:
        readings.append(("any_word", question.with_any_word()))
    return readings


def _order(sort: schemas.Sort | None, question: Question) -> schemas.Sort:
    if not question.terms:
        return "oldest" if sort == "oldest" else "newest"
    return sort or "relevance"


def _after(cursor: Cursor | None, order: schemas.Sort) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    return cursor.key if order == "relevance" else cursor.key[1:]


def _cursor(row: Any, asked_at: datetime, found: _Found, spelled: Spelled) -> Cursor:
    return Cursor((row.score or 0, row.taken_at, row.id), asked_at, found.attempt, found.total, spelled)


def _result(row: Any, question: Question, signer: Signer) -> dict[str, Any]:
    score = row.score / ONE if question.terms else 1.0
    return {"photo": presenting.present(row, signer), "score": score, "why": reasons.why(row, question)}


def _total(total: int, options: Options) -> dict[str, Any]:
    capped = total > options.count_limit
    return {"value": min(total, options.count_limit), "relation": "gte" if capped else "eq"}


def _understood(request: schemas.SearchRequest, found: _Found, timing: dict[str, float] | None) -> dict[str, Any]:
    question = found.question
    told: dict[str, Any] = {
        "text": question.text,
        "filters": _filters(request, question),
        "dates": [
            {"words": one.words, "after": _wall(one.period.start), "before": _wall(one.period.end)}
            for one in question.times
        ],
        "excluded": [one.text for one in question.excluded] + [one.words for one in question.excluded_times],
        "relaxed": found.relaxed,
    }
    if timing is not None:
        told["terms"] = [
            {
                "text": term.text,
                "variants": list(term.variants),
                "ways": [way for way in ("exact", "prefix", "fuzzy", "date") if getattr(term, way)],
            }
            for term in question.terms
        ]
        told["timing_ms"] = timing
    return told


def _filters(request: schemas.SearchRequest, question: Question) -> dict[str, Any]:
    """Those that were given, and the stretch from the first to the last time that words named."""
    given = request.filters.model_dump(mode="json", by_alias=True, exclude_none=True)
    told: dict[str, Any] = {}
    starts, ends = understanding.limits(question.times)
    if starts is not None:
        told["taken_after"] = _wall(starts)
    if ends is not None:
        told["taken_before"] = _wall(ends)
    return {**told, **given}


def _wall(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
