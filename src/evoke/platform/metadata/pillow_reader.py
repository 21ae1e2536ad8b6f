"""The reader that is always there: Pillow with pillow-heif for the container, defusedxml for the XMP.

Slower than exiv2, and maker notes stay closed (except Apple's content identifier).
"""

import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pillow_heif
from PIL import ExifTags, Image, PngImagePlugin, TiffImagePlugin, UnidentifiedImageError

from evoke.platform.metadata import apple, exif_tags, iptc, raw, values, xmp

pillow_heif.register_heif_opener()
# Broken files are daily bread here, and end as problems of the answer: not as errors in the log too.
logging.getLogger("PIL").setLevel(logging.CRITICAL)

# Pillow says what is wrong with a file by warnings, and who listens to warnings does so for the whole process.
_LISTENING = threading.Lock()

_PHOTOSHOP_IPTC = 0x0404
_TIFF_IPTC = 33723
_TIFF_XMP = 700
_MAKER_NOTE = 37500
_ORIENTATION = 274
_IFDS = (
    (ExifTags.IFD.Exif, "Photo"),
    (ExifTags.IFD.GPSInfo, "GPSInfo"),
    (ExifTags.IFD.Interop, "Iop"),
    (ExifTags.IFD.IFD1, "Thumbnail"),
)


class PillowReader:
    """Reads with Pillow. Implements `raw.MetadataReader`."""

    name = "pillow"

    def read(self, source: raw.Source, mime_type: str) -> raw.RawMetadata:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return self._read(file, mime_type)
        return self._read(io.BytesIO(source), mime_type)

    def _read(self, file: IO[bytes], mime_type: str) -> raw.RawMetadata:
        problems: list[raw.Problem] = []
        exif: dict[str, object] = {}
        properties: dict[str, values.JsonValue] = {}
        datasets: dict[str, object] = {}
        with _LISTENING, warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            with _guarded("metadata", problems), Image.open(file) as image:
                with _guarded("EXIF", problems):
                    exif = _exif(image, problems)
                with _guarded("XMP", problems):
                    properties = _xmp(image)
                with _guarded("IPTC", problems):
                    datasets = _iptc(image)
        said = {str(warning.message) for warning in heard if "PIL" in Path(warning.filename).parts}
        problems.extend(raw.unreadable("metadata", message) for message in sorted(said))
        return raw.collect(mime_type, exif=exif, xmp=properties, iptc=datasets, problems=problems)


@contextmanager
def _guarded(what: str, problems: list[raw.Problem]) -> Iterator[None]:
    """Turns whatever a damaged file makes Pillow or a plug-in raise into a problem.

    Every kind of exception: from SyntaxError to struct.error and ZeroDivisionError they all have been seen, and
    one bad file must never stop an import.
    """
    try:
        yield
    except UnidentifiedImageError:  # its own words name the file's path
        problems.append(raw.unreadable(what, "its format is not known"))
    except Exception as error:
        problems.append(raw.unreadable(what, str(error) or type(error).__name__, f"unreadable_{what.lower()}"))


def _exif(image: Image.Image, problems: list[raw.Problem]) -> dict[str, object]:
    exif = _exif_of(image)
    found: dict[str, object] = {}
    for number in list(exif):
        with _guarded("EXIF", problems):
            _put(found, "Image", number, exif[number])
    for ifd, group in _IFDS:
        with _guarded("EXIF", problems):
            directory = exif.get_ifd(ifd)
            for number in list(directory):
                _put(found, group, number, directory[number])
    return found


def _exif_of(image: Image.Image) -> Image.Exif:
    """The EXIF block as the file has it.

    Its orientation is often Pillow's own: `Image.getexif` takes one from the XMP, the AVIF plug-in from the container,
    and pillow-heif, which turns the picture itself, says 1. All undone, since this is about what the file says.
    """
    if isinstance(image, PngImagePlugin.PngImageFile) and not {"exif", "xmp"} & image.info.keys():
        image.load()  # some writers put both behind the picture, where Pillow finds them only while decoding
    block = image.info.get("exif")
    if isinstance(block, bytes):
        exif = Image.Exif()
        exif.load(block)
    elif isinstance(image, TiffImagePlugin.TiffImageFile) or "Raw profile type exif" in image.info:
        exif = image.getexif()
        if isinstance(image, TiffImagePlugin.TiffImageFile) and _ORIENTATION not in image.tag_v2:
            exif.pop(_ORIENTATION, None)
    else:
        return Image.Exif()
    if image.format == "AVIF":
        exif.pop(_ORIENTATION, None)
    if image.info.get("original_orientation"):
        exif[_ORIENTATION] = image.info["original_orientation"]
    return exif


def _put(found: dict[str, object], group: str, number: int, value: object) -> None:
    name = _name(group, number)
    if f"{group}.{name}" in exif_tags.POINTERS:
        return
    found[f"{group}.{name}"] = _value(name, value)
    if number == _MAKER_NOTE and isinstance(value, bytes):
        identifier = apple.content_identifier(value)
        if identifier:
            found["Apple.ContentIdentifier"] = identifier


def _name(group: str, number: int) -> str:
    own = exif_tags.NAMES_OF_OUR_OWN.get("Image" if group == "Thumbnail" else group, {})
    table = ExifTags.GPSTAGS if group == "GPSInfo" else ExifTags.TAGS
    return own.get(number) or table.get(number) or f"0x{number:04x}"


def _value(name: str, value: object) -> values.JsonValue:
    if isinstance(value, bytes):
        return exif_tags.from_bytes(name, value)
    if isinstance(value, str):
        # Pillow reads ASCII as Latin-1, which keeps every byte.
        return exif_tags.from_text(name, value.encode("latin-1", "replace"))
    if isinstance(value, tuple | list):
        return exif_tags.one_or_many([_value(name, item) for item in value])
    if isinstance(value, TiffImagePlugin.IFDRational):
        return exif_tags.rational(int(value.numerator), int(value.denominator))
    return values.clean(value)


def _xmp(image: Image.Image) -> dict[str, values.JsonValue]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if packet is None and isinstance(image, TiffImagePlugin.TiffImageFile):
        packet = image.tag_v2.get(_TIFF_XMP)
    if not packet or not isinstance(packet, bytes | str):
        return {}
    return xmp.parse(packet)


def _iptc(image: Image.Image) -> dict[str, object]:
    block: object = None
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        block = image.tag_v2.get(_TIFF_IPTC)
    else:
        resources = image.info.get("photoshop")
        block = resources.get(_PHOTOSHOP_IPTC) if isinstance(resources, dict) else None
    if isinstance(block, tuple):  # some writers declare the block as a list of longs
        block = b"".join(int(number).to_bytes(4, "little") for number in block)
    return iptc.tags(iptc.split(block)) if isinstance(block, bytes) else {}
