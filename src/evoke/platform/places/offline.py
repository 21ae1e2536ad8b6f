"""Names and zones from data on this machine."""

import math
import threading
from functools import cache

from timezonefinder import TimezoneFinder

from evoke.platform.places.finder import Place
from evoke.platform.places.gazetteer import Gazetteer

_reading = threading.Lock()


class OfflinePlaces:
    """The finder of the product. Implements `finder.PlaceFinder`.

    Both data sets are read at their first use, about a second each, and shared by all threads afterwards: neither
    is changed by a search (timezonefinder says so of itself in `global_functions`).
    """

    def find(self, latitude: float, longitude: float) -> Place | None:
        if not _is_on_earth(latitude, longitude):
            return None
        return _gazetteer().find(latitude, longitude)

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        if not _is_on_earth(latitude, longitude):
            return None
        return _zone_finder().timezone_at(lat=latitude, lng=longitude)


def _gazetteer() -> Gazetteer:
    with _reading:  # or two threads would both read it
        return _read_gazetteer()


def _zone_finder() -> TimezoneFinder:
    with _reading:
        return _read_zones()


@cache
def _read_gazetteer() -> Gazetteer:
    return Gazetteer()


@cache
def _read_zones() -> TimezoneFinder:
    return TimezoneFinder()


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
