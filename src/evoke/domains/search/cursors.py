"""Where the next page begins, and what must stay the same until then.

A cursor is bound to its question. It also holds the moment it was asked at and the similar words that were found
then: were "yesterday" or the vocabulary to change between two pages, the pages would not fit together.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from evoke.domains.search.errors import CursorForeign
from evoke.domains.search.understanding import MAX_TERMS
from evoke.kit import pages

Spelled = dict[str, tuple[str, ...]]
_MAX_VARIANTS = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """`key` is (score, taken_at, id) of the last result; `attempt` counts the readings that found nothing."""

    key: tuple[int, datetime, uuid.UUID]
    asked_at: datetime
    attempt: int
    total: int
    spelled: Spelled


def fingerprint(*parts: Any) -> str:
    """What tells one question from another."""
    return hashlib.sha256(orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def encode(cursor: Cursor, question: str) -> str:
    """`question` is the `fingerprint` of what was asked."""
    score, taken_at, id_ = cursor.key
    return pages.encode_cursor(
        [question, score, taken_at, str(id_), cursor.asked_at, cursor.attempt, cursor.total, cursor.spelled]
    )


def decode(text: str, question: str) -> Cursor:
    """Raises Invalid for what is no cursor, CursorForeign for one of another question."""
    of_question, score, taken_at, id_, asked_at, attempt, total, spelled = pages.decode_cursor(
        text, str, _whole, _moment, uuid.UUID, _moment, _small, _whole, _spelled
    )
    if of_question != question:
        raise CursorForeign(field="cursor", reason="belongs to another search")
    return Cursor((score, taken_at, id_), asked_at, attempt, total, spelled)


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError("not a number of ours")
    return value


def _small(value: Any) -> int:
    if _whole(value) > 9:
        raise ValueError("not a number of ours")
    return int(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(UTC)


def _spelled(value: Any) -> Spelled:
    """Words that come back from outside: only ever used quoted, but neither many nor long."""
    if not isinstance(value, dict) or len(value) > MAX_TERMS:
        raise ValueError("not the words of a search")
    for variants in value.values():
        if not isinstance(variants, list) or len(variants) > _MAX_VARIANTS:
            raise ValueError("not the words of a search")
        if not all(isinstance(word, str) and 0 < len(word) <= 64 and "\0" not in word for word in variants):
            raise ValueError("not the words of a search")
    return {word: tuple(variants) for word, variants in value.items()}
