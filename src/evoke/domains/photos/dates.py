"""When a photo was taken: the instant, the wall clock, and the zone, in exactly the order of the photos contract.

The date is the first that is there and valid: one in the sidecar; a tag in the order of TAG_ORDER; one in the file
name; the earliest of the client's file dates. The zone is what the date itself carries, then OffsetTimeOriginal,
then OffsetTime of the same tag family, then the zone at the GPS position at that moment, then none: the wall clock
is kept and read as UTC.

Choices that the contract leaves open:

- A zone known by its offset alone is named `UTC+02:00`, also where the zone at the position has the same offset at
  that moment: the offset is what the camera said, the place name is an inference.
- `Z`, GPS, Takeout, Pixel file names and the client's file dates fix an instant but not a place. Their zone comes
  from OffsetTimeOriginal, then the position; without either the wall clock shows UTC.
- An hour that daylight saving time repeats is read as its first pass; an hour that it skips is read with the
  offset before the change. The wall clock stays as the camera showed it in both cases.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Literal

from evoke.domains.photos import date_texts
from evoke.domains.photos import file_dates as names
from evoke.platform.metadata.facts import DateCandidate, PhotoFacts

TAG_ORDER = (
    "SubSecDateTimeOriginal",
    "SubSecCreateDate",
    "DateTimeOriginal",
    "CreationDate",
    "CreateDate",
    "MediaCreateDate",
    "DateTimeCreated",
    "GPSDateTime",
    "DateTimeUTC",
)
# GPS time is UTC by its standard; QuickTime's MediaCreateDate carries that in its candidate, since some cameras lie.
_ALWAYS_UNIVERSAL = frozenset({"GPSDateTime", "DateTimeUTC"})
EARLIEST_YEAR = 1826  # the oldest photograph that survives
_INTO_THE_FUTURE = timedelta(days=1)

Source = Literal["sidecar", "metadata", "file_name", "file"]


@dataclass(frozen=True)
class Taken:
    """A photo's date.

    taken_at: the instant, aware, UTC. taken_at_local: the wall clock where the photo was taken, naive. time_zone:
    IANA, or `UTC+02:00`, or None when only the wall clock is known. source: as `taken_at_source` of the contract.
    tag: which tag it was, None for file names and file dates.
    """

    taken_at: datetime
    taken_at_local: datetime
    time_zone: str | None
    source: Source
    tag: str | None = None


def resolve(
    facts: PhotoFacts | None = None,
    *,
    file_name: str,
    now: datetime,
    file_dates: Iterable[datetime | None] = (),
    zone_at: Callable[[float, float], str | None] | None = None,
) -> Taken | None:
    """The date of a photo, or None when nothing holds a valid one.

    Without `facts` only the name and the file dates speak, as when a photo has just arrived. `file_dates` are the
    client's, aware (naive ones are read as UTC), None where it sent none. `zone_at` gives the IANA zone at a latitude
    and longitude. `now` is aware.
    """
    facts = facts or PhotoFacts()
    zones = _Zones(facts, zone_at)
    for found in chain(_tagged(facts.dates, zones), _named(file_name, zones), _filed(file_dates, zones, now)):
        if is_plausible(found.taken_at, now=now):
            return found
    return None


def is_plausible(instant: datetime, *, now: datetime) -> bool:
    """Whether a photo can be of this instant (aware): not before 1826, not over a day in the future."""
    return instant.year >= EARLIEST_YEAR and instant <= now + _INTO_THE_FUTURE


def _tagged(candidates: Sequence[DateCandidate], zones: "_Zones") -> Iterator[Taken]:
    """Every date of the sidecar and then of the file that can be read, the one that counts most first."""
    for candidate in _in_order(candidates):
        reading = date_texts.read(candidate.text)
        if reading is None:
            continue
        universal = reading.universal or candidate.universal or candidate.name in _ALWAYS_UNIVERSAL
        source: Source = "sidecar" if candidate.family == "sidecar" else "metadata"
        yield from zones.place(reading, universal, source, candidate.offsets, candidate.name)


def _in_order(candidates: Sequence[DateCandidate]) -> Iterator[DateCandidate]:
    """The sidecar's dates, then the file's, each in the order of the tags; Takeout's own date has no rival."""
    beside = [candidate for candidate in candidates if candidate.family == "sidecar"]
    yield from (candidate for candidate in beside if candidate.name not in TAG_ORDER)
    for family in (beside, [candidate for candidate in candidates if candidate.family != "sidecar"]):
        for name in TAG_ORDER:
            yield from (candidate for candidate in family if candidate.name == name)


def _named(file_name: str, zones: "_Zones") -> Iterator[Taken]:
    named = names.find(file_name)
    if named is not None:
        yield from zones.place(date_texts.Reading(named.clock), named.universal, "file_name")


def _filed(given: Iterable[datetime | None], zones: "_Zones", now: datetime) -> Iterator[Taken]:
    """The earliest plausible one of the client's file dates."""
    instants = [instant if instant.tzinfo else instant.replace(tzinfo=UTC) for instant in given if instant is not None]
    plausible = [instant for instant in instants if is_plausible(instant, now=now)]
    if plausible:
        clock = min(plausible).astimezone(UTC).replace(tzinfo=None)
        yield from zones.place(date_texts.Reading(clock), True, "file")


class _Zones:
    """What is known about where a photo's clock was set."""

    def __init__(self, facts: PhotoFacts, zone_at: Callable[[float, float], str | None] | None) -> None:
        self._offsets = facts.offsets
        self._position = facts.position
        self._zone_at = zone_at

    def place(
        self,
        reading: date_texts.Reading,
        universal: bool,
        source: Source,
        offsets: tuple[str, ...] = (),
        tag: str | None = None,
    ) -> Iterator[Taken]:
        """A reading with its instant, wall clock and zone; nothing at the far ends of the calendar."""
        own = None if universal else reading.offset
        offset = own if own is not None else self._first_offset(offsets)
        name = date_texts.offset_name(offset) if offset is not None else self._name_at_position()
        zone = date_texts.zone(name) if name else None
        try:
            if universal:
                instant = (reading.clock - (reading.offset or timedelta(0))).replace(tzinfo=UTC)
                local = instant.astimezone(zone or UTC).replace(tzinfo=None, fold=0)
            else:
                local = reading.clock
                instant = local.replace(tzinfo=zone or UTC).astimezone(UTC)
        except (OverflowError, ValueError):
            return
        yield Taken(instant, local, name if zone else None, source, tag)

    def _first_offset(self, offsets: tuple[str, ...]) -> timedelta | None:
        read = (date_texts.read_offset(text) for text in (*offsets, *self._offsets))
        return next((offset for offset in read if offset is not None), None)

    def _name_at_position(self) -> str | None:
        if self._position is None or self._zone_at is None:
            return None
        return self._zone_at(self._position.latitude, self._position.longitude)
