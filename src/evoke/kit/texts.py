"""Texts from outside, made fit for storing and showing."""

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_SEPARATORS = re.compile(r"[/\\]")
MAX_FILE_NAME_BYTES = 255
"""What Linux file systems allow for one name."""


def storable(text: str) -> str:
    """NFC, without control characters and lone surrogates: PostgreSQL takes no NUL, JSON no surrogate."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def without_nul(text: str) -> str:
    """`text` itself; ValueError when it holds a NUL, which PostgreSQL does not even compare with."""
    if "\0" in text:
        raise ValueError("no NUL characters here")
    return text


def file_name(given: str | None, *, fallback: str) -> str:
    """The last part of a client's file name, safe to keep, to show and to send in a header.

    Path parts and control characters go, and so do the marks that let a name read backwards (a file that shows as
    `photo_gpj.exe`); letters of every script stay. At most 255 bytes of UTF-8, the extension kept.
    """
    name = _BIDI.sub("", storable(given or "")).replace("\n", " ").replace("\r", " ").replace("\t", " ")
    name = _SEPARATORS.split(name)[-1].strip().strip("\u200e\u200f")
    if not name or set(name) <= {"."}:
        return fallback
    if len(name.encode()) <= MAX_FILE_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 16:
        stem, dot, extension = name, "", ""
    room = MAX_FILE_NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + extension
