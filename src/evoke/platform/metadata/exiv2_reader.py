"""The fast reader, on libexiv2: thousands of files a second, maker notes included.

exiv2 is GPL, so the package is an extra; `Exiv2Reader()` raises ImportError where it is not installed.

The XMP toolkit inside libexiv2 keeps its namespaces in tables of the whole process:

- It has no lock of its own (https://github.com/Exiv2/exiv2/pull/3011), and the binding lets other threads run while
  it reads. Hence `LOCK`; it costs nothing against a read of less than a millisecond.
- A file that ties a known prefix to an address of its own would change how every later file is read, whoever owns
  it. Hence the tables are dropped after each read (0.07 ms), and where libexiv2 has the packet as it stands in the
  file, that is what we parse.
"""

import importlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evoke.platform.metadata import apple, exif_tags, iptc, raw, values, xmp

LOCK = threading.Lock()
"""Whoever calls exiv2 in this process holds it."""

_RATIONALS = frozenset({"Rational", "SRational"})
_BYTES = frozenset({"Byte", "Undefined"})
_FLOATS = frozenset({"Float", "Double"})
_MAX_VALUE = 65_536
_MAX_EXIF_TAGS = 2 * values.MAX_TAGS


class Exiv2Reader:
    """Reads with libexiv2. Implements `raw.MetadataReader`."""

    name = "exiv2"

    def __init__(self) -> None:
        self._exiv2: Any = importlib.import_module("exiv2")
        # Its warnings about odd files go to stderr otherwise; ours are the problems of the answer.
        self._exiv2.LogMsg.setLevel(self._exiv2.LogMsg.Level.mute)

    def read(self, source: raw.Source, mime_type: str) -> raw.RawMetadata:
        if isinstance(source, Path):
            with source.open("rb"):
                pass  # so that a missing or unreadable file is an OSError, not a problem of its content
        problems: list[raw.Problem] = []
        with LOCK:
            try:
                return self._read(source, mime_type, problems)
            finally:
                self._exiv2.XmpParser.terminate()

    def _read(self, source: raw.Source, mime_type: str, problems: list[raw.Problem]) -> raw.RawMetadata:
        try:
            image = self._exiv2.ImageFactory.open(str(source) if isinstance(source, Path) else source)
        except self._exiv2.Exiv2Error as error:
            return raw.RawMetadata(mime_type=mime_type, problems=(raw.unreadable("metadata", error.args[-1]),))
        try:
            image.readMetadata()
        except self._exiv2.Exiv2Error as error:
            problems.append(raw.unreadable("metadata", error.args[-1]))
        exif = self._exif(image, problems)
        return raw.collect(
            mime_type,
            exif=exif,
            xmp=self._xmp(image, problems),
            iptc=iptc.tags(_dataset(datum) for datum in image.iptcData()),
            problems=problems,
            lens_name=self._lens_name(image, exif),
        )

    def _exif(self, image: Any, problems: list[raw.Problem]) -> dict[str, object]:
        found: dict[str, object] = {}
        for number, datum in enumerate(image.exifData()):
            if number >= _MAX_EXIF_TAGS:
                problems.append(
                    raw.Problem("too_many_tags", f"EXIF tags after the first {_MAX_EXIF_TAGS} were left out.")
                )
                break
            name = datum.key().removeprefix("Exif.")
            if name in exif_tags.POINTERS:
                continue
            try:
                found[name] = _value(datum)
            except (self._exiv2.Exiv2Error, ValueError, TypeError, AttributeError) as error:
                problems.append(raw.unreadable(f"EXIF tag {name}", error.args[-1], "unreadable_exif"))
            if name == "Photo.MakerNote":
                identifier = apple.content_identifier(bytes(datum.value().data()))
                if identifier:
                    found["Apple.ContentIdentifier"] = identifier
        return found

    def _xmp(self, image: Any, problems: list[raw.Problem]) -> dict[str, values.JsonValue]:
        image.writeXmpFromPacket(True)  # else `xmpPacket` writes a new packet from what the toolkit understood
        packet = _octets(image.xmpPacket())
        if not packet.strip(b"\0 \t\r\n"):
            image.writeXmpFromPacket(False)  # TIFF, HEIF and AVIF come without
            packet = _octets(image.xmpPacket())
        if not packet.strip(b"\0 \t\r\n"):
            return {}
        try:
            return xmp.parse(packet)
        except xmp.XmpError as error:
            problems.append(raw.unreadable("XMP", error, "unreadable_xmp"))
            return {}

    def _lens_name(self, image: Any, exif: dict[str, object]) -> str | None:
        """What libexiv2 makes of a maker note's lens number; only asked when no tag spells the lens out."""
        if exif.get("Photo.LensModel") or not exif:
            return None
        try:
            found = self._exiv2.lensName(image.exifData())
            # The pointer is null (false) when there is no such tag.
            text = found.print(image.exifData()) if found else ""
        except self._exiv2.Exiv2Error:
            return None
        # An unknown number is printed as the number in brackets or as itself.
        return text if any(letter.isalpha() for letter in text) and not text.startswith("(") else None


def _dataset(datum: Any) -> iptc.DataSet:
    text = datum.toString()
    raw_value = int(text).to_bytes(2, "big") if datum.typeName() == "Short" and text.isdecimal() else _octets(text)
    return datum.record(), datum.tag(), raw_value


def _value(datum: Any) -> values.JsonValue:
    kind, name = datum.typeName(), datum.tagName()
    if kind in _BYTES:
        return exif_tags.from_bytes(name, bytes(datum.value().data()))
    if kind == "Ascii":
        return exif_tags.from_text(name, _octets(datum.toString()))
    if datum.size() > _MAX_VALUE:
        return values.binary_marker(datum.size())
    return exif_tags.one_or_many(_numbers(kind, datum.toString().split()))


def _numbers(kind: str, pieces: Iterable[str]) -> list[values.JsonValue]:
    if kind in _RATIONALS:
        return list(pieces)
    if kind in _FLOATS:
        return [float(piece) for piece in pieces]
    return [int(piece) for piece in pieces]


def _octets(text: str) -> bytes:
    """The bytes behind a text of the binding, which escapes what is no UTF-8."""
    return text.encode("utf-8", "surrogateescape")
