"""How well a photo matches, as SQL.

For each term the best way it matches decides: exact or a day > prefix > similar; within a way, where and how
often (`ts_rank`). The ways do not overlap, so a prefix never outranks an exact match of the same term. The score
is a whole number of millionths: pages continue after a score, so equal must mean equal.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import REAL, ColumnElement, Integer, Text, case, cast, func, literal
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from evoke.domains.search.models import SearchDocument
from evoke.domains.search.terms import Term

ONE = 1_000_000
_EXACT, _PREFIX, _FUZZY = 0.6, 0.3, 0.0
_WITHIN = 0.3
"""How far place and frequency raise a match within its way."""
_WEIGHTS = [0.1, 0.2, 0.4, 1.0]
"""D, C, B, A."""


def query(text: str) -> ColumnElement[Any]:
    """A tsquery from a text of `expressions`."""
    return cast(cast(literal(text), Text), TSQUERY)


def matches(text: str) -> ColumnElement[bool]:
    return SearchDocument.words.bool_op("@@")(query(text))


def score(terms: Sequence[Term]) -> ColumnElement[int]:
    """0 to ONE: the mean over the terms, so that with `any_word` more of them count more."""
    total: ColumnElement[Any] = sum((_of_term(term) for term in terms[1:]), start=_of_term(terms[0]))
    best = len(terms) * (_EXACT + _WITHIN)
    return func.least(cast(func.floor(total / best * ONE), Integer), ONE)


def _of_term(term: Term) -> ColumnElement[Any]:
    ways: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = []
    for text, base in ((term.exact, _EXACT), (term.prefix, _PREFIX), (term.fuzzy, _FUZZY)):
        if text:
            rank = func.ts_rank(cast(_WEIGHTS, ARRAY(REAL)), SearchDocument.words, query(text))
            ways.append((matches(text), base + _WITHIN * func.least(rank, 1.0)))
    if term.date:
        # Before the prefix: a photo taken in May belongs to "may" more than one tagged "mayor" does.
        ways.insert(1 if term.exact else 0, (matches(term.date), literal(_EXACT)))
    return case(*ways, else_=0.0)
