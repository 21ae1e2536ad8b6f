"""What a question means: words to look for, times, what must not be.

`"blue sky"` is a phrase, `-word` and `-"two words"` exclude, everything else is words and dates. All words must
match. Named times are alternatives to each other ("2018 2020": either), limits narrow ("since 2018 before 2020").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from evoke.domains.search import dates, terms, tokens
from evoke.domains.search.calendar import Hemisphere, Period
from evoke.domains.search.errors import TooManyTerms
from evoke.domains.search.terms import Term

MAX_TERMS = 32
_PIECE = re.compile(r'(-*)"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# Words that say nothing about a photo as long as there is another.
_SMALL = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "me", "my", "of", "on", "or", "our", "the"),
        *("to", "with", "photo", "photos", "picture", "pictures", "image", "images"),
    )
)


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of wall-clock time and the words it was read from; `bound` as in `dates.Found`."""

    words: str
    period: Period
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`any_word`: one of the terms is enough."""

    terms: tuple[Term, ...] = ()
    times: tuple[Time, ...] = ()
    excluded: tuple[Term, ...] = ()
    excluded_times: tuple[Time, ...] = ()
    any_word: bool = False

    @property
    def text(self) -> str:
        """The words that are looked for, without dates and without what is left out."""
        return " ".join(term.text for term in self.terms)

    def with_times_as_words(self) -> "Question":
        """The same question with its times read as plain words: the photo of 1945 that was scanned in 2019."""
        words = [word for time in self.times for word in time.words.split() if tokens.fold(word) not in _SMALL]
        return replace(self, terms=(*self.terms, *filter(None, map(terms.of_word, words))), times=())

    def with_any_word(self) -> "Question":
        return replace(self, any_word=True)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    phrase: bool
    excluded: bool


def understand(q: str, today: date, *, hemisphere: Hemisphere = "north") -> Question:
    """The meaning of a text as typed on the day `today`. Raises TooManyTerms."""
    pieces = list(_pieces(q))
    if len(pieces) > MAX_TERMS:
        raise TooManyTerms(
            f"Search for at most {MAX_TERMS} words at once.",
            field="q",
            reason=f"more than {MAX_TERMS} words",
            max_terms=MAX_TERMS,
            actual_terms=len(pieces),
        )
    question = Question()
    run: list[str] = []
    for piece in pieces:
        if not piece.phrase and not piece.excluded:
            run.append(piece.text)
            continue
        question = _with_words(question, run, today, hemisphere)
        run = []
        question = _with_piece(question, piece, today, hemisphere)
    return _without_small(_with_words(question, run, today, hemisphere))


def _pieces(q: str) -> Iterable[_Piece]:
    for match in _PIECE.finditer(q.translate(_QUOTES)):
        dashes, phrase, word = match.groups()
        if phrase is not None:
            if phrase.strip():
                yield _Piece(phrase.strip(), phrase=True, excluded=bool(dashes))
        else:
            bare = word.lstrip("-")
            # A dash alone stands between two dates.
            yield _Piece(bare or "-", phrase=False, excluded=bool(bare) and bare != word)


def _with_words(question: Question, words: Sequence[str], today: date, hemisphere: Hemisphere) -> Question:
    """Dates among neighbouring words, and the words between them."""
    found = dates.find([tokens.fold(word) for word in words], today, hemisphere=hemisphere)
    wanted: list[Term] = []
    times: list[Time] = []
    at = 0
    for one in [*found, None]:
        until = one.first if one else len(words)
        wanted.extend(filter(None, map(terms.of_word, words[at:until])))
        if one is None:
            break
        text = " ".join(words[one.first : one.after])
        if isinstance(one.meaning, Period):
            times.append(Time(text, one.meaning, one.bound))
        else:
            wanted.append(terms.of_date(text, one.meaning))
            if len(wanted) > 1 and at == until and _same_kind(wanted[-2], wanted[-1]):
                wanted[-2:] = [terms.merged(wanted[-2:])]
        at = one.after
    return replace(question, terms=(*question.terms, *wanted), times=(*question.times, *times))


def _same_kind(one: Term, other: Term) -> bool:
    """Both are months, or both are weekdays: the first letter after @ says so."""
    kind = one.date.lstrip("(")[:3]
    return bool(kind) and kind == other.date.lstrip("(")[:3]


def _with_piece(question: Question, piece: _Piece, today: date, hemisphere: Hemisphere) -> Question:
    if piece.excluded and not piece.phrase:
        found = dates.find([tokens.fold(piece.text)], today, hemisphere=hemisphere)
        if found and isinstance(found[0].meaning, Period):
            time = Time(piece.text, found[0].meaning)
            return replace(question, excluded_times=(*question.excluded_times, time))
    term = terms.of_phrase(piece.text) if piece.phrase else terms.of_word(piece.text)
    if term is None:
        return question
    if piece.excluded:
        return replace(question, excluded=(*question.excluded, term))
    return replace(question, terms=(*question.terms, term))


def _without_small(question: Question) -> Question:
    telling = tuple(term for term in question.terms if tokens.fold(term.text) not in _SMALL)
    if telling or question.times:
        return replace(question, terms=telling)
    return question


def limits(times: Sequence[Time]) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment that such a photo can have, [first, last); None where it is open."""
    named = [time.period for time in times if not time.bound]
    starts = [time.period.start for time in times if time.bound and time.period.start]
    ends = [time.period.end for time in times if time.bound and time.period.end]
    starts += [min(period.start for period in named if period.start)] if named else []
    ends += [max(period.end for period in named if period.end)] if named else []
    return max(starts, default=None), min(ends, default=None)
