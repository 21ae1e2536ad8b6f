"""From a file's bytes to its date: reader, facts, places and dates together."""

from datetime import UTC, datetime

from PIL import ExifTags

from evoke.domains.photos import dates
from evoke.platform.metadata import interpret, reading, sidecars
from evoke.platform.places.offline import OfflinePlaces
from tests.metadata import samples
from tests.photos.walls import wall

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def taken(content: bytes, sidecar: bytes | None = None) -> dates.Taken | None:
    found = reading.best_reader().read(content, "image/jpeg")
    facts = interpret.interpret(found, sidecars.parse(sidecar) if sidecar else None)
    return dates.resolve(facts, file_name="IMG_20010101_000000.jpg", now=NOW, zone_at=OfflinePlaces().zone_at)


def test_a_phone_photo_with_its_offset():
    assert taken(samples.picture(exif=samples.full_exif())) == dates.Taken(
        datetime(2019, 3, 21, 16, 4, 22, 348000, tzinfo=UTC),
        wall(2019, 3, 21, 11, 4, 22, 348000),
        "UTC-05:00",
        "metadata",
        "SubSecDateTimeOriginal",
    )


def test_a_phone_photo_without_an_offset_takes_the_zone_of_its_place():
    exif = samples.full_exif()
    del exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal]
    found = taken(samples.picture(exif=exif))
    assert found is not None
    assert found.taken_at == datetime(2019, 3, 21, 16, 4, 22, 348000, tzinfo=UTC)
    assert found.time_zone == "America/Chicago"


def test_a_takeout_sidecar_wins_and_its_instant_is_shown_at_the_place():
    exif = samples.full_exif()
    del exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal]
    found = taken(samples.picture(exif=exif), b'{"photoTakenTime": {"timestamp": "1577836800"}}')
    assert found == dates.Taken(
        datetime(2020, 1, 1, tzinfo=UTC), wall(2019, 12, 31, 18), "America/Chicago", "sidecar", "photoTakenTime"
    )


def test_a_picture_without_metadata_falls_back_to_its_name():
    found = taken(samples.picture())
    assert found is not None
    assert (found.taken_at_local, found.source) == (wall(2001, 1, 1), "file_name")
