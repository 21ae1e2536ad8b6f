"""Folders and machines on which the server cannot run: a named error, and the folder as it was."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evoke.platform.postgres.embedded import (
    DiskFull,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    FolderUnusable,
    NotACluster,
    ServerFailed,
    WrongVersion,
)
from tests.postgres.servers import FAST, as_user, ask, needs_root, skip_unless_open_to


def _content(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(("version", "advice"), [("19", "Update Evoke"), ("17", "pg_upgrade"), ("9.6", "pg_upgrade")])
def test_a_cluster_of_another_major_version_is_refused(place: Path, version: str, advice: str) -> None:
    cluster = place / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text(f"{version}\n")
    before = _content(place)
    with pytest.raises(WrongVersion, match=f"PostgreSQL {version}; this Evoke brings 18.*{advice}"):
        EmbeddedPostgres(place / "postgres").start()
    assert _content(place) == before


@pytest.mark.parametrize("name", ["holiday.jpg", "PG_VERSION", "cluster/holiday.jpg"])
def test_a_folder_with_something_else_in_it_is_refused(place: Path, name: str) -> None:
    folder = place / "postgres"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).touch()
    before = _content(place)
    with pytest.raises(NotACluster, match=Path(name).name):
        EmbeddedPostgres(folder).start()
    assert _content(place) == before


def test_an_empty_folder_may_have_been_made_before(place: Path) -> None:
    folder = place / "postgres"
    (folder / "cluster").mkdir(parents=True)
    (folder / "lost+found").mkdir()
    (folder / ".keep").touch()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert server.status().running


def test_a_file_in_the_place_of_the_folder_is_refused(place: Path) -> None:
    (place / "postgres").write_text("not a folder")
    with pytest.raises(FolderUnusable, match=str(place / "postgres")):
        EmbeddedPostgres(place / "postgres").start()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; tested as another user below")
def test_a_folder_without_write_permission_is_refused(place: Path) -> None:
    (place / "data").mkdir(mode=0o500)
    with pytest.raises(FolderUnusable, match="Permission denied"):
        EmbeddedPostgres(place / "data" / "postgres").start()


@needs_root
def test_another_user_is_told_whose_folder_it_is(place: Path, folder: Path) -> None:
    skip_unless_open_to("nobody")
    for closed in (place / "new" / "postgres", folder):
        kind, message = as_user("nobody", EmbeddedPostgres(closed).start)
        assert kind == "FolderUnusable"
        assert "Permission denied" in message
        assert str(closed) in message


@needs_root
def test_a_full_disk_is_named_and_leaves_nothing_half_done(place: Path) -> None:
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not allow a small file system to be mounted")
    try:
        with pytest.raises(DiskFull, match="Free some space"):
            EmbeddedPostgres(disk / "postgres", extra_settings=FAST).start()
        assert not (disk / "postgres" / "cluster").exists()
        assert not list((disk / "postgres").glob(".unfinished-*"))
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        with EmbeddedPostgres(disk / "postgres", extra_settings=FAST) as server:
            assert ask(server.start(), "SELECT 1") == 1
        (disk / "filler").write_bytes(b"." * shutil.disk_usage(disk).free)
        with pytest.raises(DiskFull, match="Free some space"):
            EmbeddedPostgres(disk / "postgres", extra_settings=FAST).start()
        (disk / "filler").unlink()
        with EmbeddedPostgres(disk / "postgres", extra_settings=FAST) as server:
            assert ask(server.start(), "SELECT 1") == 1
    finally:
        subprocess.run(["umount", disk], check=True)


def test_the_last_words_of_a_server_that_does_not_start_are_passed_on(folder: Path) -> None:
    with pytest.raises(ServerFailed, match='invalid value for parameter "shared_buffers"'):
        EmbeddedPostgres(folder, extra_settings={"shared_buffers": "plenty"}).start()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert server.status().running


@pytest.mark.parametrize(("name", "value"), [("fsync = off\nport", "1"), ("include 'x' #", ""), ("port", "1\n2")])
def test_a_setting_cannot_carry_another_one(folder: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match="setting"):
        EmbeddedPostgres(folder, extra_settings={name: value}).start()


def test_the_superuser_has_no_address_while_nothing_runs(folder: Path) -> None:
    with pytest.raises(FolderUnusable, match="not running"):
        EmbeddedPostgres(folder).superuser_address()


def test_a_platform_without_a_server_is_told_of_database_url(place: Path) -> None:
    # -S: without what is installed, so without the wheel.
    source = Path(sys.modules[EmbeddedPostgresError.__module__].__file__ or "").parents[4]
    program = "from evoke.platform.postgres.embedded import server_binaries; server_binaries()"
    answer = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": str(source)},
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "NoBinaries: No PostgreSQL 18 was installed for" in answer.stderr
    assert "Set DATABASE_URL" in answer.stderr
