"""What only a folder has: descriptors, folders that come and go, permissions."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.errors import StorageUnavailable
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey

MiB = 1 << 20


def open_files(folder: Path) -> list[str]:
    """The files in `folder` that this process has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile, by another thread
            found.append(str(descriptor.readlink()))
    return [name for name in found if name.startswith(str(folder))]


async def test_a_reader_keeps_its_blob_when_it_is_replaced_or_deleted(local: BlobStore) -> None:
    key = OwnerKey.generate()
    before = os.urandom(4 * MiB)
    await local.put_bytes("u/photo", before, key)
    reader = await local.open("u/photo", key)
    await local.put_bytes("u/photo", bytes(4 * MiB), key)
    assert await reader.read_range(0, 2 * MiB) == before[: 2 * MiB]
    await local.delete(["u/photo"])
    assert b"".join([piece async for piece in reader.stream()]) == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors through /proc")
async def test_nothing_needs_closing(local: BlobStore, tmp_path: Path) -> None:
    await local.put_bytes("u/photo", bytes(5 * MiB), None)
    await local.get_bytes("u/photo", None)
    for _ in range(20):
        reader = await local.open("u/photo", None)
        pieces = reader.stream()
        await anext(pieces)
        await pieces.aclose()
        async with local.spool(None) as spool:
            await spool.write(b"1")
    assert open_files(tmp_path)
    del reader, pieces
    async with asyncio.timeout(10):
        while open_files(tmp_path):  # a thread that reads ahead lets go of the file when it is done
            await asyncio.sleep(0.01)


async def test_empty_folders_go_with_their_last_blob(local: BlobStore, tmp_path: Path) -> None:
    objects = tmp_path / "blobs" / "objects"
    await local.put_bytes("owner1/ab/1", b"1", None)
    await local.put_bytes("owner2/ab/1", b"1", None)
    await local.delete(["owner1/ab/1"])
    assert [entry.name for entry in objects.iterdir()] == ["owner2"]
    await local.delete(["owner2/ab/1"])
    assert list(objects.iterdir()) == []


async def test_folders_that_go_do_not_take_blobs_that_come(local: BlobStore) -> None:
    async def come_and_go(name: str) -> None:
        for _ in range(25):
            await local.put_bytes(f"u/ab/{name}", b"1", None)
            assert await local.get_bytes(f"u/ab/{name}", None) == b"1"
            await local.delete([f"u/ab/{name}"])

    await asyncio.gather(*(come_and_go(f"{number}") for number in range(6)))


async def test_listing_more_than_a_batch(local: BlobStore, tmp_path: Path) -> None:
    folder = tmp_path / "blobs" / "objects" / "u"
    folder.mkdir(parents=True)
    for number in range(503):
        (folder / f"{number}").touch()
    assert len({info.key async for info in local.iterate("u")}) == 503


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with open_store(str(tmp_path / "file" / "blobs")) as store:
        with pytest.raises(StorageUnavailable):
            await store.put_bytes("u/photo", b"", None)
        with pytest.raises(StorageUnavailable):
            await store.check_writable()
        with pytest.raises(StorageUnavailable):
            async with store.spool(None) as spool:
                await spool.finish()
        with pytest.raises(StorageUnavailable):
            store.free_bytes()


@pytest.mark.parametrize("durable", [True, False])
async def test_blobs_survive_the_store(tmp_path: Path, durable: bool) -> None:
    async with open_store(f"file://{tmp_path}/my%20library", durable=durable) as store:
        await store.put_bytes("u/photo", b"1", None)
    async with open_store(str(tmp_path / "my library")) as store:
        assert await store.get_bytes("u/photo", None) == b"1"
