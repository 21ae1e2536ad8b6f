"""`evoke import`: what is taken, what is passed over, what is told."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from evoke.bootstrap import Resources
from evoke.domains.jobs.models import Job
from evoke.domains.jobs.service import BULK
from evoke.domains.photos.models import Photo
from tests.cli import files
from tests.cli.conftest import Evoke
from tests.factories import people


async def rows(resources: Resources) -> dict[str, Any]:
    """The photos of everybody, by file name."""
    async with resources.database.read() as session:
        return {row.file_name: row for row in await session.scalars(select(Photo))}


async def test_a_folder_is_imported_with_all_that_is_below(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "one.jpg", 1)
    files.jpeg(folder / "2019" / "march" / "TWO.JPG", 2)
    files.jpeg(folder / "a picture by its content.dat", 3)
    (folder / "notes.txt").write_text("no picture")
    for skipped in (".thumbnails", "@eaDir", ".Trash-1000", "__MACOSX"):
        files.jpeg(folder / skipped / "skipped.jpg", 4)
    files.jpeg(folder / "._one.jpg", 5)
    outcome = await evoke("import", folder, "--json")
    assert outcome.status == 0, outcome
    told = outcome.json
    assert told.pop("seconds") > 0
    size = sum(path.stat().st_size for path in folder.rglob("*") if "skipped" not in path.name and path.is_file())
    assert told.pop("bytes") == size - len("no picture") - (folder / "._one.jpg").stat().st_size
    assert told == {
        "imported": 3,
        "duplicates": 0,
        "ignored": 2,
        "failed": [],
        "live_pairs": 0,
        "interrupted": False,
        "ended_by": None,
    }
    found = await rows(resources)
    assert set(found) == {"one.jpg", "TWO.JPG", "a picture by its content.dat"}
    assert {row.owner_id for row in found.values()} == {person.actor.user_id}
    async with resources.database.read() as session:
        jobs = list(await session.scalars(select(Job)))
    assert {job.subject_id for job in jobs} == {row.id for row in found.values()}
    assert {job.priority for job in jobs} == {BULK}


async def test_the_second_run_skips_without_reading(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    picture = files.jpeg(folder / "one.jpg", 1)
    before = picture.stat()
    assert (await evoke("import", folder, "--json")).json["imported"] == 1
    changed = bytearray(picture.read_bytes())
    changed[-3] ^= 1
    picture.write_bytes(changed)
    os.utime(picture, ns=(before.st_atime_ns, before.st_mtime_ns))
    # Whoever reads the file finds a new picture; who trusts size and time finds the old one.
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"]) == (0, 1)
    os.utime(picture)
    assert (await evoke("import", folder, "--json")).json["imported"] == 1


async def test_what_was_deleted_from_the_library_is_imported_again(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    files.jpeg(folder / "one.jpg", 1)
    await evoke("import", folder)
    async with resources.database.transaction() as session:
        await session.execute(delete(Photo))
    assert (await evoke("import", folder, "--json")).json["imported"] == 1


async def test_without_its_journal_it_finds_out_by_reading(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path, tmp_path: Path
) -> None:
    for number in range(3):
        files.jpeg(folder / f"{number}.jpg", number)
    await evoke("import", folder)
    shutil.rmtree(tmp_path / "imports")
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"]) == (0, 3)
    (journal,) = (tmp_path / "imports").glob("*.sqlite")
    journal.write_bytes(b"not a database" * 500)
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"]) == (0, 3)
    assert journal.stat().st_mode & 0o777 == 0o600


async def test_the_same_bytes_twice_are_one_photo(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    for number in range(6):
        files.jpeg(folder / f"copy {number}.jpg", 7)
    told = (await evoke("import", folder, folder / "copy 1.jpg", "--json", "--jobs", "6")).json
    assert (told["imported"], told["duplicates"]) == (1, 5)
    assert len(await rows(resources)) == 1


async def test_bad_files_are_listed_and_stop_nothing(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    (folder / "a empty.jpg").write_bytes(b"")
    (folder / "b text.jpg").write_text("no picture at all")
    (folder / "c loop.jpg").symlink_to(folder / "c loop.jpg")
    (folder / "d nowhere.jpg").symlink_to(folder / "missing")
    (folder / "e empty").write_bytes(b"")
    files.jpeg(folder / "good.jpg", 1)
    outcome = await evoke("import", folder, folder / "missing folder", "--json")
    assert outcome.status == 1
    told = outcome.json
    assert (told["imported"], told["ignored"]) == (1, 1)
    assert {(Path(each["path"]).name, each["code"]) for each in told["failed"]} == {
        ("a empty.jpg", "FILE_EMPTY"),
        ("b text.jpg", "UNSUPPORTED_MEDIA"),
        ("c loop.jpg", "UNREADABLE"),
        ("d nowhere.jpg", "UNREADABLE"),
        ("missing folder", "UNREADABLE"),
    }
    # For people the same, in lines, after what went well.
    lines = (await evoke("import", folder)).stdout.splitlines()
    assert lines[0].startswith("Imported 0 files")
    assert "4 files could not be imported:" in lines
    assert any("a empty.jpg: It is empty. (FILE_EMPTY)" in line for line in lines)


async def test_what_is_no_file_does_not_hang_it(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    os.mkfifo(folder / "fifo.jpg")
    (folder / "below").mkdir()
    (folder / "below" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "below" / "itself").symlink_to(folder / "below", target_is_directory=True)
    files.jpeg(folder / "below" / "one.jpg", 1)
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"], told["ignored"], told["failed"]) == (1, 0, 1, [])
    outcome = await evoke("import", folder / "fifo.jpg", "--json")
    assert outcome.status == 1
    assert [each["code"] for each in outcome.json["failed"]] == ["UNREADABLE"]


async def test_what_is_named_is_imported_or_told(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    picture = files.jpeg(folder / ".hidden.jpg", 1)
    files.xmp(folder / ".hidden.jpg.xmp")
    (folder / "notes.txt").write_text("no picture")
    outcome = await evoke("import", picture, folder / "notes.txt", files.xmp(folder / "alone.xmp"), "--json")
    told = outcome.json
    assert outcome.status == 1
    assert told["imported"] == 1
    codes = {(Path(each["path"]).name, each["code"]) for each in told["failed"]}
    assert codes == {("notes.txt", "UNSUPPORTED_MEDIA"), ("alone.xmp", "UNSUPPORTED_MEDIA")}
    (row,) = (await rows(resources)).values()
    assert row.sidecar_kind == "xmp"


async def test_names_of_every_sort(evoke: Evoke, resources: Resources, person: people.Person, folder: Path) -> None:
    for seed, name in enumerate([b"caf\xe9.jpg", b"two\nlines.jpg", b"n" * 251 + b".jpg", b"--json.jpg"]):
        files.jpeg(folder / os.fsdecode(name), seed)
    (folder / os.fsdecode(b"broken\n\xe9.jpg")).write_bytes(b"no picture")
    outcome = await evoke("import", folder, folder / ("x" * 300 + ".jpg"), "--json")
    assert outcome.status == 1
    assert outcome.json["imported"] == 4
    assert set(await rows(resources)) == {"café.jpg", "two lines.jpg", "n" * 251 + ".jpg", "--json.jpg"}
    failed = {each["path"].rpartition("/")[2]: each["code"] for each in outcome.json["failed"]}
    assert failed == {"broken\n\\xe9.jpg": "UNSUPPORTED_MEDIA", "x" * 300 + ".jpg": "UNREADABLE"}
    lines = (await evoke("import", folder)).stdout.splitlines()
    assert any("broken\\n\\xe9.jpg: " in line for line in lines)


async def test_the_dates_of_the_file_come_with_it(
    evoke: Evoke, resources: Resources, person: people.Person, folder: Path
) -> None:
    moment = datetime(2011, 5, 6, 7, 8, 9, tzinfo=UTC)
    os.utime(files.jpeg(folder / "plain.jpg", 1), (moment.timestamp(), moment.timestamp()))
    assert (await evoke("import", folder)).status == 0
    found = await rows(resources)
    assert found["plain.jpg"].file_modified_at == moment
    assert (found["plain.jpg"].taken_at, found["plain.jpg"].taken_at_source) == (moment, "file")


async def test_whose_library_it_is(evoke: Evoke, resources: Resources, folder: Path) -> None:
    files.jpeg(folder / "one.jpg", 1)
    nobody = await evoke("import", folder)
    assert (nobody.status, "evoke user create" in nobody.stderr) == (1, True)
    first = await people.create(resources)
    assert (await evoke("import", folder)).status == 0
    second = await people.create(resources)
    several = await evoke("import", folder)
    assert (several.status, "--user" in several.stderr) == (1, True)
    assert (await evoke("import", folder, "--user", second.email.upper())).status == 0
    assert (await evoke("import", folder, "--user", "nobody@example.org")).status == 1
    async with resources.database.read() as session:
        owners = set(await session.scalars(select(Photo.owner_id)))
    assert owners == {first.actor.user_id, second.actor.user_id}


async def test_our_own_data_is_left_alone(
    evoke: Evoke, resources: Resources, person: people.Person, tmp_path: Path
) -> None:
    files.jpeg(tmp_path / "inside.jpg", 1)
    told = (await evoke("import", tmp_path, "--json")).json
    assert (told["imported"], told["failed"]) == (0, [])
