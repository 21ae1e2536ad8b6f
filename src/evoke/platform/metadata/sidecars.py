"""Sidecars: what a program or a service keeps about a photo in a file of its own.

XMP as Lightroom, darktable, digiKam and Immich write it, and the JSON of Google Takeout. Which of the two a file
is, its content says, not its name.
"""

import json
from dataclasses import dataclass
from typing import Literal

from evoke.platform.metadata import captions, date_tags, facts, positions, ratings, takeout, values, xmp
from evoke.platform.metadata.errors import InvalidSidecar

MAX_SIDECAR = xmp.MAX_PACKET


@dataclass(frozen=True)
class Sidecar:
    """A sidecar that was understood: its kind, every tag in it, and the facts that it states.

    Facts that it does not state are empty in `facts`, so that those of the file can stand in for them.
    """

    kind: Literal["xmp", "takeout"]
    tags: values.Tags
    facts: facts.PhotoFacts


def parse(content: bytes) -> Sidecar:
    """Reads a sidecar. Raises InvalidSidecar, which says what is wrong with it."""
    if len(content) > MAX_SIDECAR:
        raise InvalidSidecar(f"it has {len(content)} bytes, the limit is {MAX_SIDECAR}")
    beginning = content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1]
    if beginning == b"{":
        return _takeout(content)
    if beginning == b"<":
        return _xmp(content)
    raise InvalidSidecar("it is neither XMP nor Takeout JSON" if beginning else "it is empty")


def _xmp(content: bytes) -> Sidecar:
    try:
        found, _ = values.bounded(xmp.parse(content))
    except xmp.XmpError as error:
        raise InvalidSidecar(str(error)) from error
    return Sidecar(
        kind="xmp",
        tags=found,
        facts=facts.PhotoFacts(
            position=positions.from_xmp(found),
            rating=ratings.stars(found, {}),
            keywords=captions.keywords(found, {}, {}),
            title=captions.title(found, {}, {}),
            description=captions.description(found, {}, {}),
            dates=tuple(date_tags.from_xmp(found, "sidecar")),
        ),
    )


def _takeout(content: bytes) -> Sidecar:
    try:
        # Takeout writes UTF-8; `json` finds out about UTF-16 by itself. A number with thousands of digits raises
        # ValueError, thousands of brackets RecursionError.
        document = json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        raise InvalidSidecar(f"it is no well-formed JSON ({error})") from error
    if not isinstance(document, dict) or not takeout.is_about_a_photo(document):
        raise InvalidSidecar("it is JSON, but nothing in it is about a photo as in a Google Takeout")
    found, _ = values.bounded(document)
    return Sidecar(kind="takeout", tags=found, facts=takeout.facts_of(found))
