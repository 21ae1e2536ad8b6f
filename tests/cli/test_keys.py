"""`evoke key`: what stands between a library and its loss."""

import asyncio
import contextvars
import fcntl
import os
from pathlib import Path

import pytest

from evoke.bootstrap import Resources
from evoke.domains.accounts import queries
from evoke.domains.accounts.service import owner_keys
from evoke.platform.crypto import sources
from evoke.platform.crypto.errors import KeyUnusable
from evoke.platform.crypto.keys import MasterKey, master_key_id
from tests.cli import files
from tests.cli.conftest import Evoke
from tests.factories import people

PASSPHRASE = "a passphrase of length"


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "master.key"


@pytest.fixture
async def library(evoke: Evoke, resources: Resources, person: people.Person, folder: Path) -> None:
    """Encrypted originals of one person."""
    for number in range(3):
        files.jpeg(folder / f"{number}.jpg", number)
    assert (await evoke("import", folder, "--user", person.email)).status == 0


async def wrapped_under(resources: Resources, who: people.Person) -> bytes:
    async with resources.database.read() as session:
        wrapped = await queries.find_owner_key(session, who.actor.user_id)
    assert wrapped is not None
    return master_key_id(wrapped)


async def test_a_lost_key_comes_back_from_its_backup(
    evoke: Evoke, library: None, key_path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.json"
    made = await evoke("key", "backup", copy, "--passphrase-stdin", stdin=PASSPHRASE)
    assert made.status == 0, made
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sources.to_base64(sources.load(key_path)) not in copy.read_text()
    again = await evoke("key", "backup", copy, "--passphrase-stdin", stdin=PASSPHRASE)
    assert (again.status, "there already" in again.stderr) == (1, True)
    key_path.unlink()
    lost = await evoke("key", "check")
    assert (lost.status, "There is no master key" in lost.stderr) == (1, True)
    assert not key_path.exists()  # a look makes no key
    wrong = await evoke("key", "restore", copy, "--passphrase-stdin", stdin="another passphrase")
    assert (wrong.status, key_path.exists()) == (1, False)
    assert (await evoke("key", "restore", copy, "--passphrase-stdin", stdin=PASSPHRASE)).status == 0
    checked = await evoke("key", "check")
    assert (checked.status, "Opened 3 originals." in checked.stdout) == (0, True)


async def test_backups_that_are_none(evoke: Evoke, tmp_path: Path, key_path: Path) -> None:
    (tmp_path / "text").write_text("no backup")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfd")
    for name in ("text", "bytes", "missing"):
        outcome = await evoke("key", "restore", tmp_path / name, "--passphrase-stdin", stdin=PASSPHRASE)
        assert outcome.status == 1, name
    assert not key_path.exists()
    sources.load_or_create(key_path)
    short = await evoke("key", "backup", tmp_path / "copy", "--passphrase-stdin", stdin="short")
    assert (short.status, (tmp_path / "copy").exists()) == (1, False)
    nowhere = await evoke("key", "backup", tmp_path / "no folder" / "copy", "--passphrase-stdin", stdin=PASSPHRASE)
    assert (nowhere.status, "cannot be written" in nowhere.stderr) == (1, True)


async def test_a_rotation_leaves_running_processes_alone(
    evoke: Evoke, resources: Resources, person: people.Person, stranger: people.Person, library: None, key_path: Path
) -> None:
    before = sources.load(key_path)
    running = resources.owner_keys  # of a process that has not met these owners yet, and knows the old key only
    outcome = await evoke("key", "rotate")
    assert outcome.status == 0, outcome
    assert "1 owner key wrapped anew" in outcome.stdout
    after = sources.load(key_path)
    assert after != before
    assert list(key_path.parent.glob("master.key.*")) == []
    assert await running.get(person.actor.user_id)
    # What it makes from now on is under the new key, for the old one is gone.
    await running.get(stranger.actor.user_id)
    assert await wrapped_under(resources, stranger) == after.id
    checked = (await evoke("key", "check", "--json")).json
    assert checked["owner_keys"] == {"total": 2, "current": 2, "previous": 0, "unreadable": 0}
    assert (checked["originals_opened"], checked["problems"]) == (3, [])


async def test_a_key_made_during_a_rotation_waits_for_its_end(
    resources: Resources, person: people.Person, stranger: people.Person, key_path: Path
) -> None:
    await resources.owner_keys.get(person.actor.user_id)
    elsewhere = contextvars.copy_context()  # of another process, which knows nothing of our transaction
    async with resources.database.transaction() as session:
        sources.replace(key_path, MasterKey.generate())
        ring = sources.load_keyring(key_path)
        await owner_keys.rotate_master(session, ring)
        made = asyncio.create_task(resources.owner_keys.get(stranger.actor.user_id), context=elsewhere)
        await asyncio.sleep(0.3)
        assert not made.done()
    sources.forget_previous(key_path)
    await made
    assert await wrapped_under(resources, stranger) == ring.current.id


async def test_a_rotation_that_stopped_half_way_is_gone_on_with(
    evoke: Evoke, resources: Resources, person: people.Person, library: None, key_path: Path
) -> None:
    # As if killed between the file and the database.
    sources.replace(key_path, MasterKey.generate())
    checked = await evoke("key", "check", "--json")
    assert (checked.status, checked.json["owner_keys"]["previous"]) == (0, 1)
    kept = await evoke("key", "rotate", "--keep-previous")
    assert kept.status == 0
    assert len(list(key_path.parent.glob("master.key.*"))) == 2
    assert (await evoke("key", "rotate")).status == 0
    assert list(key_path.parent.glob("master.key.*")) == []
    checked = await evoke("key", "check", "--json")
    assert (checked.status, checked.json["owner_keys"]["current"]) == (0, 1)


async def test_a_rotation_refuses_to_lose_anything(
    evoke: Evoke, resources: Resources, library: None, key_path: Path
) -> None:
    key_path.unlink()
    missing = await evoke("key", "rotate")
    assert (missing.status, "There is no master key" in missing.stderr) == (1, True)
    other = sources.load_or_create(key_path)
    foreign = await evoke("key", "rotate")
    assert (foreign.status, "cannot be opened" in foreign.stderr) == (1, True)
    assert sources.load(key_path) == other
    checked = await evoke("key", "check", "--sample", "1")
    assert (checked.status, "needs another master key" in checked.stdout) == (1, True)


async def test_two_at_once_are_refused(evoke: Evoke, library: None, key_path: Path) -> None:
    handle = os.open(key_path.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    outcome = await evoke("key", "rotate")
    os.close(handle)
    assert (outcome.status, "at this moment" in outcome.stderr) == (1, True)


async def test_a_damaged_file_and_a_missing_one_are_found(evoke: Evoke, library: None, tmp_path: Path) -> None:
    first, second, *_ = sorted((tmp_path / "blobs" / "objects" / "originals").rglob("*/??/*"))
    content = bytearray(first.read_bytes())
    content[-20] ^= 1
    first.write_bytes(content)
    second.unlink()
    outcome = await evoke("key", "check", "--json")
    assert outcome.status == 1
    assert (outcome.json["originals_opened"], len(outcome.json["problems"])) == (1, 2)


async def test_a_key_that_others_can_read_is_told(evoke: Evoke, library: None, key_path: Path) -> None:
    key_path.chmod(0o644)
    outcome = await evoke("key", "check")
    assert (outcome.status, "chmod 600" in outcome.stderr) == (1, True)
    with pytest.raises(KeyUnusable):
        sources.load(key_path)


async def test_a_key_from_elsewhere_is_checked_and_not_changed(evoke: Evoke, tmp_path: Path) -> None:
    value = sources.to_base64(MasterKey.generate())
    for variables in ({"EVOKE_KEY__VALUE": value}, {"EVOKE_KEY__COMMAND": f"echo {value}"}):
        checked = await evoke("key", "check", "--json", **variables)
        assert (checked.status, checked.json["source"]) == (0, next(iter(variables)))
        rotated = await evoke("key", "rotate", **variables)
        assert (rotated.status, "cannot change" in rotated.stderr) == (1, True)
        backup = await evoke(
            "key", "backup", tmp_path / next(iter(variables)), "--passphrase-stdin", stdin=PASSPHRASE, **variables
        )
        assert backup.status == 0
