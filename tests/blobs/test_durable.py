"""A blob that counts as stored is on the disk, bytes before name: seen in the calls to the system, in their order."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at descriptors in /proc")

Call = tuple[str, str, int]
CONTENT = os.urandom((2 << 20) + 7)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """What was synced or renamed: the call, the path, the bytes that the file had by then."""
    seen: list[Call] = []
    fsync: Callable[[int], None] = os.fsync
    replace: Callable[[Path, Path], None] = os.replace

    def synced(handle: int) -> None:
        fsync(handle)
        seen.append(("fsync", str(Path(f"/proc/self/fd/{handle}").readlink()), os.fstat(handle).st_size))

    def renamed(source: Path, target: Path) -> None:
        replace(source, target)
        seen.append(("rename", str(target), target.stat().st_size))

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    return seen


async def upload(store: BlobStore, key: str) -> tuple[Path, int]:
    async with store.spool(OwnerKey.generate()) as spool:
        await spool.write(CONTENT)
        result = await spool.finish()
        await store.adopt(spool, key)
    return result.path, result.stored_size


async def test_an_upload_is_on_the_disk_before_it_has_its_name(tmp_path: Path, calls: list[Call]) -> None:
    async with open_store(str(tmp_path)) as store:
        await upload(store, "u/first")
        calls.clear()
        draft, size = await upload(store, "u/photo")
    target = tmp_path / "objects" / "u" / "photo"
    *before, folder = calls
    assert before == [("fsync", str(draft), size), ("rename", str(target), size)]
    assert folder[:2] == ("fsync", str(target.parent))


async def test_new_folders_are_on_the_disk_as_well(tmp_path: Path, calls: list[Call]) -> None:
    async with open_store(str(tmp_path)) as store:
        await upload(store, "u/a/b/photo")
    objects = tmp_path / "objects"
    assert {call[1] for call in calls[2:]} == {
        str(folder) for folder in (objects / "u" / "a" / "b", objects / "u" / "a", objects / "u", objects, tmp_path)
    }


async def test_small_blobs_likewise(tmp_path: Path, calls: list[Call]) -> None:
    async with open_store(str(tmp_path)) as store:
        await store.put_bytes("u/first", b"1", None)
        calls.clear()
        await store.put_bytes("u/small", b"22", None)
    assert [call for call, _, _ in calls] == ["fsync", "rename", "fsync"]


async def test_nothing_waits_for_the_disk_where_that_is_not_wanted(tmp_path: Path, calls: list[Call]) -> None:
    async with open_store(str(tmp_path), durable=False) as store:
        await upload(store, "u/photo")
        await store.put_bytes("u/small", b"22", None)
    assert {call for call, _, _ in calls} == {"rename"}


async def test_what_another_service_keeps_is_not_synced_here(tmp_path: Path, calls: list[Call]) -> None:
    async with open_store("memory:", scratch_folder=tmp_path) as store:
        await upload(store, "u/photo")
    assert calls == []
