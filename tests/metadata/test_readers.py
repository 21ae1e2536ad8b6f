"""The contract of `MetadataReader`, over both readers."""

import json
import random
import threading
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from evoke.platform.metadata import reading, values
from evoke.platform.metadata.exiv2_reader import Exiv2Reader
from evoke.platform.metadata.pillow_reader import PillowReader
from evoke.platform.metadata.raw import MetadataReader, RawMetadata
from tests.metadata import samples

FORMATS = sorted(samples.MIME_TYPES)


def read(reader: MetadataReader, content: bytes, kind: str = "JPEG") -> RawMetadata:
    return reader.read(content, samples.MIME_TYPES[kind])


def storable(found: RawMetadata) -> None:
    """What PostgreSQL's jsonb takes: no NaN, no NUL, no lone surrogates."""
    text = json.dumps(found.as_json(), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode("utf-8")


@pytest.mark.parametrize("kind", FORMATS)
def test_reads_the_exif_of_every_format(reader, kind):
    found = read(reader, samples.picture(kind, exif=samples.full_exif()), kind)
    assert found.problems == ()
    expected = dict(EXPECTED_EXIF)
    if kind in ("AVIF", "TIFF"):  # Pillow's writers lose what is not ASCII
        del expected["Image.ImageDescription"]
    if kind == "AVIF":  # and make a box of the orientation
        del expected["Image.Orientation"]
    assert {name: found.exif.get(name) for name in expected} == expected
    storable(found)


EXPECTED_EXIF = {
    "Image.Make": "Acme",
    "Image.Model": "Phone 7",
    "Image.Orientation": 6,
    "Image.ImageDescription": "Grüße",
    "Image.XPKeywords": "Rocks;sea",
    "Photo.ExposureTime": "1/887",
    "Photo.FNumber": "9/5",
    "Photo.ISOSpeedRatings": 20,
    "Photo.FocalLength": "399/100",
    "Photo.LensModel": "Phone 7 back camera 3.99mm f/1.8",
    "Photo.DateTimeOriginal": "2019:03:21 11:04:22",
    "Photo.SubSecTimeOriginal": "348",
    "Photo.OffsetTimeOriginal": "-05:00",
    "Photo.ExifVersion": "0231",
    "Photo.ComponentsConfiguration": [1, 2, 3, 0],
    "Photo.UserComment": "Hello",
    "GPSInfo.GPSLatitudeRef": "N",
    "GPSInfo.GPSLatitude": ["41/1", "13/1", "327/25"],
    "GPSInfo.GPSAltitudeRef": 0,
    "GPSInfo.GPSAltitude": "351/1",
    "Apple.ContentIdentifier": "6B29FC40-CA47-1067-B31D-00DD010662DA",
}


@pytest.mark.parametrize("kind", FORMATS)
def test_reads_the_xmp_of_every_format(reader, kind):
    found = read(reader, samples.picture(kind, xmp=samples.packet(samples.FULL_XMP)), kind)
    assert found.problems == ()
    assert found.xmp["dc:subject"] == ["Sea", "Winter light"]
    assert found.xmp["dc:description"] == {"de": "Am Meer", "x-default": "At the sea"}
    assert found.xmp["xmp:Rating"] == "4"
    assert found.xmp["own:Field"] == {"own:first": "1", "own:second": "two"}
    assert found.xmp["xmpMM:History"] == [{"stEvt:action": "saved"}]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_reads_iptc(reader, kind):
    found = read(reader, samples.picture(kind, iptc=samples.FULL_IPTC), kind)
    assert found.problems == ()
    assert dict(found.iptc) == {
        "CharacterSet": "UTF-8",
        "RecordVersion": 4,
        "Keywords": ["sea", "Küste"],
        "DateCreated": "2019-03-21",
        "TimeCreated": "11:04:22-05:00",
        "Caption": "A caption",
    }


@pytest.mark.parametrize("kind", [*FORMATS])
def test_both_readers_give_the_same_tags(kind):
    if not reading.exiv2_is_installed():
        pytest.skip("the exiv2 extra is not installed")
    content = samples.picture(
        kind, exif=samples.full_exif(), xmp=samples.packet(samples.FULL_XMP), iptc=samples.FULL_IPTC
    )
    one, other = read(Exiv2Reader(), content, kind), read(PillowReader(), content, kind)
    assert one.as_json() == other.as_json()
    assert one.exif


def test_a_file_without_metadata_has_none_and_no_problem(reader):
    found = read(reader, samples.picture())
    assert (found.as_json(), found.problems) == ({}, ())


def test_reads_a_path_like_bytes(reader, tmp_path: Path):
    content = samples.picture(exif=samples.full_exif())
    path = tmp_path / "Ünï code.jpg"
    path.write_bytes(content)
    assert reader.read(path, "image/jpeg") == reader.read(content, "image/jpeg")


def test_a_path_that_is_not_there_is_an_os_error(reader, tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        reader.read(tmp_path / "nothing.jpg", "image/jpeg")


@pytest.mark.parametrize("content", [b"", b"\0", b"GIF89a", b"\xff\xd8", b"plain text", bytes(4000)], ids=repr)
def test_what_is_no_picture_is_a_problem_and_not_an_error(reader, content):
    found = read(reader, content)
    assert found.as_json() == {}
    assert [problem.code for problem in found.problems] == ["unreadable_metadata"]
    assert found.problems[0].message.startswith("The metadata of the file cannot be read: ")


def test_nul_and_broken_text_are_made_storable(reader):
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = b"A\xe9ro\0garbage"
    exif[ExifTags.Base.Artist] = "\ud83d".encode("utf-8", "surrogatepass")
    found = read(reader, samples.picture(exif=exif))
    assert found.exif["Image.Make"] == "Aéro"
    storable(found)


def test_blobs_are_only_counted(reader):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"ACME" + bytes(range(256)) * 40
    found = read(reader, samples.picture(exif=exif))
    assert found.exif["Photo.MakerNote"] == "(10244 bytes)"


def test_long_texts_are_cut_with_a_note(reader):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * 40_000
    text = read(reader, samples.picture(exif=exif)).exif["Image.ImageDescription"]
    assert isinstance(text, str)
    assert text.endswith(f"… ({40_000 - values.MAX_TEXT} more characters)")
    assert len(text) < values.MAX_TEXT + 40


def test_broken_xmp_is_a_problem_beside_the_exif(reader):
    found = read(reader, samples.picture(exif=samples.full_exif(), xmp=b"<x:xmpmeta <<<"))
    assert [problem.code for problem in found.problems] == ["unreadable_xmp"]
    assert found.exif["Image.Make"] == "Acme"
    assert found.xmp == {}


@pytest.mark.parametrize("kind", FORMATS)
def test_no_file_changes_how_the_next_is_read(reader, kind):
    good = samples.picture(kind, xmp=samples.packet(samples.FULL_XMP))
    own_meaning = samples.packet(samples.FULL_XMP).replace(
        b"http://purl.org/dc/elements/1.1/", b"http://example.org/other/"
    )
    expected = read(reader, good, kind)
    assert "dc:subject" in expected.xmp
    poisoned = read(reader, samples.picture(kind, xmp=own_meaning), kind)
    assert poisoned.xmp["other:subject"] == ["Sea", "Winter light"]
    assert read(reader, good, kind) == expected


def test_an_entity_bomb_in_xmp_is_refused(reader):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + samples.packet(
        "<xmp:Label>&b;</xmp:Label>"
    )
    found = read(reader, samples.picture(xmp=bomb))
    assert found.xmp == {}
    assert [problem.code for problem in found.problems] == ["unreadable_xmp"]


def test_exif_that_is_garbage_is_a_problem(reader):
    found = read(reader, samples.picture(exif=b"Exif\0\0" + b"II*\0" + b"\xff" * 60))
    assert found.exif == {}
    assert found.problems


@pytest.mark.parametrize("kind", FORMATS)
def test_no_damage_makes_it_raise(reader, kind):
    """Truncated anywhere, or with bytes turned over: some answer, and one that can be stored."""
    whole = samples.picture(
        kind, exif=samples.full_exif(), xmp=samples.packet(samples.FULL_XMP), iptc=samples.FULL_IPTC, size=(8, 8)
    )
    dice = random.Random(kind)
    for _ in range(30):
        storable(read(reader, whole[: dice.randrange(len(whole))], kind))
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 8, 60))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        storable(read(reader, bytes(damaged), kind))


def test_several_threads_read_the_same(reader):
    contents = [
        samples.picture(kind, exif=samples.full_exif(), xmp=samples.packet(samples.FULL_XMP)) for kind in FORMATS
    ]
    expected = [read(reader, content) for content in contents]
    wrong: list[RawMetadata] = []

    def work() -> None:
        for _ in range(10):
            for content, right in zip(contents, expected, strict=True):
                found = read(reader, content)
                if found != right:
                    wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_png_metadata_behind_the_picture_is_found(reader):
    content = samples.picture("PNG", exif=samples.full_exif())
    chunks = _png_chunks(content)
    late = [chunk for name, chunk in chunks if name != b"eXIf"]
    late.insert(-1, next(chunk for name, chunk in chunks if name == b"eXIf"))
    assert read(reader, content[:8] + b"".join(late), "PNG").exif["Image.Make"] == "Acme"


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = [], 8
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        chunks.append((content[at + 4 : at + 8], content[at : at + 12 + size]))
        at += 12 + size
    return chunks


def test_the_best_reader_is_exiv2_where_it_is_installed():
    assert reading.best_reader().name == ("exiv2" if reading.exiv2_is_installed() else "pillow")
