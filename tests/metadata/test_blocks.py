"""The blocks inside files one by one: texts, IPTC, XMP, Apple's maker note, a video's tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.platform.metadata import apple, facts, iptc, quicktime, texts, xmp
from tests.metadata import samples


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Acme\0\0", "Acme"),
        (b"Acme\0garbage\xff", "Acme"),
        (b" \0editor\0", "editor"),
        ("Küste".encode(), "Küste"),
        ("Küste".encode("cp1252"), "Küste"),
        (b"\x81\x8d", "��"),
        (b"", ""),
    ],
)
def test_ascii_that_is_not(content, expected):
    assert texts.decode(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"ASCII\0\0\0Hello\0\0", "Hello"),
        (b"\0\0\0\0\0\0\0\0Hello", "Hello"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-le"), "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-be"), "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16"), "Grüße"),
        (b"UNICODE\0" + "Grüße 🎉".encode(), "Grüße 🎉"),
        (b"JIS\0\0\0\0\0" + "写真".encode("iso2022_jp"), "写真"),
        (b"No code at all", "No code at all"),
        (b"ASCII\0\0\0" + b" " * 40, ""),
        (b"", ""),
    ],
)
def test_comments_with_a_character_code(content, expected):
    assert texts.decode_comment(content) == expected


@given(st.binary(max_size=64))
def test_any_bytes_are_some_text(content):
    for decode in (texts.decode, texts.decode_utf16, texts.decode_xp, texts.decode_comment):
        assert isinstance(decode(content), str)


def test_iptc_in_an_old_encoding():
    block = samples.iim((2, 25, "Küste".encode("cp1252")), (2, 40, b"x"), (3, 10, b"?"))
    assert iptc.tags(iptc.split(block)) == {"Keywords": ["Küste"], "SpecialInstructions": "x", "3:10": "?"}


def test_iptc_with_an_extended_length():
    block = b"\x1c\x02\x78\x80\x04" + (40_000).to_bytes(4, "big") + b"a" * 40_000
    assert iptc.tags(iptc.split(block)) == {"Caption": "a" * 40_000}


def test_iptc_stops_where_it_is_broken():
    block = samples.iim((2, 25, b"sea"))
    assert iptc.tags(iptc.split(block + b"\x1c\x02\x19\xff")) == {"Keywords": ["sea"]}
    assert iptc.tags(iptc.split(block + b"\x1c\x02\x19\x00\x50short")) == {"Keywords": ["sea"]}
    assert iptc.tags(iptc.split(b"no iptc")) == {}


def test_iptc_dates_that_are_none_stay_as_written():
    block = samples.iim((2, 55, b"00000000"), (2, 60, b"110422"), (2, 62, b"soon"))
    assert iptc.tags(iptc.split(block)) == {
        "DateCreated": "0000-00-00",
        "TimeCreated": "11:04:22",
        "DigitizationDate": "soon",
    }


@given(st.binary(max_size=200))
def test_any_bytes_are_some_iptc(content):
    iptc.tags(iptc.split(b"\x1c\x02" + content))


def test_xmp_forms():
    found = xmp.parse(
        samples.packet(
            '<xmp:CreatorTool rdf:resource="http://example.org/tool"/>'
            "<mwg-rs:Regions><rdf:Description><mwg-rs:Name>a</mwg-rs:Name></rdf:Description></mwg-rs:Regions>"
            "<xmp:Label><rdf:Description><rdf:value>red</rdf:value><own:why>x</own:why></rdf:Description></xmp:Label>"
            "<dc:rights><rdf:Alt><rdf:li>all</rdf:li></rdf:Alt></dc:rights><xmp:Nickname/>",
            'xmp:Rating="5"',
        )
    )
    assert found == {
        "xmp:Rating": "5",
        "xmp:CreatorTool": "http://example.org/tool",
        "mwg-rs:Regions": {"mwg-rs:Name": "a"},
        "xmp:Label": "red",
        "dc:rights": ["all"],
        "xmp:Nickname": "",
    }


def test_several_descriptions_are_one():
    content = (
        f'<rdf:RDF {samples.NAMESPACES}><rdf:Description xmp:Rating="1"/><rdf:Description xmp:Label="a"/></rdf:RDF>'
    )
    assert xmp.parse(content) == {"xmp:Rating": "1", "xmp:Label": "a"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", "plain"),
        ("{http://purl.org/dc/elements/1.1/}title", "dc:title"),
        ("{http://example.org/photo/own/2.0/}a", "own:a"),
        ("{urn}a", "urn:a"),
        ("{1}a", "unknown:a"),
    ],
)
def test_prefixes(name, expected):
    assert xmp.qualified(name) == expected


def test_apples_content_identifier():
    identifier = "6B29FC40-CA47-1067-B31D-00DD010662DA"
    note = samples.apple_maker_note(identifier)
    assert apple.content_identifier(note) == identifier
    assert apple.content_identifier(note[:30]) is None
    assert apple.content_identifier(b"Nikon\0" + note) is None
    assert apple.content_identifier(note.replace(b"\0\x11\0\x02", b"\0\x12\0\x02")) is None


@given(st.binary(max_size=120))
def test_any_maker_note_is_survived(content):
    found = apple.content_identifier(b"Apple iOS\0\0\1MM" + content)
    assert found is None or found


def test_a_phones_video():
    found = quicktime.interpret(
        {
            "creation_time": "2019-03-21T16:04:22.000000Z",
            "com.apple.quicktime.creationdate": "2019-03-21T11:04:22-0500",
            "com.apple.quicktime.location.iso6709": "+41.2203-096.0716+351.267/",
            "com.apple.quicktime.content.identifier": "6B29FC40-CA47-1067-B31D-00DD010662DA",
            "com.apple.quicktime.make": "Acme",
            "com.apple.quicktime.model": "Phone 7",
            "title": "Beach",
        }
    )
    assert found == facts.PhotoFacts(
        camera=facts.Camera("Acme", "Phone 7"),
        position=facts.Position(41.2203, -96.0716, 351.267),
        title="Beach",
        description="Beach",
        dates=(
            facts.DateCandidate("CreationDate", "quicktime", "2019-03-21T11:04:22-0500"),
            facts.DateCandidate("MediaCreateDate", "quicktime", "2019-03-21T16:04:22.000000Z", universal=True),
        ),
        content_identifier="6B29FC40-CA47-1067-B31D-00DD010662DA",
    )


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"creation_time": "1904-01-01T00:00:00.000000Z"},
        {"location": "+00.0000+000.0000/"},
        {"location": "+99.0000+000.0000/"},
        {"location": "somewhere"},
        {"title": " \0 "},
    ],
)
def test_a_video_that_says_nothing(tags):
    assert quicktime.interpret(tags) == facts.PhotoFacts()
