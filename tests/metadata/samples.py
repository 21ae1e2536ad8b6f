"""Pictures with metadata, made for the tests: every format, every kind of tag."""

import io
import struct

import pillow_heif
from PIL import ExifTags, Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener()

MIME_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}

NAMESPACES = """xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:own="http://example.org/photo/own/2.0/" """

FULL_XMP = """
 <dc:subject><rdf:Bag><rdf:li>Sea</rdf:li><rdf:li>Winter light</rdf:li></rdf:Bag></dc:subject>
 <dc:description><rdf:Alt><rdf:li xml:lang="de">Am Meer</rdf:li>
 <rdf:li xml:lang="x-default">At the sea</rdf:li>
 </rdf:Alt></dc:description>
 <xmp:Rating>4</xmp:Rating>
 <own:Field own:first="1" own:second="two"/>
 <xmpMM:History><rdf:Seq><rdf:li rdf:parseType="Resource"><stEvt:action>saved</stEvt:action></rdf:li></rdf:Seq>
 </xmpMM:History>
"""


def packet(inside: str, attributes: str = "") -> bytes:
    """An XMP packet whose one description holds `inside`."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF {NAMESPACES}><rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def full_exif() -> Image.Exif:
    """What a phone writes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Acme"
    exif[ExifTags.Base.Model] = "Phone 7"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = "Grüße".encode()
    exif[ExifTags.Base.XPKeywords] = "Rocks;sea\0".encode("utf-16-le")
    photo = exif.get_ifd(ExifTags.IFD.Exif)
    photo[ExifTags.Base.ExposureTime] = IFDRational(1, 887)
    photo[ExifTags.Base.FNumber] = IFDRational(9, 5)
    photo[ExifTags.Base.ISOSpeedRatings] = 20
    photo[ExifTags.Base.FocalLength] = IFDRational(399, 100)
    photo[ExifTags.Base.LensModel] = "Phone 7 back camera 3.99mm f/1.8"
    photo[ExifTags.Base.DateTimeOriginal] = "2019:03:21 11:04:22"
    photo[ExifTags.Base.SubsecTimeOriginal] = "348"
    photo[ExifTags.Base.OffsetTimeOriginal] = "-05:00"
    photo[ExifTags.Base.ExifVersion] = b"0231"
    photo[ExifTags.Base.ComponentsConfiguration] = b"\x01\x02\x03\x00"
    photo[ExifTags.Base.UserComment] = b"ASCII\0\0\0Hello"
    photo[ExifTags.Base.MakerNote] = apple_maker_note("6B29FC40-CA47-1067-B31D-00DD010662DA")
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (41.0, 13.0, 13.08)
    gps[ExifTags.GPS.GPSLongitudeRef] = "W"
    gps[ExifTags.GPS.GPSLongitude] = (96.0, 4.0, 17.85)
    gps[ExifTags.GPS.GPSAltitudeRef] = b"\x00"
    gps[ExifTags.GPS.GPSAltitude] = IFDRational(702, 2)
    gps[ExifTags.GPS.GPSDateStamp] = "2019:03:21"
    gps[ExifTags.GPS.GPSTimeStamp] = (16.0, 4.0, 21.5)
    return exif


def apple_maker_note(identifier: str) -> bytes:
    """A maker note with two entries: a number, and the content identifier."""
    text = identifier.encode() + b"\0"
    entries = struct.pack(">HHII", 1, 9, 1, 10) + struct.pack(">HHII", 0x11, 2, len(text), 16 + 2 * 12 + 4)
    return b"Apple iOS\0\0\1MM" + struct.pack(">H", 2) + entries + b"\0\0\0\0" + text


def iim(*datasets: tuple[int, int, bytes]) -> bytes:
    """An IPTC-IIM block."""
    return b"".join(struct.pack(">BBBH", 0x1C, record, number, len(raw)) + raw for record, number, raw in datasets)


FULL_IPTC = iim(
    (1, 90, b"\x1b%G"),
    (2, 0, b"\x00\x04"),
    (2, 25, b"sea"),
    (2, 25, "Küste".encode()),
    (2, 55, b"20190321"),
    (2, 60, b"110422-0500"),
    (2, 120, b"A caption"),
)


def picture(
    kind: str = "JPEG",
    *,
    exif: Image.Exif | bytes | None = None,
    xmp: bytes | None = None,
    iptc: bytes | None = None,
    size: tuple[int, int] = (32, 24),
) -> bytes:
    """A small file of this format with these blocks; IPTC only goes into JPEG and TIFF."""
    image = Image.new("RGB", size, (200, 80, 40))
    block = exif.tobytes() if isinstance(exif, Image.Exif) else exif
    options: dict[str, object] = {} if block is None else {"exif": block}
    if kind == "PNG" and xmp is not None:
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", xmp.decode())
    elif kind == "TIFF":
        options = {"exif": _tiff_tags(exif, xmp, iptc)}
    elif xmp is not None:
        options["xmp"] = xmp
    out = io.BytesIO()
    image.save(out, kind, **options)
    content = out.getvalue()
    return _with_iptc(content, iptc) if kind == "JPEG" and iptc is not None else content


def _tiff_tags(exif: Image.Exif | bytes | None, xmp: bytes | None, iptc: bytes | None) -> bytes:
    # As bytes: given the object, Pillow leaves out the directories below it.
    tags = exif if isinstance(exif, Image.Exif) else Image.Exif()
    if xmp is not None:
        tags[700] = xmp
    if iptc is not None:
        tags[33723] = iptc
    return tags.tobytes()


def _with_iptc(content: bytes, block: bytes) -> bytes:
    padded = block + b"\0" * (len(block) % 2)
    resource = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + padded
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(resource) + 2) + resource + content[2:]
