"""Titles, descriptions and keywords, without what cameras put where people's words belong."""

import re
from collections.abc import Iterable

from evoke.platform.metadata import values

_MAX_KEYWORDS = 200
_MAX_KEYWORD = 200

# Texts that cameras, phones and programs write by themselves, as seen in the wild; compared without case.
_WRITTEN_BY_MACHINES = frozenset({
    "olympus digital camera", "sony dsc", "minolta digital camera", "konica minolta digital camera",
    "kodak digital still camera", "samsung camera pictures", "samsung digital camera", "digital camera", "dcim",
    "exif_jpeg_picture", "exif_jpeg_t422", "jpeg-image", "default", "untitled", "dig", "dav", "edf", "cof", "sdr",
    "hdr", "rhdr", "hdrpl", "oznor", "oznorte", "ptr", "burst", "mde", "bty", "fcl", "lrm_export", "screenshot",
    "created with gimp", "created with the gimp", "image description", "binary comment", "user comments", "ascii",
    "unicode", "none", "null",
})  # fmt: skip
_MACHINE_PATTERN = re.compile(
    r"[\s!-/:-@\[-`{-~]*"  # nothing but ASCII punctuation
    r"|\{.*\}|<.*>"  # a phone's notes to itself in JSON; `<KENOX S630 / Samsung S630>`
    r"|DCIM[/\\].*|[A-Z0-9 ]{0,40}DIGITAL CAMERA"
    r"|charset=.*|filter: .*;.*",
    re.DOTALL,
)


def description(xmp: values.Tags, exif: values.Tags, iptc: values.Tags) -> str | None:
    """The first text that a person wrote: dc:description, ImageDescription, IPTC's caption, UserComment, XPComment."""
    candidates = (
        language_default(xmp.get("dc:description")),
        exif.get("Image.ImageDescription"),
        iptc.get("Caption"),
        exif.get("Photo.UserComment"),
        language_default(xmp.get("exif:UserComment")),
        exif.get("Image.XPComment"),
    )
    return first_written(candidates)


def title(xmp: values.Tags, exif: values.Tags, iptc: values.Tags) -> str | None:
    """dc:title, IPTC's object name or headline, or the title that Windows keeps."""
    return first_written((
        language_default(xmp.get("dc:title")), iptc.get("ObjectName"), iptc.get("Headline"),
        xmp.get("photoshop:Headline"), exif.get("Image.XPTitle"), exif.get("Photo.ImageTitle"),
    ))  # fmt: skip


def keywords(xmp: values.Tags, exif: values.Tags, iptc: values.Tags) -> tuple[str, ...]:
    """dc:subject, IPTC and Windows keywords in this order, each once without regard to case.

    Without dc:subject, the last names of Lightroom's hierarchy (`Places|Italy|Rome` is Rome).
    """
    hierarchy = (entry.rpartition("|")[2] for entry in _texts(xmp.get("lr:hierarchicalSubject")))
    windows = exif.get("Image.XPKeywords")
    found = [
        *(_texts(xmp.get("dc:subject")) or hierarchy),
        *_texts(iptc.get("Keywords")),
        *(windows.split(";") if isinstance(windows, str) else ()),
    ]
    return distinct(found)


def distinct(found: Iterable[str]) -> tuple[str, ...]:
    """Cleaned keywords in their order, each once without regard to case, at most 200 of at most 200 characters."""
    kept: dict[str, str] = {}
    for entry in found:
        text = " ".join((values.words(entry) or "").split())[:_MAX_KEYWORD].strip()
        if text and len(kept) < _MAX_KEYWORDS:
            kept.setdefault(text.casefold(), text)
    return tuple(kept.values())


def language_default(value: values.JsonValue) -> values.JsonValue:
    """The text of a language alternative: x-default, else the first; a plain text is itself."""
    if isinstance(value, dict):
        return value.get("x-default") or next(iter(value.values()), None)
    if isinstance(value, list):
        return value[0] if value else None
    return value


def first_written(candidates: Iterable[values.JsonValue]) -> str | None:
    """The first of these texts that a person wrote, not a machine."""
    for candidate in candidates:
        text = values.words(candidate)
        if text and text.casefold() not in _WRITTEN_BY_MACHINES and not _MACHINE_PATTERN.fullmatch(text):
            return text
    return None


def _texts(value: values.JsonValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    return []
