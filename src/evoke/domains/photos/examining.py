"""From the bytes of an original to everything that is known of it. Pure computation, run in a thread.

Each step stands for itself: a picture that cannot be decoded still has its date, a broken EXIF block still has
its picture. What failed says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evoke.domains.photos import dates
from evoke.kit.errors import EvokeError
from evoke.platform.metadata import interpret, quicktime, raw, sidecars, values
from evoke.platform.metadata.errors import InvalidSidecar
from evoke.platform.metadata.facts import PhotoFacts
from evoke.platform.pictures import decode, limits, render, video
from evoke.platform.pictures.errors import PictureUnreadable
from evoke.platform.places.finder import Place, PlaceFinder

METADATA_WINDOW = 64 * 1024**2
"""Bytes of a very large file that are searched for metadata."""
STEPS = ("metadata", "place", "renditions")


@dataclass(frozen=True)
class Tools:
    """What examining needs; each is safe in several threads."""

    reader: raw.MetadataReader
    places: PlaceFinder
    within: limits.Limits = limits.DEFAULT


@dataclass(frozen=True)
class Original:
    """What there is to examine. `source` is read where it is used, in this thread."""

    source: decode.Source
    type: str
    mime_type: str
    file_name: str
    file_dates: Sequence[datetime | None]
    sidecar: bytes | None
    now: datetime


@dataclass
class Examined:
    steps: dict[str, str] = field(default_factory=lambda: dict.fromkeys(STEPS, "skipped"))
    problems: list[dict[str, str]] = field(default_factory=list)
    facts: PhotoFacts = field(default_factory=PhotoFacts)
    tags: dict[str, Any] = field(default_factory=dict)
    taken: dates.Taken | None = None
    place: Place | None = None
    rendered: render.Rendered | None = None
    duration_seconds: float | None = None

    @property
    def state(self) -> str:
        """`done` when nothing failed, `failed` when there is nothing to show, `partial` between."""
        if not self.problems:
            return "done"
        return "failed" if self.rendered is None else "partial"

    def fail(self, step: str, code: str, message: str) -> None:
        self.steps[step] = "failed"
        self.problems.append({"step": step, "code": code, "message": message})


def examine(original: Original, tools: Tools, *, check: Callable[[], None] = lambda: None) -> Examined:
    """Never raises for what is in the file; `check` is called between steps and may raise to stop."""
    examined = Examined()
    if original.type == "video":
        picture = _open_video(original, tools, examined)
        _read_sidecar(original, examined)
    else:
        picture = None
        _read_metadata(original, tools, examined)
    check()
    _find_place(tools, examined)
    examined.taken = dates.resolve(
        examined.facts,
        file_name=original.file_name,
        file_dates=original.file_dates,
        now=original.now,
        zone_at=tools.places.zone_at,
    )
    check()
    if original.type == "image" or picture is not None:
        _render(original, tools, examined, picture)
    return examined


def _read_metadata(original: Original, tools: Tools, examined: Examined) -> None:
    source = original.source if isinstance(original.source, bytes) else _beginning(original.source)
    found = tools.reader.read(source, original.mime_type)
    sidecar = _parse_sidecar(original, examined)
    examined.facts = interpret.interpret(found, sidecar)
    examined.tags = dict(found.as_json())
    if sidecar is not None:
        examined.tags["sidecar"] = dict(sidecar.tags)
    examined.steps["metadata"] = "done"
    for problem in found.problems:
        examined.fail("metadata", problem.code.upper(), problem.message)


def _beginning(source: decode.Source) -> bytes:
    """All of a very large picture would not fit in memory; what cameras write stands at the beginning."""
    with decode.opened(source) as stream:
        stream.seek(0)
        head = stream.read(METADATA_WINDOW)
        stream.seek(0)
    return head


def _parse_sidecar(original: Original, examined: Examined) -> sidecars.Sidecar | None:
    if original.sidecar is None:
        return None
    try:
        return sidecars.parse(original.sidecar)
    except InvalidSidecar as error:
        examined.fail("metadata", error.code, error.message)
        return None


def _read_sidecar(original: Original, examined: Examined) -> None:
    """What the sidecar of a video says goes before what its container says."""
    sidecar = _parse_sidecar(original, examined)
    if sidecar is None:
        return
    own, beside = examined.facts, sidecar.facts
    examined.facts = PhotoFacts(
        camera=own.camera,
        position=beside.position or own.position,
        rating=beside.rating,
        keywords=beside.keywords,
        title=beside.title or own.title,
        description=beside.description or own.description,
        dates=(*beside.dates, *own.dates),
        content_identifier=own.content_identifier,
        favorite=beside.favorite,
    )
    examined.tags["sidecar"] = dict(sidecar.tags)


def _open_video(original: Original, tools: Tools, examined: Examined) -> decode.Picture | None:
    try:
        found, poster = video.read(original.source, original.mime_type, within=tools.within)
    except PictureUnreadable as error:
        examined.fail("metadata", error.code, error.message)
        examined.fail("renditions", error.code, error.message)
        return None
    examined.duration_seconds = found.duration_seconds
    examined.facts = quicktime.interpret(found.tags)
    bounded, _ = values.bounded(dict(found.tags))
    examined.tags = {"video": bounded}
    examined.steps["metadata"] = "done"
    return poster


def _find_place(tools: Tools, examined: Examined) -> None:
    position = examined.facts.position
    if position is None:
        return
    try:
        examined.place = tools.places.find(position.latitude, position.longitude)
    except (OSError, ValueError) as error:
        examined.fail("place", "PLACES_UNAVAILABLE", f"The place names cannot be read: {error}.")
        return
    examined.steps["place"] = "done"


def _render(original: Original, tools: Tools, examined: Examined, poster: decode.Picture | None) -> None:
    try:
        if poster is not None:
            examined.rendered = render.render_picture(poster)
        else:
            examined.rendered = render.render(original.source, original.mime_type, within=tools.within)
    except EvokeError as error:
        examined.fail("renditions", error.code, error.message)
        return
    examined.steps["renditions"] = "done"
