"""The date of a photo: the order of the contract, zones, and what is no date."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.photos import dates
from evoke.platform.metadata.facts import DateCandidate, PhotoFacts, Position
from tests.photos.walls import wall

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = Position(52.52, 13.4)


def zone_at(latitude: float, longitude: float) -> str | None:
    return "Europe/Berlin" if (latitude, longitude) == (52.52, 13.4) else None


def resolve(*candidates: DateCandidate, file_name="photo.jpg", file_dates=(), **facts) -> dates.Taken | None:
    return dates.resolve(
        PhotoFacts(dates=candidates, **facts), file_name=file_name, file_dates=file_dates, now=NOW, zone_at=zone_at
    )


def exif(text: str, *offsets: str, name: str = "DateTimeOriginal") -> DateCandidate:
    return DateCandidate(name, "exif", text, offsets)


def test_the_order_of_the_contract():
    """Each tag wins over all that come after it, in whatever order they are found."""
    candidates = [
        DateCandidate(name, "exif", f"20{10 + place}:01:01 00:00:00") for place, name in enumerate(dates.TAG_ORDER)
    ]
    assert dates.TAG_ORDER == (
        "SubSecDateTimeOriginal", "SubSecCreateDate", "DateTimeOriginal", "CreationDate", "CreateDate",
        "MediaCreateDate", "DateTimeCreated", "GPSDateTime", "DateTimeUTC",
    )  # fmt: skip
    for place, name in enumerate(dates.TAG_ORDER):
        found = resolve(*reversed(candidates[place:]))
        assert found is not None
        assert (found.tag, found.taken_at.year, found.source) == (name, 2010 + place, "metadata")


def test_sidecar_then_tags_then_file_name_then_file():
    beside = DateCandidate("CreateDate", "sidecar", "2001-01-01T00:00:00")
    takeout = DateCandidate("photoTakenTime", "sidecar", "2002-01-01T00:00:00+00:00", universal=True)
    inside = exif("2003:01:01 00:00:00", name="SubSecDateTimeOriginal")
    file_date = datetime(2005, 1, 1, tzinfo=UTC)
    rest = {"file_name": "IMG_20040101_000000.jpg", "file_dates": [file_date]}
    for candidates, year, source in [
        ((inside, beside), 2001, "sidecar"),
        ((inside, takeout), 2002, "sidecar"),
        ((inside,), 2003, "metadata"),
        ((), 2004, "file_name"),
    ]:
        found = resolve(*candidates, **rest)
        assert found is not None
        assert (found.taken_at.year, found.source) == (year, source)
    found = resolve(file_dates=[file_date])
    assert found == dates.Taken(file_date, wall(2005, 1, 1), None, "file")


def test_the_earliest_plausible_file_date_counts():
    early, late = datetime(2015, 1, 1, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC)
    too_early, too_late = datetime(1, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    found = resolve(file_dates=[None, late, too_early, early, too_late])
    assert found is not None
    assert found.taken_at == early


def test_file_dates_are_instants_and_their_offset_is_no_zone_of_the_photo():
    given_date = datetime(2015, 6, 1, 12, tzinfo=timezone(timedelta(hours=-7)))
    assert resolve(file_dates=[given_date]) == dates.Taken(
        datetime(2015, 6, 1, 19, tzinfo=UTC), wall(2015, 6, 1, 19), None, "file"
    )
    found = resolve(file_dates=[given_date], position=BERLIN)
    assert found is not None
    assert (found.taken_at_local, found.time_zone) == (wall(2015, 6, 1, 21), "Europe/Berlin")


def test_naive_file_dates_are_utc():
    found = resolve(file_dates=[wall(2015, 6, 1, 12)])
    assert found is not None
    assert found.taken_at == datetime(2015, 6, 1, 12, tzinfo=UTC)


def test_nothing_valid_is_no_date():
    assert resolve() is None
    assert dates.resolve(file_name="x.jpg", now=NOW) is None


def test_a_name_alone_is_enough_when_a_photo_has_just_arrived():
    found = dates.resolve(file_name="IMG_20190321_160422.jpg", now=NOW)
    assert found == dates.Taken(
        datetime(2019, 3, 21, 16, 4, 22, tzinfo=UTC), wall(2019, 3, 21, 16, 4, 22), None, "file_name"
    )


IN_BERLIN = {"position": BERLIN}


def xmp(text: str, *offsets: str) -> DateCandidate:
    return DateCandidate("CreateDate", "xmp", text, offsets)


def gps(text: str) -> DateCandidate:
    return exif(text, name="GPSDateTime")


def takeout(text: str) -> DateCandidate:
    return DateCandidate("photoTakenTime", "sidecar", text, universal=True)


@pytest.mark.parametrize(
    ("candidate", "facts", "instant", "local", "zone"),
    [
        # OffsetTimeOriginal, also where the position has a zone
        (exif("2019:07:01 12:00:00", "-05:00"), IN_BERLIN, (17, 0), (12, 0), "UTC-05:00"),
        # the position agrees with the offset: the camera's word is kept as it was said
        (exif("2019:07:01 12:00:00", "+02:00"), IN_BERLIN, (10, 0), (12, 0), "UTC+02:00"),
        # an offset tag that is none is passed over
        (exif("2019:07:01 12:00:00", "   :  ", "+05:30"), {}, (6, 30), (12, 0), "UTC+05:30"),
        (exif("2019:07:01 12:00:00", "+99:00"), IN_BERLIN, (10, 0), (12, 0), "Europe/Berlin"),
        # the camera's OffsetTimeOriginal holds for other families too
        (xmp("2019-07-01T12:00:00"), {"offsets": ("+01:00",)}, (11, 0), (12, 0), "UTC+01:00"),
        # the zone at the position
        (exif("2019:07:01 12:00:00"), IN_BERLIN, (10, 0), (12, 0), "Europe/Berlin"),
        # a position without a zone
        (exif("2019:07:01 12:00:00"), {"position": Position(1.0, 1.0)}, (12, 0), (12, 0), None),
        # no zone: the wall clock is kept and read as UTC
        (exif("2019:07:01 12:00:00"), {}, (12, 0), (12, 0), None),
        # a date with its own offset keeps it
        (xmp("2019-07-01T12:00:00+05:45", "+01:00"), IN_BERLIN, (6, 15), (12, 0), "UTC+05:45"),
        (xmp("2019-07-01T12:00:00+00:00"), IN_BERLIN, (12, 0), (12, 0), "UTC+00:00"),
        # Z is an instant, not a place
        (xmp("2019-07-01T12:00:00Z"), {}, (12, 0), (12, 0), None),
        (xmp("2019-07-01T12:00:00Z"), IN_BERLIN, (12, 0), (14, 0), "Europe/Berlin"),
        # GPS is UTC
        (gps("2019:07:01 12:00:00"), IN_BERLIN, (12, 0), (14, 0), "Europe/Berlin"),
        (gps("2019:07:01 12:00:00"), {"offsets": ("-03:30",)}, (12, 0), (8, 30), "UTC-03:30"),
        (gps("2019:07:01 12:00:00"), {}, (12, 0), (12, 0), None),
        # Takeout's instant
        (takeout("2019-07-01T12:00:00+00:00"), IN_BERLIN, (12, 0), (14, 0), "Europe/Berlin"),
        (takeout("2019-07-01T12:00:00+00:00"), {}, (12, 0), (12, 0), None),
    ],
)
def test_zones(candidate, facts, instant, local, zone):
    found = resolve(candidate, **facts)
    assert found is not None
    assert found.taken_at == datetime(2019, 7, 1, *instant, tzinfo=UTC)
    assert found.taken_at_local == wall(2019, 7, 1, *local)
    assert found.time_zone == zone


def test_a_pixel_file_name_is_utc_and_others_are_wall_clock():
    pixel = resolve(file_name="PXL_20201112_204501234.jpg", position=BERLIN)
    other = resolve(file_name="IMG_20201112_204501.jpg", position=BERLIN)
    assert pixel is not None
    assert other is not None
    assert pixel.taken_at == datetime(2020, 11, 12, 20, 45, 1, 234000, tzinfo=UTC)
    assert pixel.taken_at_local == wall(2020, 11, 12, 21, 45, 1, 234000)
    assert other.taken_at == datetime(2020, 11, 12, 19, 45, 1, tzinfo=UTC)
    assert other.taken_at_local == wall(2020, 11, 12, 20, 45, 1)


def test_summer_time_begins_and_ends():
    """Berlin, 2019: 02:00 to 03:00 is skipped on 31 March and passes twice on 27 October."""
    skipped = resolve(exif("2019:03:31 02:30:00"), position=BERLIN)
    twice = resolve(exif("2019:10:27 02:30:00"), position=BERLIN)
    assert skipped is not None
    assert twice is not None
    assert (skipped.taken_at, skipped.taken_at_local) == (
        datetime(2019, 3, 31, 1, 30, tzinfo=UTC), wall(2019, 3, 31, 2, 30),
    )  # fmt: skip
    assert twice.taken_at == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    second_pass = resolve(exif("2019:10:27 01:30:00", name="GPSDateTime"), position=BERLIN)
    assert second_pass is not None
    assert second_pass.taken_at_local == wall(2019, 10, 27, 2, 30)
    assert second_pass.taken_at_local.fold == 0


def test_zones_of_long_ago_hold():
    found = resolve(exif("1880:01:01 12:00:00"), position=BERLIN)
    assert found is not None
    assert found.taken_at == datetime(1880, 1, 1, 11, 6, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["0000:00:00 00:00:00", "    :  :     :  :  ", "0001:01:01 00:00:00", "1825:12:31 23:59:59", "9999:12:31 23:59:59",
     "2019:13:01 00:00:00", "2019:02:30 00:00:00", "2026:06:02 12:00:01", ""],
)  # fmt: skip
def test_what_is_no_date_leaves_the_place_to_the_next(text):
    later = exif("2019:01:01 00:00:00", name="CreateDate")
    found = resolve(exif(text), later)
    assert found is not None
    assert found.tag == "CreateDate"


def test_the_bounds_themselves():
    for text in ("1826:01:01 00:00:00", "2026:06:02 12:00:00"):
        assert resolve(exif(text)) is not None


def test_a_zone_that_nobody_knows_is_none():
    found = dates.resolve(
        PhotoFacts(dates=(exif("2019:07:01 12:00:00"),), position=BERLIN),
        file_name="x.jpg",
        now=NOW,
        zone_at=lambda *_: "Mars/Olympus",
    )
    assert found is not None
    assert (found.taken_at.hour, found.time_zone) == (12, None)


def test_the_position_is_only_asked_when_it_counts():
    asked = []

    def ask(*position: float) -> str | None:
        asked.append(position)
        return "Europe/Berlin"

    facts = PhotoFacts(dates=(exif("2019:07:01 12:00:00", "+01:00"), exif("2018:01:01 00:00:00")), position=BERLIN)
    dates.resolve(facts, file_name="x.jpg", now=NOW, zone_at=ask)
    assert asked == []


MOMENTS = st.datetimes(wall(1826, 1, 2), wall(2026, 5, 30)).map(lambda moment: moment.replace(microsecond=0))
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(moment=MOMENTS, offset=OFFSETS)
def test_any_moment_with_any_offset_comes_back(moment, offset):
    aware = moment.replace(tzinfo=timezone(offset))
    found = resolve(DateCandidate("CreateDate", "xmp", aware.isoformat()))
    assert found is not None
    assert found.taken_at == aware
    assert found.taken_at_local == moment


@given(moment=MOMENTS)
def test_instants_and_their_wall_clock_agree_in_the_zone_of_the_position(moment):
    found = resolve(DateCandidate("GPSDateTime", "exif", f"{moment:%Y:%m:%d %H:%M:%S}".rjust(19, "0")), position=BERLIN)
    assert found is not None
    assert found.taken_at == moment.replace(tzinfo=UTC)
    assert found.taken_at.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None, fold=0) == found.taken_at_local


@given(
    texts=st.lists(st.text(alphabet="0123456789:-T Z+./", max_size=28), max_size=4),
    offset=st.text(alphabet="0123456789:+-Z", max_size=7),
    file_name=st.text(max_size=60),
    file_dates=st.lists(st.datetimes(timezones=st.just(UTC) | st.none()), max_size=2),
)
def test_whatever_is_written_the_answer_is_plausible(texts, offset, file_name, file_dates):
    found = resolve(
        *(exif(text, offset) for text in texts), file_name=file_name, file_dates=file_dates, position=BERLIN
    )
    if found is not None:
        assert dates.is_plausible(found.taken_at, now=NOW)
        assert found.taken_at.utcoffset() == timedelta(0)
        assert found.taken_at_local.tzinfo is None
        assert abs(found.taken_at_local - found.taken_at.replace(tzinfo=None)) <= timedelta(hours=15)
