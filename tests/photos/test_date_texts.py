"""Texts of date tags, one by one."""

from datetime import UTC, datetime, timedelta

import pytest

from evoke.domains.photos import date_texts
from evoke.domains.photos.date_texts import Reading
from tests.photos.walls import wall

PLAIN = Reading(wall(2019, 3, 21, 16, 4, 22))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019:03:21 16:04:22", PLAIN),
        ("2019-03-21T16:04:22", PLAIN),
        ("2019/03/21 16:04:22", PLAIN),
        ("2019:3:21 16:04:22\0", PLAIN),
        ("2019-03-21T16:04", Reading(wall(2019, 3, 21, 16, 4))),
        ("2019:03:21 16:04:22.348", Reading(wall(2019, 3, 21, 16, 4, 22, 348000))),
        ("2019:03:21 16:04:22,5", Reading(wall(2019, 3, 21, 16, 4, 22, 500000))),
        ("2019:03:21 16:04:22.123456789", Reading(wall(2019, 3, 21, 16, 4, 22, 123456))),
        ("2019-03-21", Reading(wall(2019, 3, 21))),
        ("2019-03", Reading(wall(2019, 3, 1))),
        ("1950", Reading(wall(1950, 1, 1))),
        ("2019-03-21T16:04:22Z", Reading(wall(2019, 3, 21, 16, 4, 22), timedelta(0), universal=True)),
        ("2019-03-21T16:04:22+02:00", Reading(wall(2019, 3, 21, 16, 4, 22), timedelta(hours=2))),
        ("2019-03-21T16:04:22-0330", Reading(wall(2019, 3, 21, 16, 4, 22), -timedelta(hours=3, minutes=30))),
        ("2019-03-21T16:04:22 +02", Reading(wall(2019, 3, 21, 16, 4, 22), timedelta(hours=2))),
        ("2019-03-21T16:04:22+19:00", PLAIN),
        ("2016:12:31 23:59:60", Reading(wall(2017, 1, 1))),
        ("2016:12:31 24:00:00", Reading(wall(2017, 1, 1))),
        ("2016:12:31 24:00:01", None),
        ("2016:12:31 23:60:00", None),
        ("2016:12:31 23:59:61", None),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2019:00:21 16:04:22", None),
        ("2019:02:29 16:04:22", None),
        ("2020:02:29 16:04:22", Reading(wall(2020, 2, 29, 16, 4, 22))),
        ("9999:12:31 24:00:00", None),
        ("20190321", None),
        ("16:04:22", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_read(text, expected):
    assert date_texts.read(text) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+02:00", 120), ("-03:30", -210), ("+0545", 345), ("+14:00", 840), ("Z", 0), ("UTC+01:00", 60), ("+02", 120),
     ("+14:01", None), ("+02:75", None), ("02:00", None), ("", None), ("   :  ", None)],
)  # fmt: skip
def test_read_offset(text, minutes):
    assert date_texts.read_offset(text) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes", "name"),
    [(0, "UTC+00:00"), (120, "UTC+02:00"), (-210, "UTC-03:30"), (-30, "UTC-00:30"), (345, "UTC+05:45")],
)
def test_offset_names_are_zones_again(minutes, name):
    offset = timedelta(minutes=minutes)
    assert date_texts.offset_name(offset) == name
    zone = date_texts.zone(name)
    assert zone is not None
    assert zone.utcoffset(datetime(2019, 1, 1, tzinfo=UTC)) == offset


@pytest.mark.parametrize("name", ["Mars/Olympus", "UTC+99:00", "../etc/passwd", "/etc/passwd", "a\0b", "Europe"])
def test_what_is_no_zone(name):
    assert date_texts.zone(name) is None


def test_zones_of_the_sea_are_zones():
    zone = date_texts.zone("Etc/GMT+2")
    assert zone is not None
    assert zone.utcoffset(datetime(2019, 1, 1, tzinfo=UTC)) == timedelta(hours=-2)
