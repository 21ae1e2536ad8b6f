"""`evoke dev`, `evoke openapi`, and what all commands have in common."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from evoke.bootstrap import Resources
from evoke.cli.dev import inventions, migration_files, seeding
from evoke.cli.main import COMMANDS
from evoke.domains.photos.models import LibraryUsage, Photo
from evoke.platform.postgres import migrate
from tests.cli.conftest import Evoke, runner
from tests.factories import people

GOOD = """
def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
"""


async def test_the_migrations_make_what_the_models_say(evoke: Evoke) -> None:
    outcome = await evoke("dev", "check-migrations")
    assert (outcome.status, outcome.stdout) == (0, ""), outcome


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD, None),
        (GOOD.replace('op.execute("SET', '"""Why."""\n    op.execute("SET'), None),
        (GOOD.replace("SET LOCAL lock_timeout", "SELECT"), "does not begin"),
        (GOOD.replace("op.execute", 'op.drop_table("photos")\n    op.execute'), "does not begin"),
        ('def upgrade() -> None:\n    """Nothing."""\n', "does not begin"),
        ("revision = '1'\n", "no upgrade"),
    ],
)
def test_migrations_begin_with_a_lock_timeout(tmp_path: Path, content: str, problem: str | None) -> None:
    (tmp_path / "0001_first.py").write_text(content)
    found = migration_files.problems(tmp_path)
    assert [problem in line for line in found] == ([True] if problem else []), found


def test_ours_do() -> None:
    assert migration_files.problems(migrate.folder() / "versions") == []


async def test_a_library_is_invented(evoke: Evoke, resources: Resources, person: people.Person) -> None:
    outcome = await evoke("dev", "seed", "--photos", "2000", "--user", person.email)
    assert outcome.status == 0, outcome
    async with resources.database.read() as session:
        photos = list(await session.scalars(select(Photo)))
        usage = (await session.scalars(select(LibraryUsage))).one()
    assert (len(photos), usage.photos) == (2000, 2000)
    assert usage.size_bytes == sum(photo.size_bytes for photo in photos)
    now = datetime.now(UTC)
    assert max(photo.taken_at for photo in photos) < now
    assert max(photo.taken_at for photo in photos) - min(photo.taken_at for photo in photos) > timedelta(days=365 * 18)
    assert {photo.city for photo in photos} > {None, inventions.CITIES[inventions.HOME - 1][0]}
    assert {photo.camera_model for photo in photos} == {camera[1] for camera in inventions.CAMERAS}
    assert {photo.processing_state for photo in photos} == {"done"}
    assert {photo.rating for photo in photos} == set(range(6))
    assert {photo.type for photo in photos} == {"image", "video"}
    # The wall clock is that of the place.
    assert len({photo.time_zone for photo in photos}) > 3
    for photo in photos:
        assert photo.taken_at.astimezone(ZoneInfo(photo.time_zone or "")).replace(tzinfo=None) == photo.taken_at_local
    assert (await evoke("search", "sunflower", "--json")).json["results"]
    # Again only when that is meant; the same photos are there already.
    refused = await evoke("dev", "seed", "--photos", "2000")
    assert (refused.status, "--yes" in refused.stderr) == (1, True)
    added = [count async for count in seeding.add_photos(resources.database, person.actor, 2000)]
    assert added == [0]


async def test_the_description_is_compared(evoke: Evoke, tmp_path: Path) -> None:
    printed = (await evoke("openapi", EVOKE_PORT="9999", DEBUG="1")).stdout
    assert printed == (await evoke("openapi")).stdout
    document = json.loads(printed)
    assert list(document["paths"]) == sorted(document["paths"])
    snapshot = tmp_path / "openapi.json"
    snapshot.write_text(printed)
    same = await evoke("openapi", "--check", snapshot)
    assert (same.status, same.stdout) == (0, "")
    snapshot.write_text(printed.replace('"/api/v1/photos/check"', '"/api/v1/pictures"'))
    differs = await evoke("openapi", "--check", snapshot)
    assert (differs.status, "make openapi" in differs.stderr) == (1, True)
    assert '-    "/api/v1/pictures": {' in differs.stdout
    assert '+    "/api/v1/photos/check": {' in differs.stdout
    missing = await evoke("openapi", "--check", tmp_path / "missing.json")
    assert (missing.status, "make openapi" in missing.stderr) == (1, True)


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_says_what_it_does(command: str) -> None:
    outcome = await runner({})(command, "--help")
    assert outcome.status == 0
    assert f" {command} " in outcome.stdout.splitlines()[1]
    first = next(line for line in outcome.stdout.splitlines()[2:] if line.strip())
    assert len(first.split()) > 4


def test_a_process_says_an_error_in_one_line(start: object) -> None:
    process = start("user", "create", "user1@example.org")  # type: ignore[operator]
    stdout, stderr = process.communicate()
    assert process.returncode == 1
    assert stdout == ""
    assert stderr == "evoke: There is no terminal to ask for the password on. Use --password-stdin.\n"
