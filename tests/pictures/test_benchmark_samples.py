"""The photographs that the benchmarks measure with, and the floor they are measured against."""

from pathlib import Path

from PIL import Image

from benchmarks import floors, samples
from evoke.platform.pictures import render


def test_one_seed_gives_one_set_of_different_photographs(tmp_path: Path) -> None:
    first = samples.make_photos(tmp_path / "a", 6, megapixels=0.2, seed=7)
    again = samples.make_photos(tmp_path / "b", 6, megapixels=0.2, seed=7)
    other = samples.make_photos(tmp_path / "c", 1, megapixels=0.2, seed=8)
    contents = [path.read_bytes() for path in first]
    assert contents == [path.read_bytes() for path in again]
    assert len({*contents, other[0].read_bytes()}) == 7


def test_they_have_what_a_camera_writes(tmp_path: Path) -> None:
    (path,) = samples.make_photos(tmp_path, 1, megapixels=0.2)
    with Image.open(path) as image:
        exif = image.getexif()
        assert image.width * image.height * 3 == image.width**2 * 9 / 4
        assert exif[0x010F]
        assert exif.get_ifd(0x8769)[0x9003]
        assert len(exif.get_ifd(0x8825)) == 4


def test_the_floor_makes_the_same_renditions(tmp_path: Path) -> None:
    (path,) = samples.make_photos(tmp_path, 1, megapixels=3)
    preview, thumbnail = floors.decode_resize_encode(path)
    rendered = render.render(path, "image/jpeg")
    assert abs(len(preview) - len(rendered.preview)) < 32
    assert thumbnail == rendered.thumbnail
