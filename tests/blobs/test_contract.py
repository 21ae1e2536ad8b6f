"""What every storage promises: the same tests over a folder, memory and S3, encrypted and plain."""

import asyncio
import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from evoke.kit.errors import Invalid
from evoke.platform.blobs.errors import BlobNotFound
from evoke.platform.blobs.framing import PLAIN_MARK
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey

MiB = 1 << 20


async def upload(store: BlobStore, key: str, content: bytes, owner_key: OwnerKey | None, *, step: int = 65_537) -> None:
    async with store.spool(owner_key) as spool:
        for start in range(0, len(content), step):
            await spool.write(content[start : start + step])
        result = await spool.finish()
        assert (result.size, result.sha256) == (len(content), hashlib.sha256(content).digest())
        await store.adopt(spool, key)


@pytest.mark.parametrize("size", [0, 1, 79, 80, MiB - 1, MiB, MiB + 1, 3 * MiB, 9 * MiB + 17])
async def test_what_is_uploaded_comes_back(store: BlobStore, owner_key: OwnerKey | None, size: int) -> None:
    content = os.urandom(size)
    await upload(store, "u/ab/photo", content, owner_key)
    reader = await store.open("u/ab/photo", owner_key)
    assert reader.size == size
    assert reader.encrypted is (owner_key is not None)
    assert abs(reader.last_modified - datetime.now(UTC)) < timedelta(minutes=5)
    assert b"".join([piece async for piece in reader.stream()]) == content
    assert await store.get_bytes("u/ab/photo", owner_key) == content


@pytest.mark.parametrize("size", [0, 1, 30_000, 5 * MiB])
async def test_small_things_come_back(store: BlobStore, owner_key: OwnerKey | None, size: int) -> None:
    content = os.urandom(size)
    await store.put_bytes("u/thumb.webp", content, owner_key)
    assert await store.get_bytes("u/thumb.webp", owner_key) == content


async def test_ranges(store: BlobStore, owner_key: OwnerKey | None) -> None:
    content = os.urandom(6 * MiB + 100)
    await store.put_bytes("video", content, owner_key)
    reader = await store.open("video", owner_key)
    edges = [0, 1, 80, MiB - 1, MiB, MiB + 1, 4 * MiB - 1, 4 * MiB, 5 * MiB + 7, len(content) - 1, len(content)]
    for start in edges:
        for end in [edge for edge in edges if edge >= start]:
            assert await reader.read_range(start, end) == content[start:end], (start, end)
    assert await reader.read_range(5, None) == content[5:]
    assert await reader.read_range(len(content) - 3, len(content) + 50) == content[-3:]
    assert await reader.read_range(len(content) + 1, len(content) + 50) == b""
    pieces = [piece async for piece in reader.stream(MiB - 5, 5 * MiB + 5)]
    assert b"".join(pieces) == content[MiB - 5 : 5 * MiB + 5]
    assert max(map(len, pieces)) <= 4 * MiB
    with pytest.raises(ValueError, match="begins at 0"):
        await reader.read_range(-1, 5)


async def test_a_file_object_reads_and_seeks(store: BlobStore, owner_key: OwnerKey | None) -> None:
    content = os.urandom(3 * MiB + 5)
    await store.put_bytes("raw", content, owner_key)
    reader = await store.open("raw", owner_key)

    def use() -> None:
        with reader.as_file() as file:
            assert (file.readable(), file.seekable(), file.writable()) == (True, True, False)
            assert file.read(10) == content[:10]
            assert file.seek(-7, os.SEEK_END) == len(content) - 7
            assert file.read() == content[-7:]
            assert file.read() == b""
            file.seek(MiB - 2)
            assert file.read(4) == content[MiB - 2 : MiB + 2]
            file.seek(6, os.SEEK_CUR)
            assert file.tell() == MiB + 8
            file.seek(0)
            assert file.read() == content
            file.seek(len(content) + 10)
            assert file.read(1) == b""
            with pytest.raises(ValueError, match="before the start"):
                file.seek(-len(content) - 1, os.SEEK_END)

    await asyncio.to_thread(use)


async def test_what_is_not_there(store: BlobStore, owner_key: OwnerKey | None) -> None:
    assert not await store.exists("u/none")
    with pytest.raises(BlobNotFound):
        await store.open("u/none", owner_key)
    with pytest.raises(BlobNotFound):
        await store.get_bytes("u", owner_key)
    assert [info async for info in store.iterate()] == []
    assert [info async for info in store.iterate("u")] == []


async def test_a_folder_is_no_blob(store: BlobStore) -> None:
    await store.put_bytes("u/photo", b"1", None)
    assert not await store.exists("u")
    with pytest.raises(BlobNotFound):
        await store.open("u", None)
    with pytest.raises(BlobNotFound):
        await store.open("u/photo/more", None)
    await store.delete(["u"])
    assert await store.exists("u/photo")


async def test_deleting(store: BlobStore) -> None:
    for key in ("u/a/1", "u/a/2", "u/b/1"):
        await store.put_bytes(key, b"x", None)
    await store.delete(["u/a/1", "u/none", "u/b/1"])
    await store.delete([])
    assert [key for key in ("u/a/1", "u/a/2", "u/b/1") if await store.exists(key)] == ["u/a/2"]


async def test_listing(store: BlobStore, owner_key: OwnerKey | None) -> None:
    keys = {f"owner{number % 3}/{number:04}" for number in range(30)}
    for key in keys:
        await store.put_bytes(key, b"abc", owner_key)
    infos = [info async for info in store.iterate()]
    assert {info.key for info in infos} == keys
    assert {info.size for info in infos} == {3 + 80 + 16 if owner_key else 3}
    assert all(abs(info.last_modified - datetime.now(UTC)) < timedelta(minutes=5) for info in infos)
    assert {info.key async for info in store.iterate("owner1/")} == {key for key in keys if key.startswith("owner1/")}
    assert [info async for info in store.iterate("owner")] == []


async def test_replacing(store: BlobStore, owner_key: OwnerKey | None) -> None:
    await store.put_bytes("u/photo", b"before", owner_key)
    await store.put_bytes("u/photo", b"after", owner_key)
    assert await store.get_bytes("u/photo", owner_key) == b"after"
    await upload(store, "u/photo", b"again", owner_key)
    assert await store.get_bytes("u/photo", owner_key) == b"again"


async def test_the_same_file_uploaded_twice_at_the_same_instant(store: BlobStore, owner_key: OwnerKey | None) -> None:
    content = os.urandom(2 * MiB + 3)
    await asyncio.gather(*(upload(store, "u/same", content, owner_key) for _ in range(6)))
    assert await store.get_bytes("u/same", owner_key) == content
    assert [info.key async for info in store.iterate()] == ["u/same"]
    assert await store.sweep_temporary(timedelta(0)) == 0


async def test_encryption_can_be_switched_on_and_off(store: BlobStore) -> None:
    key = OwnerKey.generate()
    await store.put_bytes("u/plain", b"from before", None)
    await store.put_bytes("u/sealed", b"from now on", key)
    for readable_with in (key, None):
        assert await store.get_bytes("u/plain", readable_with) == b"from before"
    assert await store.get_bytes("u/sealed", key) == b"from now on"


@pytest.mark.parametrize("content", [b"", b"E", b"EVK", b"EVK1", b"EVK1 not encrypted at all", PLAIN_MARK, b"EVK2"])
async def test_plain_bytes_that_look_encrypted(store: BlobStore, owner_key: OwnerKey | None, content: bytes) -> None:
    await store.put_bytes("put", content, owner_key)
    await upload(store, "uploaded", content, owner_key, step=1)
    for key in ("put", "uploaded"):
        reader = await store.open(key, owner_key)
        assert reader.size == len(content)
        assert await reader.read_range() == content


async def test_a_bad_key_is_refused_by_every_call(store: BlobStore) -> None:
    async with store.spool(None) as spool:
        await spool.finish()
        with pytest.raises(Invalid):
            await store.adopt(spool, "../escape")
        await store.adopt(spool, "u/after-all")
    for call in (
        store.put_bytes("../escape", b"", None),
        store.open("/etc/passwd", None),
        store.get_bytes("a//b", None),
        store.exists(""),
        store.delete(["fine", "a\0b"]),
        anext(store.iterate("..")),
    ):
        with pytest.raises(Invalid):
            await call


async def test_a_writable_store_says_so_and_keeps_nothing(store: BlobStore) -> None:
    await store.check_writable()
    assert [info async for info in store.iterate()] == []
    assert await store.sweep_temporary(timedelta(0)) == 0
    assert store.free_bytes() > 0
