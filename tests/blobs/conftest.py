"""The three kinds of storage, each for real: a folder, memory, and S3 as moto's server speaks it over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey


@pytest.fixture(params=["local", "memory", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    if request.param == "local":
        opened = open_store(str(tmp_path / "blobs"))
    elif request.param == "memory":
        opened = open_store("memory:", scratch_folder=tmp_path / "tmp")
    else:
        bucket = request.getfixturevalue("bucket")
        options = request.getfixturevalue("s3_options")
        opened = open_store(f"s3://{bucket}/some/prefix", scratch_folder=tmp_path / "tmp", options=options)
    async with opened:
        yield opened


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with open_store(str(tmp_path / "blobs")) as opened:
        yield opened


@pytest.fixture(params=["encrypted", "plain"])
def owner_key(request: pytest.FixtureRequest) -> OwnerKey | None:
    return OwnerKey.generate() if request.param == "encrypted" else None
