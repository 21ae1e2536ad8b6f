"""Whether a text speaks of self-harm, in 30 languages, by patterns.

It errs on the side of support: a text about the suicide of somebody else is recognised too, since those who grieve so
are helped by the same lines; "I would never kill myself" is recognised, since what is denied was thought of. Idioms
and accidents ("kill time", "cut myself shaving") are left out. It finds words and cannot judge a person: what is not
recognised is no sign that all is well.
"""

import re
import threading
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from evoke.platform.care import folding
from evoke.platform.care.cues import Cues

MAX_CHARACTERS = 50_000
"""Longer texts are read this far: five times the longest text that is accepted anywhere."""
_loading = threading.Lock()
_PLAIN_GROUP = re.compile(r"\((?!\?)")


@dataclass(frozen=True)
class _Sign:
    source: str
    script: str
    inside: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text may match it: most texts match none, and there are hundreds."""
        return _compile([self.source], inside=self.inside)


@dataclass(frozen=True, slots=True)
class _Known:
    signs: tuple[_Sign, ...]
    cues: Cues
    quiet: Mapping[str, re.Pattern[str]]
    """By script, for idioms cross borders between its languages, as film titles and words such as `suicide` do."""


def speaks_of_self_harm(text: str) -> bool:
    """Whether any sentence of a text in any of the languages does. 0.1 ms for 200 characters, CPU only."""
    return bool(text.strip()) and any(map(_speaks, folding.readings(text[:MAX_CHARACTERS])))


def _speaks(reading: str) -> bool:
    known = _known()
    loud: dict[str, str] = {}
    for number in known.cues.candidates(reading):
        sign = known.signs[number]
        if sign.script not in loud:
            loud[sign.script] = known.quiet[sign.script].sub(" . ", reading)
        if sign.pattern.search(loud[sign.script]):
            return True
    return False


def is_loaded() -> bool:
    """Whether the patterns were read. The first text waits for that, some tenths of a second."""
    return _load.cache_info().currsize > 0


def languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) whose patterns are known."""
    return tuple(dict.fromkeys(code.partition("-")[0] for code in _patterns()))


@cache
def _patterns() -> dict[str, Any]:
    data = resources.files("evoke.platform.care").joinpath("patterns.toml").read_text(encoding="utf-8")
    return tomllib.loads(data)


def _known() -> _Known:
    with _loading:  # or as many threads as there are requests would do it at once
        return _load()


@cache
def _load() -> _Known:
    signs: list[_Sign] = []
    quiet: dict[str, list[str]] = {}
    inside: dict[str, bool] = {}
    for language in _patterns().values():
        script, within = language["script"], language.get("inside", False)
        inside.setdefault(script, within)
        quiet.setdefault(script, []).extend(language["quiet"])
        signs += [_Sign(_folded(source), script, within) for source in language["signs"]]
    idioms = {script: _compile(map(_folded, sources), inside=inside[script]) for script, sources in quiet.items()}
    return _Known(tuple(signs), Cues([sign.source for sign in signs]), idioms)


def _compile(sources: Iterable[str], *, inside: bool) -> re.Pattern[str]:
    one = "|".join(sources)
    return re.compile(one if inside else rf"(?<!\w)(?:{one})(?!\w)")


def _folded(pattern: str) -> str:
    # Plain groups read best in the file; capturing them would cost time and serve nobody.
    return _PLAIN_GROUP.sub("(?:", folding.letters(pattern))
