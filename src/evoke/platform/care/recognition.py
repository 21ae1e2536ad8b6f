"""Whether a text speaks of self-harm, in 30 languages, by patterns.

It errs on the side of support: a text about the suicide of somebody else is recognised too, since those who grieve so
are helped by the same lines; "I would never kill myself" is recognised, since what is denied was thought of. Idioms
and accidents ("kill time", "cut myself shaving") are left out. It finds words and cannot judge a person: what is not
recognised is no sign that all is well.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from evoke.platform.care import folding

MAX_CHARACTERS = 50_000
"""Longer texts are read this far: five times the longest text that is accepted anywhere."""
_LETTERS = {
    "latin": "a-z",
    "cyrillic": "\u0400-\u04ff",
    "greek": "\u0370-\u03ff",
    "arabic": "\u0600-\u06ff",
    "hebrew": "\u0590-\u05ff",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "thai": "\u0e00-\u0e7f",
    "japanese": "\u3040-\u30ff\u4e00-\u9fff",
    "han": "\u4e00-\u9fff",
    "hangul": "\uac00-\ud7a3",
}


_PLAIN_GROUP = re.compile(r"\((?!\?)")


@dataclass(frozen=True, slots=True)
class _Script:
    """Patterns of the languages that share a script. Their idioms are one list: film titles and words such as
    `suicide` cross borders."""

    letters: re.Pattern[str]
    quiet: re.Pattern[str]
    signs: tuple[re.Pattern[str], ...]


def speaks_of_self_harm(text: str) -> bool:
    """Whether any sentence of a text in any of the languages does. Some milliseconds for 1,000 characters, CPU only."""
    if not text.strip():
        return False
    for reading in folding.readings(text[:MAX_CHARACTERS]):
        for script in _scripts():
            if not script.letters.search(reading):
                continue
            loud = script.quiet.sub(" . ", reading)
            if any(signs.search(loud) for signs in script.signs):
                return True
    return False


def languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) whose patterns are known."""
    return tuple(dict.fromkeys(code.partition("-")[0] for code in _patterns()))


@cache
def _patterns() -> dict[str, Any]:
    data = resources.files("evoke.platform.care").joinpath("patterns.toml").read_text(encoding="utf-8")
    return tomllib.loads(data)


@cache
def _scripts() -> tuple[_Script, ...]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in _patterns().values():
        found.setdefault(entry["script"], []).append(entry)
    return tuple(
        _Script(
            re.compile(f"[{_LETTERS[script]}]"),
            _compile(
                [pattern for entry in entries for pattern in entry["quiet"]], inside=entries[0].get("inside", False)
            ),
            tuple(_compile(entry["signs"], inside=entry.get("inside", False)) for entry in entries),
        )
        for script, entries in found.items()
    )


def _compile(patterns: list[str], *, inside: bool) -> re.Pattern[str]:
    # Plain groups read best in the file; capturing them would cost time and serve nobody.
    one = _PLAIN_GROUP.sub("(?:", "|".join(map(folding.letters, patterns)))
    return re.compile(one if inside else rf"(?<!\w)(?:{one})(?!\w)")
