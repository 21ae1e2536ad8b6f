"""Where a photo was taken, out of EXIF's GPS tags or XMP's copies of them."""

import math
import re

from evoke.platform.metadata import facts, numbers, values

_LOWEST, _HIGHEST = -12_000.0, 100_000.0  # metres: below the deepest sea, and the edge of space
_XMP_COORDINATE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])", re.IGNORECASE)
_PRECISION = 7  # decimals of a degree: one centimetre


def from_exif(tags: values.Tags) -> facts.Position | None:
    """The position of EXIF's GPS directory; degrees, minutes and seconds, each a fraction, and a letter each."""
    latitude = _degrees(tags.get("GPSInfo.GPSLatitude"), tags.get("GPSInfo.GPSLatitudeRef"))
    longitude = _degrees(tags.get("GPSInfo.GPSLongitude"), tags.get("GPSInfo.GPSLongitudeRef"))
    altitude = _altitude(tags.get("GPSInfo.GPSAltitude"), tags.get("GPSInfo.GPSAltitudeRef"))
    return checked(latitude, longitude, altitude)


def from_xmp(tags: values.Tags) -> facts.Position | None:
    """The position of XMP's exif schema: `51,30.5N`, `51,30,30N` or plain degrees."""
    latitude = _xmp_degrees(tags.get("exif:GPSLatitude"))
    longitude = _xmp_degrees(tags.get("exif:GPSLongitude"))
    return checked(latitude, longitude, _altitude(tags.get("exif:GPSAltitude"), tags.get("exif:GPSAltitudeRef")))


def checked(latitude: float | None, longitude: float | None, altitude: float | None) -> facts.Position | None:
    """A position if both degrees are on the globe and not 0/0, which is what a receiver without a fix writes."""
    if latitude is None or longitude is None or not math.isfinite(latitude) or not math.isfinite(longitude):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    if altitude is not None and not _LOWEST <= altitude <= _HIGHEST:
        altitude = None
    return facts.Position(
        latitude=round(latitude, _PRECISION),
        longitude=round(longitude, _PRECISION),
        altitude_m=None if altitude is None else round(altitude, 3),
    )


def _degrees(value: values.JsonValue, reference: values.JsonValue) -> float | None:
    parts = value if isinstance(value, list) else [value]
    sizes = [numbers.number(part) for part in parts[:3]]
    degrees = sizes[0] if sizes else None
    if degrees is None:
        return None
    # Seconds or minutes of 0/0 are "not given"; the degrees before them still hold.
    for power, size in enumerate(sizes[1:], start=1):
        degrees += (size or 0.0) / 60**power
    return -degrees if isinstance(reference, str) and reference.strip()[:1].upper() in ("S", "W") else degrees


def _xmp_degrees(value: values.JsonValue) -> float | None:
    if isinstance(value, str):
        found = _XMP_COORDINATE.fullmatch(value.strip())
        if found:
            degrees = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
            return -degrees if found[4].upper() in "SW" else degrees
    return numbers.number(value)


def _altitude(value: values.JsonValue, reference: values.JsonValue) -> float | None:
    metres = numbers.number(value)
    if metres is None:
        return None
    return -abs(metres) if numbers.number(reference) == 1 else metres
