"""What a video's container says, as the facts that photos have too.

The keys are FFmpeg's names in lower case: `creation_time` is the container's own date (QuickTime: seconds since
1904, UTC), `com.apple.quicktime.…` are Apple's, `location` is Android's `©xyz`.
"""

import re
from collections.abc import Iterator, Mapping

from evoke.platform.metadata import captions, facts, positions, values

_APPLE = "com.apple.quicktime."
# ISO 6709: latitude and longitude in degrees, the altitude in metres if there is one, then a slash.
_ISO6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,6}(?:\.\d+)?)?(?:CRS[^/]*)?/?")
# The epoch of QuickTime: cameras without a clock write zero.
_NO_DATE = "1904-01-01T00:00:00"


def interpret(tags: Mapping[str, str]) -> facts.PhotoFacts:
    """Facts of a video. Pure, and defined for any tags whatever."""
    title = values.words(_first(tags, f"{_APPLE}title", f"{_APPLE}displayname", "title"))
    description = captions.first_written(
        (_first(tags, f"{_APPLE}description"), _first(tags, "description"), _first(tags, f"{_APPLE}comment", "comment"))
    )
    return facts.PhotoFacts(
        camera=facts.Camera(
            make=_first(tags, f"{_APPLE}make", "make", "com.android.manufacturer"),
            model=_first(tags, f"{_APPLE}model", "model", "com.android.model"),
        ),
        position=_position(_first(tags, f"{_APPLE}location.iso6709", "location", "location-eng")),
        keywords=captions.distinct((_first(tags, f"{_APPLE}keywords", "keywords") or "").split(",")),
        title=title,
        description=description or title,
        dates=tuple(_dates(tags)),
        content_identifier=_first(tags, f"{_APPLE}content.identifier"),
    )


def _dates(tags: Mapping[str, str]) -> Iterator[facts.DateCandidate]:
    apple = _first(tags, f"{_APPLE}creationdate")
    if apple:
        yield facts.DateCandidate("CreationDate", "quicktime", apple)
    container = _first(tags, "creation_time")
    if container and not container.startswith(_NO_DATE):
        yield facts.DateCandidate("MediaCreateDate", "quicktime", container, universal=True)


def _position(text: str | None) -> facts.Position | None:
    found = _ISO6709.fullmatch(text) if text else None
    if found is None:
        return None
    return positions.checked(float(found[1]), float(found[2]), float(found[3]) if found[3] else None)


def _first(tags: Mapping[str, str], *names: str) -> str | None:
    """The first of these that is there, cleaned, at most MAX_TEXT long."""
    for name in names:
        text = values.words(values.clean(tags.get(name)))
        if text:
            return text
    return None
