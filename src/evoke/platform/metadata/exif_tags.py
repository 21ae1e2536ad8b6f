"""EXIF values as both readers shape them, so that the same file gives the same tags whoever read it.

Names and numbers: EXIF 2.32 (CIPA DC-008), TIFF 6.0, and Microsoft's XP tags. Numbers without a name here are
looked up in Pillow's table by the Pillow reader; the names below are those that differ from it.
"""

from collections.abc import Sequence

from evoke.platform.metadata import texts, values

NAMES_OF_OUR_OWN: dict[str, dict[int, str]] = {
    "Image": {
        286: "XPosition", 287: "YPosition", 513: "JPEGInterchangeFormat", 514: "JPEGInterchangeFormatLength",
        34665: "ExifTag", 34853: "GPSTag", 37390: "FocalPlaneXResolution", 37391: "FocalPlaneYResolution",
        37392: "FocalPlaneResolutionUnit", 37398: "TIFFEPStandardID", 37399: "SensingMethod",
    },
    "Photo": {
        37396: "SubjectArea", 37520: "SubSecTime", 37521: "SubSecTimeOriginal", 37522: "SubSecTimeDigitized",
        37888: "Temperature", 40960: "FlashpixVersion", 40962: "PixelXDimension", 40963: "PixelYDimension",
        40965: "InteroperabilityTag", 42038: "ImageTitle", 42039: "Photographer", 42040: "ImageEditor",
        42041: "CameraFirmware", 42042: "RAWDevelopingSoftware", 42043: "ImageEditingSoftware",
        42044: "MetadataEditingSoftware", 42081: "SourceImageNumberOfCompositeImage",
        42082: "SourceExposureTimesOfCompositeImage",
    },
    "Iop": {1: "InteroperabilityIndex", 2: "InteroperabilityVersion"},
}  # fmt: skip

# Where other directories begin in the file: of no use to anybody once it has been read.
POINTERS = frozenset({"Image.ExifTag", "Image.GPSTag", "Photo.InteroperabilityTag"})
# Written as text, or as bytes by writers that did not read the standard; read as text either way.
_XP = frozenset({"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"})
_COMMENTS = frozenset({"UserComment", "GPSProcessingMethod", "GPSAreaInformation"})
# Whole blocks that are read on their own, or that only software reads.
_BLOCKS = frozenset({"MakerNote", "XMLPacket", "IPTCNAA", "ImageResources", "InterColorProfile", "PrintImageMatching"})
_SHORT = 32


def from_bytes(name: str, raw: bytes) -> values.JsonValue:
    """A value of type Byte or Undefined: a text where the tag is one, small numbers, or a marker with its length."""
    if name in _XP:
        return texts.decode_xp(raw)
    if name in _COMMENTS:
        return texts.decode_comment(raw)
    if name in _BLOCKS or len(raw) > _SHORT:
        return values.binary_marker(len(raw))
    if len(raw) > 1 and raw.isascii() and raw.decode("ascii").isprintable():
        return raw.decode("ascii").strip()
    return one_or_many(list(raw))


def one_or_many(numbers: Sequence[values.JsonValue]) -> values.JsonValue:
    """A single value as itself, several as a list, none as an empty text."""
    if len(numbers) == 1:
        return numbers[0]
    return list(numbers) if numbers else ""


def from_text(name: str, raw: bytes) -> values.JsonValue:
    """A value of type ASCII, whatever its bytes really are."""
    if name in _COMMENTS:
        return texts.decode_comment(raw)
    return texts.decode(raw)


def rational(numerator: int, denominator: int) -> str:
    """A fraction as it is written in the file; a zero below is kept, it means unknown or infinite."""
    return f"{numerator}/{denominator}"
