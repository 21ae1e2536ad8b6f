"""Real photographs, where the folder with them is there; and exiftool as the judge, where it is installed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from evoke.platform.metadata import facts, interpret, reading
from evoke.platform.metadata.exiv2_reader import Exiv2Reader
from evoke.platform.metadata.pillow_reader import PillowReader
from evoke.platform.metadata.raw import MetadataReader
from tests.metadata import samples

FOLDER = Path(__file__).parents[3] / "shared" / "photos"
MIME_TYPES = {
    ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".heic": "image/heic", ".avif": "image/avif",
}  # fmt: skip
PHOTOS = sorted(path for path in FOLDER.rglob("*") if path.suffix in MIME_TYPES)

needs_photos = pytest.mark.skipif(not PHOTOS, reason="the folder with real photographs is not here")
needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool, the oracle, is not installed")


@needs_photos
def test_an_iphone_photo(reader: MetadataReader):
    found = interpret.interpret(reader.read(FOLDER / "formats" / "IMG_2682.heic", "image/heic"))
    assert found.camera == facts.Camera("Apple", "iPhone 7", "iPhone 7 back camera 3.99mm f/1.8")
    assert found.exposure == facts.Exposure(1.8, "1/887", 20, 3.99)
    assert found.position == facts.Position(41.2203, -96.071625, 351.267)
    assert found.dates[0] == facts.DateCandidate("SubSecDateTimeOriginal", "exif", "2019:03:21 11:04:22.348")


@needs_photos
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.name)
def test_both_readers_agree_on_real_photos(path: Path):
    if not reading.exiv2_is_installed():
        pytest.skip("the exiv2 extra is not installed")
    mime_type = MIME_TYPES[path.suffix]
    one, other = Exiv2Reader().read(path, mime_type), PillowReader().read(path, mime_type)
    assert (one.problems, other.problems) == ((), ())
    assert other.exif.items() <= one.exif.items()
    assert (one.xmp, one.iptc) == (other.xmp, other.iptc)


def judged(path: Path) -> dict[str, object]:
    """exiftool's own numbers for a file."""
    options = ["-n", "-j", "-FNumber", "-ISO", "-FocalLength", "-GPSLatitude", "-GPSLongitude", "-LensModel", "-Make"]
    done = subprocess.run(["exiftool", *options, "-Rating", "-Subject", str(path)], capture_output=True, check=True)
    answer: list[dict[str, object]] = json.loads(done.stdout)
    return {name: value for name, value in answer[0].items() if name != "SourceFile"}


def stated(path: Path, reader: MetadataReader, mime_type: str) -> dict[str, object]:
    """The same numbers as we read them, with what is not known left out."""
    found = interpret.interpret(reader.read(path, mime_type))
    known = {
        "FNumber": found.exposure.f_number,
        "ISO": found.exposure.iso,
        "FocalLength": found.exposure.focal_length_mm,
        "GPSLatitude": found.position and found.position.latitude,
        "GPSLongitude": found.position and found.position.longitude,
        "LensModel": found.camera.lens,
        "Make": found.camera.make,
        "Rating": found.rating,
        "Subject": list(found.keywords),
    }
    return {name: value for name, value in known.items() if value not in (None, [])}


@needs_exiftool
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_exiftool_reads_the_same_in_generated_photos(reader: MetadataReader, kind: str, tmp_path: Path):
    exif = samples.full_exif()
    del exif[0x9C9E]  # Windows keywords, which we add to the subjects
    path = tmp_path / "photo"
    path.write_bytes(samples.picture(kind, exif=exif, xmp=samples.packet(samples.FULL_XMP)))
    expected = judged(path)
    assert len(expected) == 9
    for name, value in stated(path, reader, samples.MIME_TYPES[kind]).items():
        assert value == (pytest.approx(expected[name], abs=1e-6) if isinstance(value, float) else expected[name])


@needs_exiftool
@needs_photos
def test_exiftool_reads_the_same_in_a_real_photo(reader: MetadataReader):
    path = FOLDER / "formats" / "IMG_2682.heic"
    expected = judged(path)
    assert expected
    for name, value in expected.items():
        assert stated(path, reader, "image/heic")[name] == (
            pytest.approx(value, abs=1e-6) if isinstance(value, float) else value
        )
