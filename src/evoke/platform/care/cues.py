"""What a text must hold for a pattern to match in it: strings that are looked for all at once, before any pattern is.

Found in the pattern itself, as code search engines find the n-grams of a query (R. Cox, "Regular Expression Matching
with a Trigram Index", 2012).
"""

from collections.abc import Iterable, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]  # known to re alone
from typing import Any

import ahocorasick_rs

MOST_STRINGS = 128
"""For one pattern; what would need more is left to another part of it."""
_NOTHING = frozenset({""})
_WIDTHLESS = {_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT}
_GREEDY_OR_NOT = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}

_Strings = frozenset[str]


class Cues:
    """Which of some patterns can match in a text."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._always: list[int] = []
        owners: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            cues = cues_of(pattern)
            if not cues:
                self._always.append(number)
            for cue in cues:
                owners.setdefault(cue, []).append(number)
        self._owners = list(owners.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(owners))

    def candidates(self, text: str) -> set[int]:
        """The numbers of the patterns that may match; no other does."""
        found = set(self._always)
        for cue, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found.update(self._owners[cue])
        return found


def cues_of(pattern: str) -> _Strings:
    """Strings, at least one of which is in every match of `pattern`; none where no such strings can be told."""
    return _required(_parser.parse(pattern))


def _required(nodes: Iterable[Any]) -> _Strings:
    """The most telling strings of a sequence."""
    best: _Strings = frozenset()
    run = _NOTHING
    for node in nodes:
        exact = _exact(node)
        longer = None if exact is None else _joined(run, exact)
        if longer is not None:
            run = longer
            continue
        best = max(best, _cleaned(run), _within(node), key=_worth)
        run = exact or _NOTHING
    return max(best, _cleaned(run), key=_worth)


def _exact(node: Any) -> _Strings | None:
    """All that a part can match, where that is a short list."""
    kind, value = node
    if kind is _constants.LITERAL:
        return frozenset({chr(value)})
    if kind in _WIDTHLESS:
        return _NOTHING
    if kind is _constants.SUBPATTERN:
        return _exactly(value[-1])
    if kind is _constants.BRANCH:
        return _united(map(_exactly, value[1]))
    if kind is _constants.IN and all(each[0] is _constants.LITERAL for each in value):
        return frozenset(chr(each[1]) for each in value)
    if kind in _GREEDY_OR_NOT and value[1] == 1:
        inner = _exactly(value[2])
        return inner if inner is None or value[0] else inner | _NOTHING
    return None


def _exactly(nodes: Iterable[Any]) -> _Strings | None:
    found: _Strings | None = _NOTHING
    for node in nodes:
        exact = _exact(node)
        found = None if exact is None or found is None else _joined(found, exact)
    return found


def _within(node: Any) -> _Strings:
    kind, value = node
    if kind is _constants.SUBPATTERN:
        return _required(value[-1])
    if kind is _constants.BRANCH:
        ways = [_required(way) for way in value[1]]
        return frozenset().union(*ways) if all(ways) else frozenset()
    if kind in _GREEDY_OR_NOT and value[0]:
        return _required(value[2])
    return frozenset()


def _joined(before: _Strings, after: _Strings) -> _Strings | None:
    if len(before) * len(after) > MOST_STRINGS:
        return None
    return frozenset(one + other for one in before for other in after)


def _united(ways: Iterable[_Strings | None]) -> _Strings | None:
    found: _Strings = frozenset()
    for way in ways:
        if way is None or len(found | way) > MOST_STRINGS:
            return None
        found |= way
    return found


def _cleaned(strings: _Strings) -> _Strings:
    """The longest piece of each between full stops."""
    pieces = frozenset(max((piece.strip() for piece in each.split(".")), key=len) for each in strings)
    return frozenset() if "" in pieces else pieces


def _worth(strings: _Strings) -> tuple[int, int]:
    return min(map(len, strings), default=0), -len(strings)
