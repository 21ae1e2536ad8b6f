"""From tags to facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.metadata import facts, interpret, ratings, sidecars
from evoke.platform.metadata.raw import KnownMetadata, MetadataReader, RawMetadata
from tests.metadata import samples


def of(mime_type: str = "image/jpeg", **groups) -> facts.PhotoFacts:
    return interpret.interpret(RawMetadata(mime_type=mime_type, **groups))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_all_facts_of_a_phone_photo(reader: MetadataReader, kind: str):
    content = samples.picture(kind, exif=samples.full_exif(), xmp=samples.packet(samples.FULL_XMP))
    found = interpret.interpret(reader.read(content, samples.MIME_TYPES[kind]))
    assert found == facts.PhotoFacts(
        camera=facts.Camera("Acme", "Phone 7", "Phone 7 back camera 3.99mm f/1.8"),
        exposure=facts.Exposure(f_number=1.8, exposure_time="1/887", iso=20, focal_length_mm=3.99),
        position=facts.Position(latitude=41.2203, longitude=-96.071625, altitude_m=351.0),
        orientation=6,
        rating=4,
        keywords=("Sea", "Winter light", "Rocks"),
        description="At the sea",
        dates=(
            facts.DateCandidate("SubSecDateTimeOriginal", "exif", "2019:03:21 11:04:22.348", ("-05:00",)),
            facts.DateCandidate("DateTimeOriginal", "exif", "2019:03:21 11:04:22", ("-05:00",)),
            facts.DateCandidate("GPSDateTime", "exif", "2019:03:21 16:04:21.500000", universal=True),
        ),
        offsets=("-05:00",),
        content_identifier="6B29FC40-CA47-1067-B31D-00DD010662DA",
    )


def test_nothing_known_is_nothing_stated():
    assert of() == facts.PhotoFacts()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"Photo.ExposureTime": "1/887"}, "1/887"),
        ({"Photo.ExposureTime": "10/8870"}, "1/887"),
        ({"Photo.ExposureTime": "5/2"}, "2.5"),
        ({"Photo.ExposureTime": "30/1"}, "30"),
        ({"Photo.ExposureTime": "1/4"}, "1/4"),
        ({"Photo.ExposureTime": "3/10"}, "0.3"),
        ({"Photo.ShutterSpeedValue": "8/1"}, "1/256"),
        ({"Photo.ExposureTime": "0/1"}, None),
        ({"Photo.ExposureTime": "1/0"}, None),
        ({"Photo.ExposureTime": "-1/100"}, None),
        ({"Photo.ExposureTime": "soon"}, None),
        ({"Photo.ShutterSpeedValue": "9000/1"}, None),
    ],
)
def test_exposure_time(tags, expected):
    assert of(exif=tags).exposure.exposure_time == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"Photo.FNumber": "9/5"}, 1.8),
        ({"Photo.FNumber": "0/0", "Photo.ApertureValue": "4/1"}, 4.0),
        ({"Photo.FNumber": "0/1"}, None),
        ({"Photo.FNumber": ["28/10", "4/1"]}, 2.8),
    ],
)
def test_f_number(tags, expected):
    assert of(exif=tags).exposure.f_number == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"Photo.ISOSpeedRatings": 400}, 400),
        ({"Photo.ISOSpeedRatings": [400, 0]}, 400),
        ({"Photo.ISOSpeedRatings": 65535, "Photo.RecommendedExposureIndex": 102400}, 102400),
        ({"Photo.ISOSpeedRatings": 65535}, 65535),
        ({"Photo.ISOSpeedRatings": 0}, None),
        ({"Photo.ISOSpeedRatings": True}, None),
    ],
)
def test_iso(tags, expected):
    assert of(exif=tags).exposure.iso == expected


@pytest.mark.parametrize(
    ("xmp", "exif", "expected"),
    [
        ({"xmp:Rating": "4"}, {"Image.Rating": 2}, 4),
        ({"xmp:Rating": "4.0"}, {}, 4),
        ({"xmp:Rating": "0"}, {}, 0),
        ({"xmp:Rating": "-1"}, {"Image.Rating": 2}, None),
        ({"xmp:Rating": "6"}, {}, None),
        ({"xmp:Rating": "good"}, {"Image.Rating": 2}, 2),
        ({"MicrosoftPhoto:Rating": "99"}, {}, 5),
        ({"MicrosoftPhoto:Rating": "75"}, {}, 4),
        ({"MicrosoftPhoto:Rating": "50"}, {}, 3),
        ({"MicrosoftPhoto:Rating": "25"}, {}, 2),
        ({"MicrosoftPhoto:Rating": "1"}, {}, 1),
        ({}, {"Image.RatingPercent": 0}, 0),
        ({}, {"Image.RatingPercent": 300}, None),
        ({}, {}, None),
    ],
)
def test_rating(xmp, exif, expected):
    assert ratings.stars(xmp, exif) == expected


def test_keywords_of_all_kinds_once_each():
    found = of(
        xmp={"dc:subject": ["Sea", " winter\nlight "], "lr:hierarchicalSubject": ["Places|Italy|Rome"]},
        iptc={"Keywords": ["SEA", "Küste"]},
        exif={"Image.XPKeywords": "Rocks; Küste;;"},
    )
    assert found.keywords == ("Sea", "winter light", "Küste", "Rocks")


def test_the_hierarchy_stands_in_for_missing_subjects():
    assert of(xmp={"lr:hierarchicalSubject": ["Places|Italy|Rome", "Sea"]}).keywords == ("Rome", "Sea")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (
            {"xmp": {"dc:description": {"de": "Meer", "x-default": "Sea"}}, "exif": {"Image.ImageDescription": "x"}},
            "Sea",
        ),
        ({"xmp": {"dc:description": {"de": "Meer"}}}, "Meer"),
        ({"exif": {"Image.ImageDescription": "Our house"}, "iptc": {"Caption": "no"}}, "Our house"),
        ({"exif": {"Image.ImageDescription": "OLYMPUS DIGITAL CAMERA"}, "iptc": {"Caption": "Our house"}}, "Our house"),
        ({"exif": {"Image.ImageDescription": "  ", "Photo.UserComment": "Our house"}}, "Our house"),
        ({"exif": {"Photo.UserComment": '{"sensor_type":"rear"}', "Image.XPComment": "Our house"}}, "Our house"),
        ({"exif": {"Image.ImageDescription": "DCIM\\100MEDIA\\DJI_0001.JPG"}}, None),
        ({"exif": {"Image.ImageDescription": "<KENOX S630  / Samsung S630>"}}, None),
        ({"exif": {"Image.ImageDescription": "SONY DSC"}}, None),
        ({"exif": {"Image.ImageDescription": "......"}}, None),
        ({"exif": {"Image.ImageDescription": "Normandy"}}, "Normandy"),
        ({"exif": {"Image.ImageDescription": "My new digital camera"}}, "My new digital camera"),
        ({"exif": {"Image.ImageDescription": "🎉"}}, "🎉"),
        ({"exif": {"Image.ImageDescription": ["not", "text"]}}, None),
        ({"iptc": {"Caption": "Two\r\nlines\x07"}}, "Two\nlines"),
    ],
)
def test_description(groups, expected):
    assert of(**groups).description == expected


def test_a_title_stands_in_for_a_description_and_never_replaces_one():
    assert of(xmp={"dc:title": {"x-default": "Denali"}}).description == "Denali"
    both = of(xmp={"dc:title": {"x-default": "Denali"}, "dc:description": "The mountain"})
    assert (both.title, both.description) == ("Denali", "The mountain")


def test_the_lens_that_only_the_maker_note_names():
    assert of(lens_name="EF24-105mm f/4L IS USM").camera.lens == "EF24-105mm f/4L IS USM"
    assert of(lens_name="x", xmp={"aux:Lens": "50mm"}).camera.lens == "50mm"


@pytest.mark.parametrize(
    ("value", "expected"), [(1, 1), (8, 8), (0, 1), (9, 1), ("6", 6), ([6], 6), (None, 1), (2.5, 1)]
)
def test_orientation(value, expected):
    assert of(exif={"Image.Orientation": value}).orientation == expected


@pytest.mark.parametrize("mime_type", ["image/heic", "image/avif"])
def test_containers_that_turn_their_picture_leave_nothing_to_turn(mime_type):
    assert of(mime_type, exif={"Image.Orientation": 6}).orientation == 1


def test_the_sidecar_wins_where_it_speaks():
    sidecar = sidecars.parse(samples.packet("<xmp:Rating>2</xmp:Rating><dc:description>New</dc:description>"))
    found = interpret.interpret(
        RawMetadata(
            mime_type="image/jpeg",
            xmp={"xmp:Rating": "5", "dc:description": "Old", "dc:subject": ["kept"]},
            exif={"Image.Make": "Acme"},
        ),
        sidecar,
    )
    assert (found.rating, found.description, found.keywords, found.camera.make) == (2, "New", ("kept",), "Acme")


def test_a_time_without_a_day_is_no_date():
    assert of(iptc={"TimeCreated": "11:04:22-05:00"}).dates == ()


def test_every_date_tag_under_its_name_with_its_offsets():
    found = of(
        exif={
            "Photo.DateTimeOriginal": "2019:03:21 11:04:22",
            "Photo.DateTimeDigitized": "2019:03:21 11:04:23",
            "Photo.SubSecTimeDigitized": "5",
            "Photo.OffsetTime": "+02:00",
            "Photo.OffsetTimeDigitized": "+03:00",
            "Image.DateTime": "2020:01:01 00:00:00",
        },
        xmp={"xmp:CreateDate": "2019-03-21T11:04:24+01:00", "photoshop:DateCreated": "2019-03-21"},
        iptc={"DateCreated": "2019-03-21", "TimeCreated": "11:04:22-05:00"},
    )
    candidate = facts.DateCandidate
    assert found.dates == (
        candidate("DateTimeOriginal", "exif", "2019:03:21 11:04:22", ("+02:00",)),
        candidate("SubSecCreateDate", "exif", "2019:03:21 11:04:23.5", ("+03:00", "+02:00")),
        candidate("CreateDate", "exif", "2019:03:21 11:04:23", ("+03:00", "+02:00")),
        candidate("CreateDate", "xmp", "2019-03-21T11:04:24+01:00"),
        candidate("DateTimeCreated", "xmp", "2019-03-21"),
        candidate("DateTimeCreated", "iptc", "2019-03-21T11:04:22-05:00"),
    )


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["1/0", "6/2", "51,3N"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
EXIF_NAMES = st.sampled_from([
    "Image.Make", "Image.Orientation", "Image.Rating", "Image.RatingPercent", "Photo.FNumber", "Photo.ExposureTime",
    "Photo.ISOSpeedRatings", "Photo.ShutterSpeedValue", "Photo.ApertureValue", "Photo.DateTimeOriginal",
    "Photo.SubSecTimeOriginal", "Photo.OffsetTimeOriginal", "GPSInfo.GPSLatitude", "GPSInfo.GPSLongitude",
    "GPSInfo.GPSAltitude", "GPSInfo.GPSDateStamp", "GPSInfo.GPSTimeStamp", "Image.XPKeywords", "Photo.UserComment",
])  # fmt: skip
XMP_NAMES = st.sampled_from([
    "dc:subject", "dc:description", "dc:title", "xmp:Rating", "xmp:CreateDate", "exif:GPSLatitude",
    "exif:GPSLongitude", "lr:hierarchicalSubject", "MicrosoftPhoto:Rating", "exif:GPSTimeStamp",
])  # fmt: skip


@given(
    exif=st.dictionaries(EXIF_NAMES, JSON_VALUES, max_size=8),
    xmp=st.dictionaries(XMP_NAMES, JSON_VALUES, max_size=6),
    iptc=st.dictionaries(st.sampled_from(["Keywords", "Caption", "DateCreated", "TimeCreated"]), JSON_VALUES),
)
def test_defined_for_any_tags(exif, xmp, iptc):
    found = of(exif=exif, xmp=xmp, iptc=iptc)
    assert found.orientation in range(1, 9)
    assert found.rating is None or 0 <= found.rating <= 5
    if found.position:
        assert abs(found.position.latitude) <= 90
        assert abs(found.position.longitude) <= 180


def test_the_shipped_fake_answers_what_it_was_told(tmp_path):
    known = RawMetadata(mime_type="image/jpeg", exif={"Image.Make": "Acme"})
    fake: MetadataReader = KnownMetadata({b"a photo": known})
    path = tmp_path / "a.jpg"
    path.write_bytes(b"a photo")
    assert fake.read(b"a photo", "image/jpeg") is known
    assert fake.read(path, "image/jpeg") is known
    assert fake.read(b"another", "image/png") == RawMetadata(mime_type="image/png")
