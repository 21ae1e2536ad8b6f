"""The port: names and time zones of positions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """The names of a position, in English or as locals write them in Latin letters; code is ISO 3166-1 alpha-2."""

    city: str
    state: str | None
    country: str
    country_code: str


class PlaceFinder(Protocol):
    """Names positions. Safe to call from several threads at once; never goes to the network."""

    def find(self, latitude: float, longitude: float) -> Place | None:
        """The city that a position is in or near; None far from any, and for what is no position on earth."""
        ...

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """The IANA time zone at a position, on the open sea a nautical one (`Etc/GMT+2`); None for no position."""
        ...


class KnownPlaces:
    """A finder that knows what it was told, and nothing else: for tests, and for those who want no place names."""

    def __init__(
        self,
        places: Mapping[tuple[float, float], Place] | None = None,
        zones: Mapping[tuple[float, float], str] | None = None,
    ) -> None:
        """Both are keyed by (latitude, longitude), compared to two decimals, which is about a kilometre."""
        self._places = {_rounded(*at): place for at, place in (places or {}).items()}
        self._zones = {_rounded(*at): zone for at, zone in (zones or {}).items()}

    def find(self, latitude: float, longitude: float) -> Place | None:
        return self._places.get(_rounded(latitude, longitude))

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        return self._zones.get(_rounded(latitude, longitude))


def _rounded(latitude: float, longitude: float) -> tuple[float, float]:
    return round(latitude, 2), round(longitude, 2)
