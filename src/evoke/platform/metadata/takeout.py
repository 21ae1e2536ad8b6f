"""The JSON beside each photo of a Google Photos Takeout.

It is not documented by Google; the fields are those seen in exports of 2018 to 2026. `photoTakenTime` is an
instant in seconds since 1970, UTC; `geoData` is what the person or Google set, `geoDataExif` what the file said,
and both are 0/0 when nothing is known. `title` is the original file name. People are left alone.
"""

from datetime import UTC, datetime, timedelta

from evoke.platform.metadata import facts, numbers, positions, values

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKS = ("photoTakenTime", "geoData", "geoDataExif", "googlePhotosOrigin", "photoLastModifiedTime")
_LONGEST = 10**11  # seconds: beyond year 5000, nothing that a photo was taken at


def is_about_a_photo(document: dict[str, object]) -> bool:
    """Whether this is a photo's JSON: an album's `metadata.json` has none of these fields."""
    return any(mark in document for mark in _MARKS)


def facts_of(tags: values.Tags) -> facts.PhotoFacts:
    """What a Takeout JSON states."""
    date = _taken(tags.get("photoTakenTime"))
    favorite = tags.get("favorited")
    return facts.PhotoFacts(
        position=_position(tags.get("geoData")) or _position(tags.get("geoDataExif")),
        description=values.words(tags.get("description")),
        dates=() if date is None else (date,),
        favorite=favorite if isinstance(favorite, bool) else None,
    )


def _taken(value: values.JsonValue) -> facts.DateCandidate | None:
    """The instant. Zero is kept: someone may have a photo of that second, and Google writes nothing for unknown."""
    seconds = numbers.number(value.get("timestamp")) if isinstance(value, dict) else None
    if seconds is None or abs(seconds) > _LONGEST:
        return None
    try:
        taken = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return facts.DateCandidate("photoTakenTime", "sidecar", taken.isoformat(), universal=True)


def _position(value: values.JsonValue) -> facts.Position | None:
    if not isinstance(value, dict):
        return None
    latitude, longitude, altitude = (numbers.number(value.get(key)) for key in ("latitude", "longitude", "altitude"))
    # Google writes an altitude of 0 for "not known".
    return positions.checked(latitude, longitude, altitude or None)
