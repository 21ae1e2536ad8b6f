"""`evoke import`: Ctrl-C, kill -9, a full disk, a full library, a database that goes away."""

import asyncio
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from evoke.bootstrap import Resources
from evoke.domains.jobs.models import Job
from evoke.domains.photos.models import Photo
from evoke.platform.pictures import sniff
from tests.cli import files
from tests.cli.conftest import Evoke
from tests.factories import people

pytestmark = pytest.mark.unmeasured

MANY = 160

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def pictures(folder: Path) -> Path:
    first = files.jpeg(folder / "0.jpg", 0).read_bytes()
    for number in range(1, MANY):
        below = folder / str(number % 7)
        below.mkdir(exist_ok=True)
        (below / f"{number}.jpg").write_bytes(first + b"%d" % number)
    return folder


async def count(resources: Resources, column: Any) -> int:
    async with resources.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(column)) or 0)


async def until_some(resources: Resources, process: "subprocess.Popen[str]", some: int = 5) -> None:
    deadline = time.monotonic() + 60
    while await count(resources, Photo) < some:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def whole(evoke: Evoke, resources: Resources, pictures: Path) -> dict[str, Any]:
    """Run it again; afterwards everything is there, once, and each photo has one job and one file."""
    told: dict[str, Any] = (await evoke("import", pictures, "--json")).json
    assert told["failed"] == []
    assert told["imported"] + told["duplicates"] == MANY
    assert await count(resources, Photo) == await count(resources, Job) == MANY
    stored = [info async for info in resources.blobs.iterate("originals")]
    assert len(stored) == MANY
    return told


async def test_a_signal_finishes_what_is_under_way(
    evoke: Evoke, start: Start, resources: Resources, person: people.Person, pictures: Path
) -> None:
    process = start("import", "--jobs", "1", pictures)
    await until_some(resources, process)
    process.send_signal(signal.SIGINT)
    stdout, stderr = await asyncio.to_thread(process.communicate)
    assert process.returncode == 130, (stdout, stderr)
    assert "Finishing the files under way" in stderr
    assert "run the same command again" in stdout
    done = await count(resources, Photo)
    assert 5 <= done < MANY
    assert f"Imported {done} files" in stdout
    told = await whole(evoke, resources, pictures)
    assert told["duplicates"] == done


async def test_the_second_signal_gives_up_what_is_under_way(
    evoke: Evoke, start: Start, resources: Resources, person: people.Person, pictures: Path, tmp_path: Path
) -> None:
    # Large enough to be under way for a while; the end of the file is never reached.
    with (pictures / "0.jpg").open("ab") as large:
        large.truncate(20 * 1024**3)
    process = start("import", "--jobs", "1", pictures, env={"EVOKE_STORAGE__MAX_UPLOAD_BYTES": str(10**12)})
    deadline = time.monotonic() + 60
    while not any(part.stat().st_size > 10**6 for part in (tmp_path / "blobs" / "tmp").glob("*.part")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    for _ in range(2):
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
    stdout, _ = await asyncio.to_thread(process.communicate)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Imported 0 files" in stdout
    assert list((tmp_path / "blobs" / "tmp").iterdir()) == []


async def test_killed_it_goes_on_where_it_was(
    evoke: Evoke, start: Start, resources: Resources, person: people.Person, pictures: Path
) -> None:
    for some in (5, 60):
        process = start("import", "--jobs", "1", pictures)
        await until_some(resources, process, some)
        process.kill()
        await asyncio.to_thread(process.communicate)
        assert await count(resources, Photo) < MANY
    told = await whole(evoke, resources, pictures)
    assert told["imported"] <= MANY - 60


async def test_a_full_disk_ends_it(
    evoke: Evoke, start: Start, resources: Resources, person: people.Person, folder: Path
) -> None:
    content = files.jpeg(folder / "small.jpg", 1).read_bytes()
    for number in range(20):
        (folder / f"x large {number}.jpg").write_bytes(content + bytes(3_000_000) + b"%d" % number)

    def little_room() -> None:
        # What goes beyond is refused as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    process = start("import", "--jobs", "1", folder, preexec_fn=little_room)
    stdout, stderr = await asyncio.to_thread(process.communicate)
    assert process.returncode == 1, (stdout, stderr)
    assert "The disk that holds the library is full" in stdout
    assert "could not be imported" not in stdout
    assert await count(resources, Photo) == 1
    told = (await evoke("import", folder, "--json")).json
    assert (told["imported"], told["duplicates"]) == (20, 1)


async def test_a_full_library_ends_it(
    evoke: Evoke, resources: Resources, person: people.Person, pictures: Path
) -> None:
    size = (pictures / "0.jpg").stat().st_size
    outcome = await evoke("import", pictures, "--json", EVOKE_STORAGE__QUOTA_BYTES=str(size * 5))
    assert outcome.status == 1
    assert outcome.json["ended_by"]["code"] == "QUOTA_EXCEEDED"
    assert (outcome.json["imported"], outcome.json["failed"]) == (4, [])


async def test_a_database_that_goes_away_ends_it(
    evoke: Evoke, start: Start, resources: Resources, person: people.Person, pictures: Path
) -> None:
    process = start("import", pictures, "--json")
    await until_some(resources, process)
    async with resources.database.transaction() as session:
        await session.execute(text("ALTER TABLE photos RENAME TO photos_gone"))
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'evoke-cli'"
        await session.execute(text(gone))
    stdout, _ = await asyncio.to_thread(process.communicate)
    async with resources.database.transaction() as session:
        await session.execute(text("ALTER TABLE photos_gone RENAME TO photos"))
    assert process.returncode == 1
    assert "ended_by" in stdout
    await whole(evoke, resources, pictures)


def test_what_these_files_are(folder: Path) -> None:
    """The large file above is one that would be taken."""
    assert sniff.sniff(files.jpeg(folder / "one.jpg", 1).read_bytes() + bytes(10)) == sniff.JPEG
