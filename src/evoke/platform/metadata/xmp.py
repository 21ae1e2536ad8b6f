"""XMP, the RDF that Adobe's tools, phones and photo managers write into pictures and sidecars.

Source: XMP Specification Part 1 (ISO 16684-1), chapter 7, and the prefixes of Part 2. Parsed without entities and
without a document type: a packet that declares one is refused, whatever it is for.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from evoke.platform.metadata import values

MAX_PACKET = 16 * 1024 * 1024

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_IGNORED_ATTRIBUTES = frozenset({
    f"{_RDF}about", f"{_RDF}ID", f"{_RDF}nodeID", f"{_RDF}datatype", f"{_RDF}parseType", f"{_XML}lang",
})  # fmt: skip

PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/Area#": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/xmp/sType/Area#": "stArea",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://darktable.sf.net/": "darktable",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Item",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
    "http://ns.apple.com/HDRGainMap/1.0/": "HDRGainMap",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
}


class XmpError(ValueError):
    """The packet is no XMP that can be read; the message says why."""


def parse(packet: bytes | str) -> dict[str, values.JsonValue]:
    """The properties of a packet by `prefix:name`. Raises XmpError."""
    root = _parse_xml(packet)
    rdf = root if root.tag == f"{_RDF}RDF" else next(root.iter(f"{_RDF}RDF"), None)
    if rdf is None:
        raise XmpError("it holds no rdf:RDF element")
    found: dict[str, values.JsonValue] = {}
    for description in rdf.findall(f"{_RDF}Description"):
        for name, value in _properties(description, 0):
            found.setdefault(name, value)
    return found


def _parse_xml(packet: bytes | str) -> Element:
    if len(packet) > MAX_PACKET:
        raise XmpError(f"it has {len(packet)} bytes, the limit is {MAX_PACKET}")
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    # Packets inside files are padded, and some writers end them with NUL.
    if not packet.startswith((b"\xff\xfe", b"\xfe\xff")):
        packet = packet.strip(b"\0 \t\r\n").removeprefix(b"\xef\xbb\xbf")
    if not packet:
        raise XmpError("it is empty")
    try:
        root: Element = fromstring(packet, forbid_dtd=True)
    except DefusedXmlException as error:
        raise XmpError("it declares a document type or entities, which are refused") from error
    except (ParseError, ValueError, LookupError) as error:
        raise XmpError(f"it is no well-formed XML ({error})") from error
    return root


def _properties(element: Element, depth: int) -> Iterator[tuple[str, values.JsonValue]]:
    """The properties of a description or a structure: its attributes (the short form), then its children."""
    for attribute, text in element.attrib.items():
        if attribute not in _IGNORED_ATTRIBUTES and attribute.startswith("{"):
            yield qualified(attribute), text.strip()
    for child in element:
        yield qualified(child.tag), _value(child, depth + 1)


def _value(element: Element, depth: int) -> values.JsonValue:
    if depth > values.MAX_DEPTH:
        return "… (nested too deeply)"
    children = list(element)
    if element.get(f"{_RDF}parseType") == "Resource":
        return dict(_properties(element, depth))
    if children:
        first = children[0]
        if first.tag in (f"{_RDF}Bag", f"{_RDF}Seq", f"{_RDF}Alt"):
            return _array(first, depth)
        if first.tag == f"{_RDF}Description":
            return _structure(first, depth)
        return dict(_properties(element, depth))
    resource = element.get(f"{_RDF}resource")
    if resource is not None:
        return resource
    short = dict(_properties(element, depth))
    return short or (element.text or "").strip()


def _structure(description: Element, depth: int) -> values.JsonValue:
    """A structure, or a value with qualifiers, of which only the value is wanted."""
    fields = dict(_properties(description, depth))
    return fields.pop("rdf:value", None) or fields


def _array(container: Element, depth: int) -> values.JsonValue:
    items = [child for child in container if child.tag == f"{_RDF}li"]
    languages = [item.get(f"{_XML}lang") for item in items]
    if container.tag == f"{_RDF}Alt" and items and all(languages):
        return {language or "": _value(item, depth + 1) for language, item in zip(languages, items, strict=True)}
    return [_value(item, depth + 1) for item in items[: values.MAX_ITEMS]]


def qualified(name: str) -> str:
    """`{uri}name` as `prefix:name`; an unknown namespace gives the last word of its address."""
    if not name.startswith("{"):
        return name
    uri, _, local = name[1:].partition("}")
    if uri == _RDF[1:-1]:
        return f"rdf:{local}"
    prefix = PREFIXES.get(uri)
    if prefix is None:
        pieces = [piece for piece in uri.replace("#", "/").split("/") if piece and not piece[0].isdigit()]
        prefix = pieces[-1] if pieces else "unknown"
    return f"{prefix}:{local}"
