"""The three kinds of storage, each for real: a folder, memory, and S3 as moto's server speaks it over HTTP."""

import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evoke.platform.blobs.connect import open_store
from evoke.platform.blobs.store import BlobStore
from evoke.platform.crypto.keys import OwnerKey


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "moto's server ended before it answered"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def s3_options(s3_endpoint: str) -> dict[str, str]:
    return {"endpoint": s3_endpoint, "region": "us-east-1", "access_key_id": "test", "secret_access_key": "test"}


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    name = f"library-{secrets.token_hex(4)}"
    request = urllib.request.Request(f"{s3_endpoint}/{name}", method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    return name


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
