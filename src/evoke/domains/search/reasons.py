"""Why a photo is among the results: which of its texts matched, in their own words."""

from typing import Any

from evoke.domains.search import calendar, documents, tokens
from evoke.domains.search.ranking import ONE
from evoke.domains.search.terms import Term
from evoke.domains.search.understanding import Question

_AROUND = 60
"""Characters of a long text that are shown on either side of the match."""


def why(row: Any, question: Question) -> list[dict[str, Any]]:
    """`row` has the columns of a photo and `score`. Each field is named once, with its first text that matched."""
    reasons: dict[str, dict[str, Any]] = {}
    for field, _, text in documents.fields(row) if question.terms else ():
        if not text or field in reasons:
            continue
        match = next((found for term in question.terms if (found := _match(term, field, text))), None)
        if match:
            score = (row.score or 0) / ONE
            reasons[field] = {"signal": "words", "score": score, "field": field, "snippet": _around(text, match)}
    if _is_dated(row, question):
        day = row.taken_at_local.date().isoformat()
        reasons["taken_at_local"] = {"signal": "date", "score": 1.0, "field": "taken_at_local", "snippet": day}
    return list(reasons.values())


def _is_dated(row: Any, question: Question) -> bool:
    if question.times:
        return True
    marks = calendar.marks_of(row.taken_at_local)
    return any(mark in marks for term in question.terms for mark in term.marks)


def _match(term: Term, field: str, text: str) -> str | None:
    """The lexeme of the text that the term begins with, None when the text does not match it."""
    there = frozenset(placed.lexeme for placed in documents.cut(field, text)[0])
    for alternative in (*term.lexemes, *((variant,) for variant in term.variants)):
        found = [_with_prefix(there, lexeme) for lexeme in alternative]
        if found and all(found):
            return found[0]
    return None


def _with_prefix(there: frozenset[str], lexeme: str) -> str | None:
    return lexeme if lexeme in there else min((one for one in there if one.startswith(lexeme)), default=None)


def _around(text: str, match: str) -> str:
    """The text, or when it is long the part around the match, on whole words."""
    if len(text) <= 2 * _AROUND:
        return text
    at = max(tokens.fold(text).find(match), 0)
    start, end = max(0, at - _AROUND), min(len(text), at + len(match) + _AROUND)
    part = text[start:end]
    if start and " " in part[:20]:
        part = part.split(" ", 1)[1]
    if end < len(text) and " " in part[-20:]:
        part = part.rsplit(" ", 1)[0]
    return f"{'…' if start else ''}{part.strip()}{'…' if end < len(text) else ''}"
