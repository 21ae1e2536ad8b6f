"""The port: a reader takes a file and answers every tag that it holds, whatever state the file is in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from evoke.platform.metadata import values

Source: TypeAlias = bytes | Path


@dataclass(frozen=True)
class Problem:
    """Why something in a file could not be read; the photo is kept all the same.

    `code` is one of `unreadable_metadata`, `unreadable_exif`, `unreadable_xmp`, `unreadable_iptc`, `too_many_tags`.
    """

    code: str
    message: str


@dataclass(frozen=True)
class RawMetadata:
    """Every tag of one file as bounded JSON values, named alike by every reader.

    exif: `<group>.<name>` with the groups Image, Photo, GPSInfo, Iop, Thumbnail, Apple and, when the reader knows
        them, other maker notes (`Photo.FNumber`). Rationals are texts as written, `"9/5"`; several values are a list.
    xmp: `<prefix>:<name>` (`dc:subject`); arrays are lists, structures are objects, language alternatives are
        objects by language (`{"x-default": …}`).
    iptc: the dataset's name (`Keywords`); repeatable ones are lists, dates `2019-03-21`, times `11:04:22+02:00`.
    lens_name: the lens that maker notes name by number, when the reader knows the number.
    """

    mime_type: str
    exif: values.Tags = field(default_factory=dict)
    xmp: values.Tags = field(default_factory=dict)
    iptc: values.Tags = field(default_factory=dict)
    lens_name: str | None = None
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, values.JsonValue]:
        """The groups that hold something, for the metadata call and for storing."""
        groups: dict[str, values.JsonValue] = {}
        for name, tags in (("exif", self.exif), ("xmp", self.xmp), ("iptc", self.iptc)):
            if tags:
                groups[name] = dict(tags)
        return groups


class MetadataReader(Protocol):
    """Reads what a file says about itself. Safe to call from several threads at once."""

    name: str

    def read(self, source: Source, mime_type: str) -> RawMetadata:
        """Every tag of `source`, a file's bytes or its path.

        Content never makes it raise: what cannot be read is a `Problem` of the answer, beside the tags that could.
        A path that cannot be opened raises OSError.
        """
        ...


class KnownMetadata:
    """A reader that answers what it was told: for tests, and for a deployment that wants no metadata read."""

    name = "known"

    def __init__(self, known: Mapping[bytes, RawMetadata] | None = None) -> None:
        """`known` maps a file's whole content to the answer; for anything else the answer is empty."""
        self._known = dict(known or {})

    def read(self, source: Source, mime_type: str) -> RawMetadata:
        content = source.read_bytes() if isinstance(source, Path) else source
        return self._known.get(content) or RawMetadata(mime_type=mime_type)


def unreadable(what: str, reason: object, code: str = "unreadable_metadata") -> Problem:
    """The problem that `what` (EXIF, XMP, …) could not be read, worded for the photo's owner."""
    return Problem(code, f"The {what} of the file cannot be read: {str(reason).strip().rstrip('.')}.")


def collect(
    mime_type: str,
    *,
    exif: Mapping[str, object],
    xmp: Mapping[str, object],
    iptc: Mapping[str, object],
    problems: list[Problem],
    lens_name: str | None = None,
) -> RawMetadata:
    """A reader's finds, bounded; a group that had to be cut is a problem of its own."""
    problems = list(problems)
    groups: dict[str, dict[str, values.JsonValue]] = {}
    for name, tags in (("exif", exif), ("xmp", xmp), ("iptc", iptc)):
        groups[name], left_out = values.bounded(tags)
        if left_out:
            problems.append(
                Problem("too_many_tags", f"{left_out} {name.upper()} tags were left out: there are too many.")
            )
    return RawMetadata(
        mime_type=mime_type,
        exif=groups["exif"],
        xmp=groups["xmp"],
        iptc=groups["iptc"],
        lens_name=lens_name,
        problems=tuple(problems),
    )
