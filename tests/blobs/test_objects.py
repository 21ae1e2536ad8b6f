"""What only object stores have: versions that change under a reader, endpoints that do not answer, bad settings."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from obstore.store import LocalStore

from evoke.kit.errors import Misconfigured
from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.errors import BlobChanged, BlobNotFound, StorageUnavailable
from evoke.platform.blobs.objects import ObjectBackend
from evoke.platform.blobs.store import BlobStore

MiB = 1 << 20


@pytest.mark.parametrize("store", ["memory", "s3"], indirect=True)
async def test_a_blob_replaced_under_a_reader_is_an_error(store: BlobStore) -> None:
    await store.put_bytes("u/photo", os.urandom(2 * MiB), None)
    reader = await store.open("u/photo", None)
    await store.put_bytes("u/photo", os.urandom(2 * MiB), None)
    with pytest.raises(BlobChanged):
        await reader.read_range(MiB, 2 * MiB)
    with reader.as_file() as file, pytest.raises(BlobChanged):
        file.read()


@pytest.mark.parametrize("store", ["memory", "s3"], indirect=True)
async def test_a_blob_deleted_under_a_reader_is_an_error(store: BlobStore) -> None:
    await store.put_bytes("u/photo", os.urandom(2 * MiB), None)
    reader = await store.open("u/photo", None)
    await store.delete(["u/photo"])
    with pytest.raises(BlobNotFound):
        await reader.read_range(MiB, 2 * MiB)


async def test_a_bucket_that_is_not_there(s3_options: dict[str, str], tmp_path: Path) -> None:
    async with open_store("s3://no-such-bucket", scratch_folder=tmp_path, options=s3_options) as store:
        with pytest.raises((StorageUnavailable, BlobNotFound)):
            await store.check_writable()


async def test_an_endpoint_that_does_not_answer(s3_options: dict[str, str], tmp_path: Path) -> None:
    options = {**s3_options, "endpoint": "http://127.0.0.1:1"}
    async with open_store("s3://library", scratch_folder=tmp_path, options=options) as store:
        with pytest.raises(StorageUnavailable) as caught:
            await store.open("u/photo", None)
        assert "127.0.0.1" not in caught.value.message
        assert "127.0.0.1" in str(caught.value.__cause__)


async def test_a_service_that_reports_missing_blobs_on_deletion(tmp_path: Path) -> None:
    # GCS and Azure do, S3 does not; so does obstore's store for folders, which stands in for them here.
    (tmp_path / "objects").mkdir()
    with ThreadPoolExecutor() as threads:
        backend = ObjectBackend(LocalStore(tmp_path / "objects"), threads)
        for key in ("one", "two", "three"):
            await backend.put(key, lambda: b"1")
        await backend.delete(["none", "one", "nor-this", "two"])
        assert [info.key async for info in backend.iterate("")] == ["three"]


async def test_two_prefixes_of_a_bucket_keep_apart(bucket: str, s3_options: dict[str, str], tmp_path: Path) -> None:
    async with (
        open_store(f"s3://{bucket}/one", scratch_folder=tmp_path, options=s3_options) as one,
        open_store(f"s3://{bucket}/two", scratch_folder=tmp_path, options=s3_options) as two,
    ):
        await one.put_bytes("u/photo", b"1", None)
        assert not await two.exists("u/photo")
        assert [info.key async for info in one.iterate()] == ["u/photo"]


@pytest.mark.parametrize(
    ("location", "options", "said"),
    [
        ("ftp://host/path", {}, "no place for a library"),
        ("http://host/path", {}, "no place for a library"),
        ("file://host/path", {}, "is not a folder"),
        ("s3://library", {"colour": "red"}, "cannot be used as configured"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    location: str, options: dict[str, str], said: str, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_store(location, scratch_folder=tmp_path, options=options)


def test_an_object_store_needs_a_folder_for_uploads() -> None:
    with pytest.raises(Misconfigured, match="local folder"):
        open_store("memory:")


@pytest.mark.parametrize(
    ("location", "options"),
    [
        ("gs://library/prefix", {"skip_signature": "true"}),
        ("az://container/prefix", {"account_name": "library", "account_key": "c2VjcmV0"}),
    ],
)
async def test_other_clouds_are_one_setting_away(location: str, options: dict[str, str], tmp_path: Path) -> None:
    async with open_store(location, scratch_folder=tmp_path, options=options) as store:
        assert store.free_bytes() > 0
