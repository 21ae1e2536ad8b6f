"""Uploads on their way in, and what is left of those that do not arrive."""

import asyncio
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoke.kit.errors import TooLarge
from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.errors import StorageUnavailable
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey

MiB = 1 << 20
PROGRAMS = Path(__file__).parent / "programs"


def scratch_files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "blobs" / "tmp").glob("*"))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sizes=st.lists(st.sampled_from([0, 1, 4095, 4096, 65_536, MiB - 1, MiB, MiB + 1, 2 * MiB]), max_size=6))
def test_digests_and_content_do_not_hang_on_how_bytes_arrive(tmp_path: Path, sizes: list[int]) -> None:
    content = os.urandom(sum(sizes))

    async def run() -> None:
        folder = str(tmp_path / "blobs")
        async with open_store(folder, durable=False) as store, store.spool(OwnerKey.generate()) as spool:
            position = 0
            for size in sizes:
                await spool.write(memoryview(content)[position : position + size])
                position += size
            result = await spool.finish()
            assert result.size == spool.size == len(content)
            assert result.sha256 == hashlib.sha256(content).digest()
            assert result.sha1 == hashlib.sha1(content).digest()
            assert result.stored_size == result.path.stat().st_size
            assert spool.head == content[:4096]
            assert await spool.read_plain() == content

    asyncio.run(run())


async def test_the_plaintext_can_be_read_before_adoption(local: BlobStore, owner_key: OwnerKey | None) -> None:
    content = os.urandom(2 * MiB + 9)
    async with local.spool(owner_key) as spool:
        await spool.write(content)
        await spool.finish()
        assert await spool.read_plain(MiB - 1, MiB + 1) == content[MiB - 1 : MiB + 1]
        assert await spool.read_plain(2 * MiB) == content[2 * MiB :]
        with spool.open_plain() as file:
            assert file.read() == content
        await local.adopt(spool, "u/photo")
        assert await spool.read_plain(0, 5) == content[:5]


async def test_what_is_on_the_disk_is_private_and_encrypted(local: BlobStore, tmp_path: Path) -> None:
    secret = b"GPS 48.2 16.4 " * 100_000
    async with local.spool(OwnerKey.generate()) as spool:
        await spool.write(secret)
        result = await spool.finish()
        assert stat.S_IMODE(result.path.stat().st_mode) == 0o600
        assert secret[:14] not in result.path.read_bytes()
        await local.adopt(spool, "u/photo")
    stored = tmp_path / "blobs" / "objects" / "u" / "photo"
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert secret[:14] not in stored.read_bytes()


async def test_what_is_not_adopted_is_gone(local: BlobStore, tmp_path: Path) -> None:
    async with local.spool(None) as spool:
        await spool.write(bytes(3 * MiB))
        await spool.finish()
        assert len(scratch_files(tmp_path)) == 1
    assert scratch_files(tmp_path) == []


async def test_an_error_in_the_block_leaves_nothing(local: BlobStore, tmp_path: Path) -> None:
    async def receive() -> None:
        async with local.spool(OwnerKey.generate()) as spool:
            await spool.write(bytes(3 * MiB))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await receive()
    assert scratch_files(tmp_path) == []


async def test_an_upload_that_is_cancelled_leaves_nothing(local: BlobStore, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def receive() -> None:
        async with local.spool(OwnerKey.generate()) as spool:
            while True:
                await spool.write(bytes(MiB))
                begun.set()

    task = asyncio.create_task(receive())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert scratch_files(tmp_path) == []


async def test_a_limit_is_kept_to_the_byte(local: BlobStore, tmp_path: Path) -> None:
    async with local.spool(None, max_bytes=2 * MiB) as spool:
        await spool.write(bytes(2 * MiB))
        with pytest.raises(TooLarge) as caught:
            await spool.write(b"1")
        assert caught.value.details == {"max_bytes": 2 * MiB}
        assert (await spool.finish()).size == 2 * MiB


async def test_a_spool_is_used_in_one_order(local: BlobStore) -> None:
    spool = local.spool(None)
    with pytest.raises(RuntimeError, match="within"):
        await spool.write(b"1")
    async with spool:
        with pytest.raises(RuntimeError, match="finished"):
            await spool.read_plain()
        with pytest.raises(RuntimeError, match="finished"):
            await local.adopt(spool, "u/photo")
        result = await spool.finish()
        assert await spool.finish() == result
        with pytest.raises(RuntimeError, match="finished"):
            await spool.write(b"1")
        await local.adopt(spool, "u/photo")
        with pytest.raises(RuntimeError, match="once"):
            await local.adopt(spool, "u/other")


async def test_many_uploads_at_once_keep_apart(local: BlobStore) -> None:
    key = OwnerKey.generate()
    contents = [bytes([number]) * (2 * MiB + number) for number in range(20)]

    async def upload(number: int) -> None:
        async with local.spool(key) as spool:
            for start in range(0, len(contents[number]), 100_000):
                await spool.write(contents[number][start : start + 100_000])
                await asyncio.sleep(0)
            await spool.finish()
            await local.adopt(spool, f"u/{number}")

    await asyncio.gather(*map(upload, range(20)))
    for number, content in enumerate(contents):
        assert await local.get_bytes(f"u/{number}", key) == content


async def test_an_adoption_that_fails_can_be_tried_again(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "blobs")) as store:
        await store.put_bytes("u/photo", b"in the way", None)
        async with store.spool(None) as spool:
            await spool.write(b"content")
            await spool.finish()
            with pytest.raises(StorageUnavailable):
                await store.adopt(spool, "u/photo/below-a-file")
            await store.adopt(spool, "u/elsewhere")
        assert await store.get_bytes("u/elsewhere", None) == b"content"


@pytest.mark.parametrize("how", ["sealed", "plain", "put"])
def test_a_full_disk_in_the_middle_leaves_nothing_and_says_what_to_do(tmp_path: Path, how: str) -> None:
    program = [sys.executable, str(PROGRAMS / "fill_disk.py"), str(tmp_path), how]
    done = subprocess.run(program, capture_output=True, check=True, timeout=60)
    outcome = json.loads(done.stdout)
    assert (outcome["status"], outcome["code"]) == (507, "STORAGE_FULL")
    assert "Free some space" in outcome["message"]
    assert outcome["files"] == ["objects/small"]
    assert outcome["read"] == "still works"
    assert done.stderr == b""


async def test_a_process_killed_in_the_middle_leaves_only_what_the_sweep_removes(tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    program = [sys.executable, str(PROGRAMS / "hang_midway.py"), str(folder)]
    async with open_store(str(folder)) as store, store.spool(None) as alive:
        await alive.write(bytes(2 * MiB))
        with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"under way\n"
            assert len(scratch_files(tmp_path)) == 2
            assert await store.sweep_temporary(timedelta(0)) == 0, "both have a writer"
            process.send_signal(signal.SIGKILL)
        assert [info async for info in store.iterate()] == []
        assert await store.sweep_temporary() == 0, "too young"
        assert await store.sweep_temporary(timedelta(0)) == 1
        await alive.finish()
        await store.adopt(alive, "u/photo")
        assert await store.get_bytes("u/photo", None) == bytes(2 * MiB)
    assert scratch_files(tmp_path) == []
