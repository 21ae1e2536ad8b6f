"""Where on earth a position is: the nearest city and the time zone, without asking anybody.

`PlaceFinder` is the port, `KnownPlaces` its shipped fake; `offline.OfflinePlaces` reads the data of two packages.
"""

from evoke.platform.places.finder import KnownPlaces, Place, PlaceFinder

__all__ = ["KnownPlaces", "Place", "PlaceFinder"]
