"""From tags to facts: one place that knows which tag means what, and which of several wins.

Where file and sidecar both speak, the sidecar wins: it is what the person wrote last. Inside a file EXIF wins for
what the camera measured, XMP for what a person may have edited.
"""

from evoke.platform.metadata import captions, date_tags, facts, numbers, positions, ratings, raw, sidecars, values

_TURNED_BY_CONTAINER = frozenset(
    {"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif"}
)
_MANY_ISO = 65_535  # what EXIF's 16 bits hold when the real value is elsewhere
_LENS_TAGS = ("Photo.LensModel", "Canon.LensModel", "OlympusEq.LensModel", "Panasonic.LensType", "Sony2.LensModel")


def interpret(found: raw.RawMetadata, sidecar: sidecars.Sidecar | None = None) -> facts.PhotoFacts:
    """All facts of a photo from its tags and its sidecar. Pure, and defined for any tags whatever."""
    beside = sidecar.facts if sidecar else facts.PhotoFacts()
    exif, xmp, iptc = found.exif, found.xmp, found.iptc
    title = beside.title or captions.title(xmp, exif, iptc)
    description = beside.description or captions.description(xmp, exif, iptc)
    return facts.PhotoFacts(
        camera=_camera(found),
        exposure=_exposure(exif, xmp),
        position=beside.position or positions.from_exif(exif) or positions.from_xmp(xmp),
        orientation=1 if found.mime_type in _TURNED_BY_CONTAINER else _orientation(exif, xmp),
        rating=ratings.stars(xmp, exif) if beside.rating is None else beside.rating,
        keywords=beside.keywords or captions.keywords(xmp, exif, iptc),
        title=title,
        description=description or title,
        dates=(*beside.dates, *date_tags.from_exif(exif), *date_tags.from_xmp(xmp), *date_tags.from_iptc(iptc)),
        offsets=date_tags.clock_offsets(exif, xmp),
        content_identifier=date_tags.first_text(exif, ("Apple.ContentIdentifier",)),
        favorite=beside.favorite,
    )


def _camera(found: raw.RawMetadata) -> facts.Camera:
    exif, xmp = found.exif, found.xmp
    lens = date_tags.first_text(exif, _LENS_TAGS) or date_tags.first_text(xmp, ("exifEX:LensModel", "aux:Lens"))
    return facts.Camera(
        make=_label(exif.get("Image.Make")) or _label(xmp.get("tiff:Make")),
        model=_label(exif.get("Image.Model")) or _label(xmp.get("tiff:Model")),
        lens=_label(lens) or _label(found.lens_name),
    )


def _exposure(exif: values.Tags, xmp: values.Tags) -> facts.Exposure:
    f_number = numbers.positive(exif.get("Photo.FNumber"), below=1000) or numbers.positive(
        xmp.get("exif:FNumber"), below=1000
    )
    aperture = numbers.positive(exif.get("Photo.ApertureValue"), below=20)
    seconds = numbers.positive(exif.get("Photo.ExposureTime"), below=1e6) or numbers.positive(
        xmp.get("exif:ExposureTime"), below=1e6
    )
    speed = numbers.number(exif.get("Photo.ShutterSpeedValue"))
    # APEX (EXIF 2.32, annex C): aperture value = 2 log2 N, speed value = -log2 of the seconds.
    if f_number is None and aperture is not None:
        f_number = 2 ** (aperture / 2)
    if seconds is None and speed is not None and -16 < speed < 20:
        seconds = 2**-speed
    length = numbers.positive(exif.get("Photo.FocalLength"), below=1e5) or numbers.positive(
        xmp.get("exif:FocalLength"), below=1e5
    )
    return facts.Exposure(
        f_number=None if f_number is None else round(f_number, 2),
        exposure_time=None if seconds is None else numbers.exposure_time(seconds),
        iso=_iso(exif, xmp),
        focal_length_mm=None if length is None else round(length, 2),
    )


def _iso(exif: values.Tags, xmp: values.Tags) -> int | None:
    short = numbers.positive(exif.get("Photo.ISOSpeedRatings"), below=1e7)
    if short is not None and short != _MANY_ISO:
        return round(short)
    tags = ("Photo.RecommendedExposureIndex", "Photo.ISOSpeed", "Photo.StandardOutputSensitivity")
    wide = [numbers.positive(exif.get(tag), below=1e7) for tag in tags]
    wide += [
        numbers.positive(xmp.get(tag), below=1e7) for tag in ("exifEX:PhotographicSensitivity", "exif:ISOSpeedRatings")
    ]
    first = next((value for value in wide if value is not None), short)
    return None if first is None else round(first)


def _orientation(exif: values.Tags, xmp: values.Tags) -> int:
    for value in (exif.get("Image.Orientation"), xmp.get("tiff:Orientation")):
        turned = numbers.number(value)
        if turned is not None and turned in range(1, 9):
            return int(turned)
    return 1


def _label(value: values.JsonValue) -> str | None:
    """A name on one line, at most 200 characters."""
    text = values.words(value)
    return " ".join(text.split())[:200] if text else None
