"""Sidecars: XMP and Takeout JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.metadata import facts, interpret, sidecars
from evoke.platform.metadata.errors import InvalidSidecar
from evoke.platform.metadata.raw import RawMetadata
from tests.metadata import samples

TAKEOUT = {
    "title": "IMG_0001.jpg",
    "description": "Strand & Meer",
    "imageViews": "3",
    "creationTime": {"timestamp": "1553190000", "formatted": "21.03.2019, 17:40:00 UTC"},
    "photoTakenTime": {"timestamp": "1553184262", "formatted": "21.03.2019, 16:04:22 UTC"},
    "geoData": {"latitude": 0.0, "longitude": 0.0, "altitude": 0.0},
    "geoDataExif": {"latitude": 41.2203, "longitude": -96.0716, "altitude": 0.0},
    "people": [{"name": "someone"}],
    "favorited": True,
}


def takeout(**changes: object) -> sidecars.Sidecar:
    return sidecars.parse(json.dumps(TAKEOUT | changes).encode())


def test_takeout():
    found = takeout()
    assert found.kind == "takeout"
    assert found.tags["imageViews"] == "3"
    assert found.facts == facts.PhotoFacts(
        position=facts.Position(41.2203, -96.0716),
        description="Strand & Meer",
        dates=(facts.DateCandidate("photoTakenTime", "sidecar", "2019-03-21T16:04:22+00:00", universal=True),),
        favorite=True,
    )


def test_takeout_before_1970_and_without_anything():
    assert takeout(photoTakenTime={"timestamp": "-86400"}).facts.dates[0].text == "1969-12-31T00:00:00+00:00"
    empty = takeout(description="", photoTakenTime={}, geoDataExif=None, favorited=None)
    assert empty.facts == facts.PhotoFacts()


@pytest.mark.parametrize("timestamp", ["soon", "", None, "1e400", "9" * 30, [], True])
def test_takeout_dates_that_are_none(timestamp):
    assert takeout(photoTakenTime={"timestamp": timestamp}).facts.dates == ()


def test_the_position_that_a_person_set_in_google_wins():
    found = takeout(geoData={"latitude": 1.5, "longitude": 2.5, "altitude": 12.0})
    assert found.facts.position == facts.Position(1.5, 2.5, 12.0)


def test_xmp():
    content = samples.packet(
        samples.FULL_XMP + "<exif:DateTimeOriginal>2019-03-21T11:04:22-05:00</exif:DateTimeOriginal>",
        'exif:GPSLatitude="41,13.218N" exif:GPSLongitude="96,4.2975W" dc:title="Beach"',
    )
    found = sidecars.parse(content)
    assert found.kind == "xmp"
    assert found.facts == facts.PhotoFacts(
        position=facts.Position(41.2203, -96.071625),
        rating=4,
        keywords=("Sea", "Winter light"),
        title="Beach",
        description="At the sea",
        dates=(facts.DateCandidate("DateTimeOriginal", "sidecar", "2019-03-21T11:04:22-05:00"),),
    )


def test_xmp_without_a_wrapper_with_a_byte_order_mark_and_in_utf_16():
    bare = f'<rdf:RDF {samples.NAMESPACES}><rdf:Description xmp:Rating="3"/></rdf:RDF>'
    for content in (bare.encode(), b"\xef\xbb\xbf" + bare.encode(), bare.encode("utf-16")):
        assert sidecars.parse(content).facts.rating == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\0", "it is empty"),
        (b"\xff\xd8\xff\xe0", "it is neither XMP nor Takeout JSON"),
        (b"a text", "it is neither XMP nor Takeout JSON"),
        (b"<html><body></body></html>", "it holds no rdf:RDF element"),
        (b"<x:xmpmeta", "it is no well-formed XML"),
        (b'{"title": ', "it is no well-formed JSON"),
        (b'{"a": ' * 100_000, "it is no well-formed JSON"),
        (b'{"title": "Album", "date": {}}', "nothing in it is about a photo"),
        (b"{}", "nothing in it is about a photo"),
        (b'{"photoTakenTime": ' + b"9" * 5000 + b"}", "it is no well-formed JSON"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "it is no well-formed XML"),
    ],
)
def test_what_is_no_sidecar_says_why(content, reason):
    with pytest.raises(InvalidSidecar) as caught:
        sidecars.parse(content)
    assert reason in caught.value.message
    assert caught.value.details["field"] == "sidecar"
    assert caught.value.status == 400


def test_entity_bombs_and_outside_entities_are_refused():
    bomb = "<!DOCTYPE l [" + "".join(
        f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' if n else '<!ENTITY e0 "ha">' for n in range(30)
    )
    outside = '<!DOCTYPE l [<!ENTITY e29 SYSTEM "file:///etc/hostname">'
    for declaration in (bomb, outside):
        content = f"{declaration}]>".encode() + samples.packet("<xmp:Label>&e29;</xmp:Label>")
        with pytest.raises(InvalidSidecar, match="refused"):
            sidecars.parse(content)


def test_a_sidecar_over_the_limit_is_refused_unread():
    with pytest.raises(InvalidSidecar, match="the limit is"):
        sidecars.parse(b"<" * (sidecars.MAX_SIDECAR + 1))


def test_deep_xmp_ends_somewhere():
    depth = 400
    inside = "<own:a><rdf:Bag><rdf:li>" * depth + "x" + "</rdf:li></rdf:Bag></own:a>" * depth
    assert "nested too deeply" in json.dumps(sidecars.parse(samples.packet(inside)).tags, ensure_ascii=False)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sidecar_or_an_invalid_one(content):
    try:
        found = sidecars.parse(content)
    except InvalidSidecar:
        return
    assert found.kind in ("xmp", "takeout")


@given(
    st.dictionaries(
        st.sampled_from(["photoTakenTime", "geoData", "geoDataExif", "description", "favorited", "title"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
            lambda inner: st.dictionaries(
                st.sampled_from(["timestamp", "latitude", "longitude", "altitude"]), inner, max_size=4
            ),
            max_leaves=5,
        ),
    )
)
def test_any_json_is_a_sidecar_or_an_invalid_one(document):
    try:
        found = sidecars.parse(json.dumps(document).encode())
    except InvalidSidecar:
        assert not {"photoTakenTime", "geoData", "geoDataExif"} & document.keys()
    else:
        json.dumps(dict(found.tags), allow_nan=False)
        interpret.interpret(RawMetadata(mime_type="image/jpeg"), found)
