"""`evoke import`: sidecars, and the videos of live photos."""

import json
from pathlib import Path

import pytest

from evoke.bootstrap import Resources
from evoke.cli.importing import kinds
from evoke.domains.photos.service import live
from evoke.kit.errors import Invalid, NotFound
from evoke.platform.pictures import sniff
from tests.cli import files
from tests.cli.conftest import Evoke
from tests.cli.test_import import rows
from tests.factories import people


async def test_sidecars_go_with_their_pictures(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "one.jpg", 1)
    files.xmp(folder / "one.xmp")
    files.jpeg(folder / "two(1).jpg", 2)
    files.takeout(folder / "two.jpg.supplemental-metadata(1).json")
    files.jpeg(folder / "three.jpg", 3)
    (folder / "metadata.json").write_text('{"title": "an album"}')
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["ignored"], told["failed"]) == (3, 1, [])
    found = await rows(resources)
    kinds_found = {name: row.sidecar_kind for name, row in found.items()}
    assert kinds_found == {"one.jpg": "xmp", "two(1).jpg": "takeout", "three.jpg": None}


async def test_a_sidecar_that_comes_later_is_added(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "one.jpg", 1)
    await evoke("import", folder)
    files.xmp(folder / "one.xmp")
    assert (await evoke("import", folder, "--json")).json["duplicates"] == 1
    assert (await rows(resources))["one.jpg"].sidecar_kind == "xmp"


async def test_a_bad_sidecar_is_listed_each_time_and_its_picture_comes(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "one.jpg", 1)
    (folder / "one.jpg.xmp").write_text("<x:xmpmeta broken")
    files.jpeg(folder / "two.jpg", 2)
    (folder / "two.jpg.json").write_text('{"cut')
    files.jpeg(folder / "three.jpg", 3)
    (folder / "three.json").write_text(json.dumps({"of": "another program"}))
    for imported in (3, 0):
        outcome = await evoke("import", folder, "--json")
        assert outcome.status == 1
        assert outcome.json["imported"] == imported
        failed = {(Path(each["path"]).name, each["code"]) for each in outcome.json["failed"]}
        assert failed == {("one.jpg.xmp", "VALIDATION_ERROR"), ("two.jpg.json", "VALIDATION_ERROR")}
    assert {row.sidecar_kind for row in (await rows(resources)).values()} == {None}


async def test_the_short_video_beside_a_picture_becomes_a_part_of_it(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "IMG_1.JPG", 1)
    files.video(folder / "img_1.mov", seconds=2.9)
    files.jpeg(folder / "IMG_2.JPG", 2)
    files.video(folder / "IMG_2.MOV", seconds=120, seed=2)
    files.video(folder / "IMG_3.MOV", seconds=2, seed=3)
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["live_pairs"], told["failed"]) == (5, 1, [])
    found = await rows(resources)
    assert found["IMG_1.JPG"].live_video_id == found["img_1.mov"].id
    assert {name for name, row in found.items() if row.hidden} == {"img_1.mov"}
    assert {name for name, row in found.items() if row.live_video_id} == {"IMG_1.JPG"}
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"], told["live_pairs"]) == (0, 5, 0)


async def test_the_other_half_may_come_later(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.video(folder / "IMG_1.mov", seconds=2.9)
    await evoke("import", folder)
    assert not (await rows(resources))["IMG_1.mov"].hidden
    files.jpeg(folder / "IMG_1.heic", 1)
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"], told["live_pairs"]) == (1, 1, 1)
    found = await rows(resources)
    assert found["IMG_1.mov"].hidden
    assert found["IMG_1.heic"].live_video_id == found["IMG_1.mov"].id


async def test_half_a_live_photo_is_better_than_none(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    (folder / "IMG_1.JPG").write_bytes(b"")
    files.video(folder / "IMG_1.MOV", seconds=2)
    files.jpeg(folder / "IMG_2.JPG", 2)
    files.video(folder / "IMG_2.MOV", seconds=2, seed=2)
    # Both halves are pictures, whatever their names say.
    files.jpeg(folder / "IMG_3.JPG", 3)
    files.jpeg(folder / "IMG_3.MOV", 4)
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["live_pairs"]) == (5, 1)
    found = await rows(resources)
    assert {name for name, row in found.items() if row.hidden} == {"IMG_2.MOV"}


async def test_linking_refuses_what_is_no_live_photo(
    evoke: Evoke, resources: Resources, person: people.Person, stranger: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "picture.jpg", 1)
    files.jpeg(folder / "other.jpg", 2)
    for seed in (1, 2):
        files.video(folder / f"video {seed}.mov", seconds=2, seed=seed)
    await evoke("import", folder, "--user", person.email)
    found = {name: row.id for name, row in (await rows(resources)).items()}
    picture, video = found["picture.jpg"], found["video 1.mov"]

    async def link(who: people.Person, *ids: object) -> bool:
        async with resources.database.transaction() as session:
            return await live.link_live(session, resources.library, who.actor, *ids)  # type: ignore[arg-type]

    for wrong in ((video, picture), (picture, found["other.jpg"]), (video, video)):
        with pytest.raises(Invalid):
            await link(person, *wrong)
    with pytest.raises(NotFound):
        await link(stranger, picture, video)
    assert await link(person, picture, video)
    assert not await link(person, picture, video)
    # The first video stays.
    assert not await link(person, picture, found["video 2.mov"])
    assert (await rows(resources))["picture.jpg"].live_video_id == video


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(("seconds", "short"), [(0, False), (1.5, True), (10, True), (10.5, False)])
def test_how_long_a_video_is(folder: Path, version: int, seconds: float, short: bool) -> None:
    path = files.video(folder / "video.mov", seconds=seconds, version=version)
    assert sniff.sniff(path.read_bytes()) == sniff.MOV
    assert kinds.is_short_video(str(path)) is short


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0\x08free" * 5000,
        files.movie(seconds=2)[:-90],
        files.box(b"moov", b""),
        b"\0\0\0\x04moov",
        b"\0\0\0\x01mdat\0\0\0\0\0\0\0\0",
        b"\0\0\0\x01mdat",
        b"\0\0\0\0moov\0\0\0\0mvhd",
    ],
)
def test_a_video_that_does_not_say_is_not_short(folder: Path, content: bytes) -> None:
    path = folder / "video.mov"
    path.write_bytes(content)
    assert not kinds.is_short_video(str(path))


def test_boxes_of_every_size(folder: Path) -> None:
    path, movie = folder / "video.mov", files.movie(seconds=2)
    at = movie.index(b"moov") - 4
    large = b"\0\0\0\x01wide" + (24).to_bytes(8, "big") + bytes(8)
    to_the_end = b"\0\0\0\0" + movie[at + 4 :]
    path.write_bytes(movie[:at] + large + to_the_end)
    assert kinds.is_short_video(str(path))
