"""One thing that is looked for in words: how it may match, the better ways first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evoke.domains.search import expressions, tokens
from evoke.domains.search.dates import Recurring
from evoke.domains.search.tokens import Placed, Word


@dataclass(frozen=True, slots=True)
class Term:
    """`exact`, `prefix`, `fuzzy` and `date` are tsqueries, "" where there is no such way.

    `spelling` is the lexeme for which similar words are looked up, None where typing errors are not forgiven:
    phrases, words with figures, scripts without spaces. `lexemes` are alternatives of what stands in a text that
    matches, `marks` those of its day: for telling why.
    """

    text: str
    exact: str = ""
    prefix: str = ""
    fuzzy: str = ""
    date: str = ""
    spelling: str | None = None
    variants: tuple[str, ...] = ()
    lexemes: tuple[tuple[str, ...], ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def any(self) -> str:
        return expressions.any_of(filter(None, (self.exact, self.prefix, self.fuzzy, self.date)))

    def with_variants(self, variants: Sequence[str]) -> "Term":
        """Also found by these words of the library."""
        fuzzy = expressions.any_of(expressions.lexeme(variant) for variant in variants)
        return replace(self, fuzzy=fuzzy, variants=tuple(variants))


def of_word(text: str) -> Term | None:
    """A word as typed, None when nothing of it can be looked for.

    Its parts next to each other, or whole ("dsc01234", "img_2019" in a file name), or its humps as words of their
    own: "MyHoliday" finds "my holiday".
    """
    found = list(tokens.words(text))
    if not found:
        return None
    steps = _steps(found)
    if len(found) == 1 and found[0].paired:
        # The pairs themselves say where such a text goes on; a single character begins pairs.
        exact = expressions.phrase(steps, prefix=len(steps) == 1)
        return Term(text=text, exact=exact, lexemes=_lexemes(steps))
    whole = tokens.joined(text)
    humps = [Placed(hump, at) for at, hump in enumerate(hump for word in found for part in word.humps for hump in part)]
    ways = [steps, [Placed(whole, 0)], *([humps] if len(found) == 1 and len(found[0].parts) == 1 and humps else [])]
    return Term(
        text=text,
        exact=expressions.any_of(map(expressions.phrase, ways)),
        prefix=expressions.any_of(expressions.phrase(way, prefix=True) for way in ways),
        spelling=whole if len(found) == 1 and tokens.is_plain(whole) else None,
        lexemes=tuple(lexemes for way in ways for lexemes in _lexemes(way)),
    )


def of_phrase(text: str) -> Term | None:
    """Words next to each other in this order, None when there are none."""
    found = list(tokens.words(text))
    if not found:
        return None
    steps = _steps(found)
    # A single character of a script without spaces is found as the beginning of a pair.
    prefix = len(steps) == 1 and found[0].paired
    exact = expressions.phrase(steps, prefix=prefix)
    return Term(text=f'"{text.strip()}"', exact=exact, lexemes=_lexemes(steps))


def of_date(text: str, meaning: Recurring) -> Term:
    """Days that come back, or the word itself where it may be meant."""
    date = expressions.any_of(expressions.lexeme(mark) for mark in meaning.marks)
    term = of_word(text) if meaning.or_word and " " not in text else of_phrase(text) if meaning.or_word else None
    found = replace(term, spelling=None, text=text) if term else Term(text=text)
    return replace(found, date=date, marks=meaning.marks)


def merged(terms: Sequence[Term]) -> Term:
    """ "june july": either."""
    return Term(
        text=" ".join(term.text for term in terms),
        exact=expressions.any_of(term.exact for term in terms if term.exact),
        prefix=expressions.any_of(term.prefix for term in terms if term.prefix),
        date=expressions.any_of(term.date for term in terms if term.date),
        lexemes=tuple(alternative for term in terms for alternative in term.lexemes),
        marks=tuple(mark for term in terms for mark in term.marks),
    )


def _steps(found: Sequence[Word]) -> list[Placed]:
    """One lexeme for each place of a question. The last character of a run without spaces is in its last pair."""
    steps: list[Placed] = []
    at = 0
    for word in found:
        if word.paired:
            run = word.parts[0]
            steps.extend(tokens.pairs(run, at)[: max(1, len(run) - 1)])
            at += len(run)
            continue
        steps.extend(Placed(part[: tokens.MAX_CHARACTERS], at + n) for n, part in enumerate(word.parts))
        at += len(word.parts)
    return steps


def _lexemes(steps: Sequence[Placed]) -> tuple[tuple[str, ...], ...]:
    return (tuple(step.lexeme for step in steps),)
