"""Folders with a cluster that was made once, so that most tests need no first start of their own."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.postgres.embedded.postmaster import find_record, is_server
from tests.postgres.servers import FAST

_ROOM = 1 << 30


@pytest.fixture(scope="session")
def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database folder of a server that was started once and stopped."""
    folder = tmp_path_factory.mktemp("made") / "postgres"
    with EmbeddedPostgres(folder, extra_settings=FAST, createdb=True):
        pass
    return folder


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path that every user may enter; servers left in it are ended."""
    # In memory where there is enough of it: half of the time of these tests is copying clusters.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    path = Path(tempfile.mkdtemp(prefix="evoke-test-", dir=memory if roomy else "/tmp")).resolve()
    path.chmod(0o755)
    yield path
    for record_file in path.rglob("postmaster.pid"):
        record = find_record(record_file.parent)
        if record is not None and is_server(record.pid, record_file.parent):
            with suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGQUIT)
    shutil.rmtree(path)


@pytest.fixture
def folder(place: Path, made_cluster: Path) -> Path:
    """A database folder of one's own with a cluster that was used before."""
    copy = place / "data" / "postgres"
    copy.parent.mkdir()
    subprocess.run(["cp", "-a", made_cluster, copy], check=True)
    return copy
