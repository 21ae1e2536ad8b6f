"""Names and zones from data on this machine."""

import math
import threading

from timezonefinder import TimezoneFinder

from evoke.platform.places.finder import Place
from evoke.platform.places.gazetteer import Gazetteer


class OfflinePlaces:
    """The finder of the product. Implements `finder.PlaceFinder`.

    Both data sets are read at their first use, about a second each, and shared by all threads afterwards: neither
    is changed by a search (timezonefinder says so of itself in `global_functions`).
    """

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._gazetteer: Gazetteer | None = None
        self._zones: TimezoneFinder | None = None

    def find(self, latitude: float, longitude: float) -> Place | None:
        if not _is_on_earth(latitude, longitude):
            return None
        return self._cities().find(latitude, longitude)

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        if not _is_on_earth(latitude, longitude):
            return None
        return self._zone_finder().timezone_at(lat=latitude, lng=longitude)

    def _cities(self) -> Gazetteer:
        if self._gazetteer is None:
            with self._loading:
                if self._gazetteer is None:
                    self._gazetteer = Gazetteer()
        return self._gazetteer

    def _zone_finder(self) -> TimezoneFinder:
        if self._zones is None:
            with self._loading:
                if self._zones is None:
                    self._zones = TimezoneFinder()
        return self._zones


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
