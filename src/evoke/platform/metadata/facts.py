"""What a photo says about itself, in the shapes that the library keeps."""

from dataclasses import dataclass, field
from typing import Literal

Family = Literal["exif", "xmp", "iptc", "quicktime", "sidecar"]


@dataclass(frozen=True)
class DateCandidate:
    """One date tag as it was found, not yet judged.

    name: exiftool's name of the tag, which is what the photos contract orders by (`SubSecDateTimeOriginal`).
    family: where it stood; offset tags count for dates of their own family.
    text: as written, `2019:03:21 11:04:22` or ISO 8601, possibly with fraction and offset.
    offsets: the offset tags (`+02:00`) that belong to the date, the one that counts most first.
    universal: the text is UTC by definition (GPS, QuickTime, Takeout), whatever it looks like.
    """

    name: str
    family: Family
    text: str
    offsets: tuple[str, ...] = ()
    universal: bool = False


@dataclass(frozen=True)
class Camera:
    make: str | None = None
    model: str | None = None
    lens: str | None = None


@dataclass(frozen=True)
class Exposure:
    """f_number is N in f/N, exposure_time seconds as people write them (`1/887`, `2.5`), focal length millimetres."""

    f_number: float | None = None
    exposure_time: str | None = None
    iso: int | None = None
    focal_length_mm: float | None = None


@dataclass(frozen=True)
class Position:
    """WGS 84 degrees, north and east positive; altitude in metres above the sea. Never 0/0."""

    latitude: float
    longitude: float
    altitude_m: float | None = None


@dataclass(frozen=True)
class PhotoFacts:
    """All facts of one photo and its sidecar; what is not known is None, or empty.

    orientation: EXIF's 1 to 8, how a decoder that does not turn pictures must turn this one. Always 1 for HEIF
        and AVIF, where the container turns the picture and the EXIF tag has no say (ISO 23008-12, A.2).
    rating: 0 to 5; XMP's -1 (rejected) is None.
    title: kept apart from `description`, which falls back to it.
    offsets: OffsetTimeOriginal of EXIF and of XMP, which tell the camera's zone for dates from elsewhere too.
    content_identifier: ties an Apple live photo to its video.
    favorite: only Takeout says it.
    """

    camera: Camera = field(default_factory=Camera)
    exposure: Exposure = field(default_factory=Exposure)
    position: Position | None = None
    orientation: int = 1
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    title: str | None = None
    description: str | None = None
    dates: tuple[DateCandidate, ...] = ()
    offsets: tuple[str, ...] = ()
    content_identifier: str | None = None
    favorite: bool | None = None
