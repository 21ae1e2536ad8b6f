"""Searches over HTTP, each against bare SQL for the same photos and the same number, made JSON.

Both sides answer a first page of 50 and how many there are, up to 10,000. The bare words are looked for as they are,
without ranking, prefixes or similar words.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import orjson

from benchmarks.figures import Figure, percentile
from benchmarks.library import PHOTOS, Library
from benchmarks.wire import Connection
from evoke.cli.dev import inventions
from evoke.domains.photos.presenting import COLUMNS
from evoke.domains.search import tokens

ROUNDS = 400
WARM_UP = 40
LIMIT = 50
COUNTED = 10_001

_SHOWN = "p.owner_id = $1 AND p.trashed_at IS NULL AND NOT p.hidden AND NOT p.archived"
_WORDS = "JOIN search_documents d ON d.owner_id = p.owner_id AND d.photo_id = p.id"
_COLUMNS = ", ".join(f"p.{column.key}" for column in COLUMNS)

Question = tuple[dict[str, Any], str, str, Sequence[Any]]
"""A request, and for the bare statement: what is joined, what must hold, the parameters from $2 on."""


def run(library: Library) -> list[Figure]:
    return asyncio.run(_measure(library))


async def _measure(library: Library) -> list[Figure]:
    owner = library.owner
    database = await asyncpg.connect(library.installation.url)
    client = Connection(library.installation.port, owner.headers)
    figures: list[Figure] = []
    try:
        for name, questions in (("three filters", _filters()), ("words", _words())):
            ours, floors = await _turns(
                questions,
                lambda question: _search(client, question),
                lambda question: _bare(database, owner.user_id, question),
            )
            for share in (0.50, 0.99):
                mine, floor = percentile(ours, share), percentile(floors, share)
                title = f"search, {name}, {PHOTOS:,} photos, p{share * 100:.0f}"
                figures.append(Figure(title, "ms", mine, floor, mine / floor))
    finally:
        client.close()
        await database.close()
    return figures


async def _turns(
    questions: Sequence[Question],
    search: Callable[[Question], Awaitable[None]],
    bare: Callable[[Question], Awaitable[None]],
) -> tuple[list[float], list[float]]:
    """Milliseconds of both sides, taking turns with the same question."""
    ours: list[float] = []
    floors: list[float] = []
    for question in itertools.islice(itertools.cycle(questions), ROUNDS + WARM_UP):
        for times, answer in ((ours, search), (floors, bare)):
            started = time.perf_counter()
            await answer(question)
            times.append((time.perf_counter() - started) * 1000)
    return ours[WARM_UP:], floors[WARM_UP:]


async def _search(client: Connection, question: Question) -> None:
    answer = client.post("/api/v1/search", {**question[0], "limit": LIMIT})
    if answer.status != 200:
        raise RuntimeError(f"HTTP {answer.status}: {answer.body[:500]!r}")


async def _bare(database: Any, owner: str, question: Question) -> None:
    _, joined, where, values = question
    source = f"FROM photos p {joined} WHERE {_SHOWN} AND {where}"
    rows = await database.fetch(
        f"SELECT {_COLUMNS} {source} ORDER BY p.taken_at DESC, p.id DESC LIMIT {LIMIT}", owner, *values
    )
    total = await database.fetchval(
        f"SELECT count(*) FROM (SELECT 1 {source} LIMIT {COUNTED}) AS counted", owner, *values
    )
    orjson.dumps({"results": [dict(row) for row in rows], "total": total}, default=_text, option=orjson.OPT_UTC_Z)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _filters() -> list[Question]:
    """Every city with three kinds of filters beside it."""
    questions: list[Question] = []
    for (city, _, _, code, *_), camera in zip(inventions.CITIES, itertools.cycle(inventions.CAMERAS), strict=False):
        model = camera[1]
        questions += [
            (
                {"filters": {"city": city, "favorite": True, "rating_min": 3}},
                "",
                "lower(p.city) = lower($2) AND p.favorite AND p.rating >= $3",
                (city, 3),
            ),
            (
                {"filters": {"country": code, "camera": model, "iso_min": 400}},
                "",
                "p.country_code = $2 AND lower(p.camera_model) = lower($3) AND p.iso >= $4",
                (code, model, 400),
            ),
            (
                {"filters": {"city": city, "type": "image", "f_number_max": 3.0}},
                "",
                "lower(p.city) = lower($2) AND p.type = $3 AND p.f_number <= $4",
                (city, "image", 3.0),
            ),
        ]
    return questions


def _words() -> list[Question]:
    """Tags, tags at a place, and tags with an error in typing."""
    questions: list[Question] = []
    for tag, (city, *_) in itertools.product(inventions.TAGS, inventions.CITIES[::8]):
        where = "d.owner_id = $1 AND d.words @@ $2::text::tsquery"
        lexemes = " & ".join(f"'{tokens.fold(word)}'" for word in (tag, *city.split()))
        questions += [
            ({"q": tag}, _WORDS, where, (f"'{tag}'",)),
            ({"q": f"{tag} {city}"}, _WORDS, where, (lexemes,)),
            ({"q": f"{tag[:2]}{tag[3]}{tag[2]}{tag[4:]}"}, _WORDS, where, (f"'{tag}'",)),
        ]
    return questions
