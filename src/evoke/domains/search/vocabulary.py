"""The words of each library, for finding what was meant when a word was typed wrong."""

import bisect
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from evoke.domains.search import queries
from evoke.platform.postgres.engine import ReadSession

MAX_VARIANTS = 8
"""Similar words that are looked for in place of one."""
_SHORT, _LONG = 4, 8
"""One error is forgiven from 4 letters, two from 8: in shorter words every third word is similar."""


class Words:
    """The sorted words of one library."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        self._by_length: dict[int, list[str]] = {}
        for word in self._words:
            self._by_length.setdefault(len(word), []).append(word)

    def __len__(self) -> int:
        return len(self._words)

    def knows(self, word: str) -> bool:
        """Whether a word is this one or begins with it."""
        place = bisect.bisect_left(self._words, word)
        return place < len(self._words) and self._words[place].startswith(word)

    def variants(self, word: str) -> list[str]:
        """Words that may have been meant, nearest first: the singular always, similar ones when none is this one."""
        singular = [one for one in _singulars(word) if one in self]
        if self.knows(word):
            return singular
        return list(dict.fromkeys([*singular, *self._similar(word)]))[:MAX_VARIANTS]

    def __contains__(self, word: str) -> bool:
        place = bisect.bisect_left(self._words, word)
        return place < len(self._words) and self._words[place] == word

    def _similar(self, word: str) -> list[str]:
        errors = allowed_errors(word)
        if not errors:
            return []
        near: list[tuple[int, str]] = []
        for length in range(len(word) - errors, len(word) + errors + 1):
            found = process.extract(
                word,
                self._by_length.get(length, ()),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=errors,
                limit=MAX_VARIANTS,
            )
            near.extend((int(distance), candidate) for candidate, distance, _ in found)
        return [candidate for _, candidate in sorted(near)]


def allowed_errors(word: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that are forgiven."""
    if len(word) >= _LONG:
        return 2
    return 1 if len(word) >= _SHORT else 0


def _singulars(word: str) -> list[str]:
    """Of English plurals: `dogs`, `beaches`, `berries`. For a singular its plural is found by prefix."""
    if len(word) < _SHORT or not word.endswith("s"):
        return []
    forms = [word[:-1]]
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    return forms


@dataclass(frozen=True, slots=True)
class Options:
    """`owners` libraries are kept for `max_age` seconds, `max_words` of each. A word that is not known is reason to
    look again once they are older than `min_age`: it may just have been added."""

    owners: int = 64
    max_words: int = 100_000
    max_age: float = 300.0
    min_age: float = 2.0


class Vocabularies:
    """The words of the libraries that searched last, in the memory of this process."""

    def __init__(self, options: Options | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._options = options or Options()
        self._clock = clock
        self._kept: OrderedDict[uuid.UUID, tuple[float, Words]] = OrderedDict()

    def __len__(self) -> int:
        """How many libraries are kept."""
        return len(self._kept)

    async def variants(
        self, session: ReadSession, owner_id: uuid.UUID, words: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """For each word those of the library that may have been meant instead."""
        if not words:
            return {}
        known = await self._words(session, owner_id, self._options.max_age)
        if not all(known.knows(word) for word in words):
            known = await self._words(session, owner_id, self._options.min_age)
        return {word: tuple(known.variants(word)) for word in words}

    async def _words(self, session: ReadSession, owner_id: uuid.UUID, max_age: float) -> Words:
        kept = self._kept.get(owner_id)
        now = self._clock()
        if kept is None or now - kept[0] > max_age:
            kept = (now, Words(await queries.list_terms(session, owner_id, limit=self._options.max_words)))
            self._kept[owner_id] = kept
        self._kept.move_to_end(owner_id)
        while len(self._kept) > self._options.owners:
            self._kept.popitem(last=False)
        return kept[1]
