"""Who listens, and where: crisis lines by country, with a calm message in the reader's language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from evoke.platform.care.locales import DEFAULT_LANGUAGE

ALWAYS: Final = "24/7"
# Where a language is written almost only in one country, that country is meant when none is named.
_HOME: Final = {
    "bn": "BD", "cs": "CZ", "da": "DK", "el": "GR", "et": "EE", "fi": "FI", "he": "IL", "hi": "IN", "hr": "HR",
    "hu": "HU", "id": "ID", "is": "IS", "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "ms": "MY",
    "mt": "MT", "ne": "NP", "nl": "NL", "no": "NO", "pl": "PL", "ro": "RO", "si": "LK", "sk": "SK", "sl": "SI",
    "sr": "RS", "sv": "SE", "th": "TH", "tl": "PH", "tr": "TR", "uk": "UA", "ur": "PK",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Somebody to talk to. At least one of `phone`, `text` (a number for messages) and `url` is there.

    `country` is ISO 3166-1, None for an international directory; `languages` are ISO 639-1, those spoken there;
    `hours` is `24/7`, local hours as `10:00–24:00`, or None where they vary. `source` says who vouches for it, `as_of`
    when (`YYYY` or `YYYY-MM`).
    """

    name: str
    phone: str | None
    text: str | None
    url: str | None
    country: str | None
    languages: tuple[str, ...]
    hours: str | None
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Support:
    """What to show. `language` is that of `message`: the one asked for, or English where it is not written yet."""

    message: str
    language: str
    country: str | None
    emergency: tuple[str, ...]
    lines: tuple[CrisisLine, ...]


def support_for(language: str, country: str | None = None) -> Support:
    """A message and lines for a reader of `language` (ISO 639-1) in `country` (ISO 3166-1, None if unknown).

    Lines that speak the language come first, the two international directories last; they are always there. An
    unknown country, or one without a line on file, has the directories alone.
    """
    texts = _messages()
    spoken = language if language in texts else DEFAULT_LANGUAGE
    place = (country or _HOME.get(language) or "").upper()
    here = _countries().get(place)
    emergency: tuple[str, ...] = tuple(here["emergency"]) if here else ()
    lines = [_line(entry, place) for entry in here["lines"]] if here else []
    lines.sort(key=lambda line: language not in line.languages)
    return Support(
        message=texts[spoken]["message"].format(emergency=" / ".join(emergency) or texts[spoken]["elsewhere"]),
        language=spoken,
        country=place if here else None,
        emergency=emergency,
        lines=(*lines, *_directories(texts[spoken]["directories"])),
    )


def countries() -> tuple[str, ...]:
    """The countries (ISO 3166-1) on file."""
    return tuple(_countries())


def languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) in which the message is written."""
    return tuple(_messages())


def _line(entry: Mapping[str, Any], country: str) -> CrisisLine:
    return CrisisLine(
        name=entry["name"],
        phone=entry.get("phone"),
        text=entry.get("text"),
        url=entry.get("url"),
        country=country,
        languages=tuple(entry["languages"]),
        hours=entry.get("hours"),
        source=entry["source"],
        as_of=entry["as_of"],
    )


def _directories(what: str) -> tuple[CrisisLine, ...]:
    return tuple(
        CrisisLine(f"{what}: {site}", None, None, f"https://{site}", None, (), None, site, "2025")
        for site in ("findahelpline.com", "befrienders.org")
    )


@cache
def _countries() -> Mapping[str, Any]:
    return _read("lines.toml")


@cache
def _messages() -> Mapping[str, Any]:
    return _read("messages.toml")


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("evoke.platform.care").joinpath(name).read_text(encoding="utf-8"))
