"""The words of a photo as a tsvector, written as text: lexemes with places and weights.

Every field stands apart from the next, so that no phrase reaches from one into another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Protocol

from evoke.domains.search import calendar, expressions, tokens
from evoke.domains.search.tokens import Placed

VERSION = 2
"""Raise it when the cutting changes: `search.reindex` then writes every document anew."""

_GAP = 2
_MAX_PLACES = 4000
"""Places that one field takes; those of a tsvector end at 16,383."""
_MAX_REPEATS = 255
"""How often PostgreSQL remembers one lexeme of a document."""
_TERM_LENGTHS = range(3, 33)


class Source(Protocol):
    """The columns of a photo that are searched."""

    type: str
    file_name: str
    description: str
    caption: str | None
    tags: list[str]
    city: str | None
    state: str | None
    country: str | None
    camera_make: str | None
    camera_model: str | None
    lens: str | None
    taken_at_local: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """`words` can be cast to tsvector. `terms` are its words of letters, for the vocabulary."""

    words: str
    terms: frozenset[str]


def fields(photo: Source | Any) -> Iterable[tuple[str, str, str]]:
    """(field, weight, text) in the order in which a match is shown."""
    for tag in photo.tags:
        yield "tags", "A", tag
    yield "description", "A", photo.description
    yield "caption", "A", photo.caption or ""
    for place in (photo.city, photo.state, photo.country):
        yield "place", "B", place or ""
    yield "file_name", "C", photo.file_name
    for part in (photo.camera_make, photo.camera_model, photo.lens):
        yield "camera", "D", part or ""
    if photo.type == "video":
        yield "type", "D", "video videos"


def document(photo: Source | Any) -> Document:
    places: dict[str, list[str]] = {}
    taken: dict[str, int] = {}
    at = 1
    for field, weight, text in fields(photo):
        room = _MAX_PLACES - taken.get(field, 0)
        if not text or room <= 0:
            continue
        placed, width = cut(field, text)
        for one in placed:
            if one.at < room:
                places.setdefault(one.lexeme, []).append(f"{at + one.at}{weight}")
        step = min(width, room) + _GAP
        taken[field] = taken.get(field, 0) + step
        at += step
    words = [f"{expressions.lexeme(lexeme)}:{','.join(found[:_MAX_REPEATS])}" for lexeme, found in places.items()]
    words.extend(expressions.lexeme(mark) for mark in calendar.marks_of(photo.taken_at_local))
    return Document(" ".join(words), frozenset(filter(_is_term, places)))


@lru_cache(maxsize=8192)
def cut(field: str, text: str) -> tuple[tuple[Placed, ...], int]:
    """The lexemes of a field. A file name also stands whole, without its extension, at its beginning and end."""
    placed, width = tokens.place(text)
    if field == "file_name":
        stem = PurePosixPath(text).stem or text
        _, stem_width = tokens.place(stem)
        whole = tokens.joined(stem)
        if whole and stem_width > 1:
            placed.extend((Placed(whole, 0), Placed(whole, stem_width - 1)))
    return tuple(placed), width


def _is_term(lexeme: str) -> bool:
    return len(lexeme) in _TERM_LENGTHS and tokens.is_plain(lexeme)
