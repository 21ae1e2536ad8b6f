"""The contract of `PlaceFinder`, and the offline data against places that everybody knows."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.photos import date_texts
from evoke.platform.places import KnownPlaces, Place, PlaceFinder
from evoke.platform.places.offline import OfflinePlaces

BERLIN = Place("Berlin", "State of Berlin", "Germany", "DE")


@pytest.fixture(scope="module")
def offline() -> OfflinePlaces:
    return OfflinePlaces()


@pytest.fixture(params=["offline", "known"])
def places(request: pytest.FixtureRequest, offline: OfflinePlaces) -> PlaceFinder:
    if request.param == "offline":
        return offline
    return KnownPlaces({(52.5163, 13.3777): BERLIN}, {(52.5163, 13.3777): "Europe/Berlin"})


def test_finds_a_city_and_its_zone(places):
    assert places.find(52.5163, 13.3777) == BERLIN
    assert places.zone_at(52.5163, 13.3777) == "Europe/Berlin"


def test_knows_no_city_in_mid_ocean(places):
    assert places.find(0.0, -30.0) is None


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91, 0), (-91, 0), (0, 181), (0, -181), (float("nan"), 0), (0, float("inf"))]
)
def test_knows_nothing_off_the_globe(places, latitude, longitude):
    assert places.find(latitude, longitude) is None
    assert places.zone_at(latitude, longitude) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "country_code"),
    [
        (48.8584, 2.2945, "Paris", "FR"),  # Eiffel Tower; the nearest entry is a suburb
        (40.7580, -73.9855, "New York City", "US"),  # Times Square, an entry of its own
        (41.4036, 2.1744, "Barcelona", "ES"),  # Sagrada Família, too
        (-33.8568, 151.2153, "Sydney", "AU"),  # the opera; the nearest entry is The Rocks
        (51.5033, -0.1196, "London", "GB"),
        (48.8355, 2.2413, "Boulogne-Billancourt", "FR"),  # a city of its own beside Paris
        (48.8049, 2.1204, "Versailles", "FR"),
        (40.9312, -73.8988, "Yonkers", "US"),
        (40.7357, -74.1724, "Newark", "US"),  # in New York's reach, in another state
        (55.7539, 37.6208, "Moscow", "RU"),
        (78.2, 15.6, "Longyearbyen", "SJ"),
        (36.0544, -112.1401, "Grand Canyon", "US"),
    ],
)
def test_cities_that_people_would_name(offline, latitude, longitude, city, country_code):
    found = offline.find(latitude, longitude)
    assert found is not None
    assert (found.city, found.country_code) == (city, country_code)
    assert found.country
    assert found.state


def test_the_antimeridian_is_no_border(offline):
    """Fiji lies on both sides of it: from 179.97 W the nearest town is some kilometres west, in the east."""
    west, east = offline.find(-16.8, -179.97), offline.find(-16.8, 179.97)
    assert west == east
    assert west is not None
    assert west.country_code == "FJ"


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 0), (-90, 0), (90, 180), (-75, 0), (27.0, -40.0)])
def test_far_from_any_city_there_is_none(offline, latitude, longitude):
    assert offline.find(latitude, longitude) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.4, "Europe/Berlin"),
        (41.2203, -96.0716, "America/Chicago"),
        (27.7172, 85.3240, "Asia/Kathmandu"),
        (-33.8568, 151.2153, "Australia/Sydney"),
        (0.0, -30.0, "Etc/GMT+2"),
    ],
)
def test_zones(offline, latitude, longitude, zone):
    assert offline.zone_at(latitude, longitude) == zone


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_everywhere_on_earth_is_an_answer(offline, latitude, longitude):
    zone = offline.zone_at(latitude, longitude)
    assert zone is not None
    assert date_texts.zone(zone) is not None
    found = offline.find(latitude, longitude)
    assert found is None or (found.city and len(found.country_code) == 2)


def test_threads_may_ask_before_anything_is_loaded():
    fresh = OfflinePlaces()
    answers: list[tuple[Place | None, str | None]] = []
    threads = [
        threading.Thread(target=lambda: answers.append((fresh.find(52.5163, 13.3777), fresh.zone_at(52.5163, 13.3777))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(BERLIN, "Europe/Berlin")] * 4
