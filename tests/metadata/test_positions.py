"""Where a photo was taken: EXIF's and XMP's ways to say it, and what is no position."""

import pytest

from evoke.platform.metadata import facts, interpret
from evoke.platform.metadata.raw import RawMetadata


def of(**groups) -> facts.PhotoFacts:
    return interpret.interpret(RawMetadata(mime_type="image/jpeg", **groups))


def gps(latitude, longitude, **more):
    tags = {
        "GPSInfo.GPSLatitude": latitude,
        "GPSInfo.GPSLatitudeRef": "N",
        "GPSInfo.GPSLongitude": longitude,
        "GPSInfo.GPSLongitudeRef": "E",
    }
    return of(exif=tags | more).position


def test_south_and_west_are_negative():
    found = gps(
        ["33/1", "51/1", "2454/100"],
        ["70/1", "30/1", "0/1"],
        **{"GPSInfo.GPSLatitudeRef": "S", "GPSInfo.GPSLongitudeRef": "w"},
    )
    assert found == facts.Position(-33.8568167, -70.5)


def test_degrees_alone_and_unknown_seconds_hold():
    assert gps(["10/1"], ["20/1", "30/1", "0/0"]) == facts.Position(10.0, 20.5)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (["0/1", "0/1", "0/1"], ["0/1", "0/1", "0/1"]),
        (["0/0", "0/0", "0/0"], ["8/1", "0/1", "0/1"]),
        (["91/1", "0/1", "0/1"], ["8/1", "0/1", "0/1"]),
        (["10/1", "0/1", "0/1"], ["181/1", "0/1", "0/1"]),
        (["10/1", "0/1", "0/1"], None),
        (None, ["10/1", "0/1", "0/1"]),
        ([], []),
        ("north", "east"),
    ],
)
def test_what_is_no_position(latitude, longitude):
    assert gps(latitude, longitude) is None


def test_the_equator_is_a_position_off_the_meridian():
    assert gps(["0/1"], ["9/1"]) == facts.Position(0.0, 9.0)


@pytest.mark.parametrize(
    ("altitude", "reference", "expected"),
    [
        ("351/1", 0, 351.0),
        ("351/1", 1, -351.0),
        ("0/0", 0, None),
        ("999999/1", 0, None),
        ("429496/10", 1, None),
    ],
)
def test_altitude(altitude, reference, expected):
    found = gps(["1/1"], ["1/1"], **{"GPSInfo.GPSAltitude": altitude, "GPSInfo.GPSAltitudeRef": reference})
    assert found is not None
    assert found.altitude_m == expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("51,30.5N", "0,7,30W", (51.5083333, -0.125)),
        ("33,51.409S", "151,12.918E", (-33.8568167, 151.2153)),
        ("48.85", "-2.35", (48.85, -2.35)),
        ("0,0N", "0,0E", None),
        ("51,30.5N", "", None),
        ("nan", "inf", None),
    ],
)
def test_positions_of_xmp(latitude, longitude, expected):
    found = of(xmp={"exif:GPSLatitude": latitude, "exif:GPSLongitude": longitude}).position
    assert (None if found is None else (found.latitude, found.longitude)) == expected
