"""Damage, exchange and wrong keys, as the storage shows them."""

from pathlib import Path

import pytest

from evoke.kit import boundaries
from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.errors import BlobCorrupt, WrongKey
from evoke.platform.crypto.keys import OwnerKey

MiB = 1 << 20


async def damaged(folder: Path, key: OwnerKey, change: str) -> BlobStore:
    store = open_store(str(folder))
    await store.put_bytes("u/photo", bytes(range(256)) * (3 * 4096), key)
    path = folder / "objects" / "u" / "photo"
    content = path.read_bytes()
    chunk = MiB + 16
    if change == "flipped":
        content = content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]
    elif change == "cut at a chunk":
        content = content[: 80 + 2 * chunk]
    elif change == "cut in a chunk":
        content = content[:-1000]
    elif change == "reordered":
        content = (
            content[:80] + content[80 + chunk : 80 + 2 * chunk] + content[80 : 80 + chunk] + content[80 + 2 * chunk :]
        )
    elif change == "emptied":
        content = b""
    elif change == "three bytes":
        content = content[:3]
    path.write_bytes(content)
    return store


@pytest.mark.parametrize(
    "change", ["flipped", "cut at a chunk", "cut in a chunk", "reordered", "emptied", "three bytes"]
)
async def test_damage_is_an_error_and_never_other_bytes(tmp_path: Path, change: str) -> None:
    key = OwnerKey.generate()
    async with await damaged(tmp_path, key, change) as store:
        with pytest.raises(BlobCorrupt):
            await store.get_bytes("u/photo", key)
        with pytest.raises(BlobCorrupt):
            async for _ in (await store.open("u/photo", key)).stream():
                pass


async def test_ranges_before_the_damage_still_come(tmp_path: Path) -> None:
    key = OwnerKey.generate()
    async with await damaged(tmp_path, key, "flipped") as store:
        reader = await store.open("u/photo", key)
        assert await reader.read_range(0, 2 * MiB) == bytes(range(256)) * (2 * 4096)
        with pytest.raises(BlobCorrupt):
            await reader.read_range(2 * MiB, 2 * MiB + 1)


async def test_a_plain_blob_cut_under_a_reader_is_an_error(local: BlobStore, tmp_path: Path) -> None:
    await local.put_bytes("u/photo", bytes(2 * MiB), None)
    reader = await local.open("u/photo", None)
    with (tmp_path / "blobs" / "objects" / "u" / "photo").open("r+b") as file:
        file.truncate(MiB)
    with pytest.raises(BlobCorrupt):
        await reader.read_range()


async def test_the_key_of_another_owner_or_none_does_not_open(store: BlobStore) -> None:
    await store.put_bytes("u/photo", b"mine", OwnerKey.generate())
    with pytest.raises(WrongKey):
        await store.open("u/photo", OwnerKey.generate())
    with pytest.raises(WrongKey, match="no key was given"):
        await store.open("u/photo", None)


class InTransaction:
    def in_transaction(self) -> bool:
        return True


async def test_nothing_happens_while_a_transaction_is_open(local: BlobStore) -> None:
    await local.put_bytes("u/photo", b"1", None)
    reader = await local.open("u/photo", None)
    async with local.spool(None) as spool:
        await spool.finish()
        with boundaries.registered(InTransaction()):
            for call in (
                lambda: local.put_bytes("u/photo", b"", None),
                lambda: local.open("u/photo", None),
                lambda: local.get_bytes("u/photo", None),
                lambda: local.exists("u/photo"),
                lambda: local.delete(["u/photo"]),
                lambda: local.adopt(spool, "u/photo"),
                lambda: local.sweep_temporary(),
                lambda: local.check_writable(),
                lambda: anext(local.iterate()),
                lambda: reader.read_range(),
                lambda: anext(reader.stream()),
            ):
                with pytest.raises(RuntimeError, match="transaction is open"):
                    await call()
            with pytest.raises(RuntimeError, match="transaction is open"):
                local.spool(None)
            with pytest.raises(RuntimeError, match="transaction is open"):
                reader.as_file()
    assert await local.get_bytes("u/photo", None) == b"1"
