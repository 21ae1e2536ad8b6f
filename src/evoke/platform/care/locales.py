"""The language and country that a browser or phone asks for."""

import re
from dataclasses import dataclass

DEFAULT_LANGUAGE = "en"
_MAX_CHARACTERS = 1000
_RANGE = re.compile(
    r"\s*(?P<language>[a-zA-Z]{2,3})(?P<rest>(?:[-_][a-zA-Z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(?P<quality>[01](?:\.\d{0,3})?)\s*)?"
)
_COUNTRY = re.compile(r"[a-zA-Z]{2}")
# Norwegian has one written name here; the others are names that were replaced and are still sent.
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "cmn": "zh", "yue": "zh"}
_SAME_COUNTRY = {"UK": "GB"}


@dataclass(frozen=True, slots=True)
class Locale:
    """`language` is ISO 639-1 in lower case (of three letters where there is none), `country` ISO 3166-1 alpha-2."""

    language: str = DEFAULT_LANGUAGE
    country: str | None = None


def locale_of(accept_language: str | None) -> Locale:
    """The locale that is wanted most: by an Accept-Language header (RFC 9110, 12.5.4) or a name such as `de_AT`.

    When the favourite names no country, that of the first entry with the same language is taken. What is not
    understood is passed over; nothing understood is English without a country. Never raises.
    """
    wanted: list[tuple[float, int, Locale]] = []
    for place, part in enumerate((accept_language or "")[:_MAX_CHARACTERS].split(",")):
        found = _RANGE.fullmatch(part.partition(".")[0] if ";" not in part else part)
        if found is None:
            continue
        quality = float(found["quality"] or 1)
        if quality > 0:
            wanted.append((-quality, place, _locale(found["language"], found["rest"])))
    if not wanted:
        return Locale()
    ordered = [locale for _, _, locale in sorted(wanted, key=lambda entry: entry[:2])]
    language = ordered[0].language
    country = next((locale.country for locale in ordered if locale.language == language and locale.country), None)
    return Locale(language, country)


def _locale(language: str, rest: str) -> Locale:
    code = language.lower()
    subtags = re.split("[-_]", rest)[1:]
    country = None
    for subtag in subtags:
        if len(subtag) == 1:  # an extension: what follows are its own values
            break
        if _COUNTRY.fullmatch(subtag):
            country = subtag.upper()
            break
    return Locale(_SAME.get(code, code), _SAME_COUNTRY.get(country, country) if country else None)
