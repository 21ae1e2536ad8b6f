"""Paths and users: wherever the folder is and whoever starts it, the server runs, and not as root."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from evoke.platform.postgres.embedded import EmbeddedPostgres, FolderUnusable, server_binaries
from tests.postgres.servers import (
    FAST,
    UserProcess,
    as_user,
    ask,
    needs_linux,
    needs_root,
    process_status,
    skip_unless_open_to,
)

DAC_OVERRIDE, DAC_READ_SEARCH = 1 << 1, 1 << 2


def _pid(server: EmbeddedPostgres) -> int:
    pid = server.status().pid
    assert pid is not None
    return pid


async def _user_through_sqlalchemy(address: str) -> object:
    engine = create_async_engine(make_url(address).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        user = await connection.scalar(text("SELECT current_user"))
    await engine.dispose()
    return user


@pytest.mark.parametrize("name", ["a b", "Fotoalbum für März", "it's 100% $HOME", "x@y:z?a=b&c#d"])
async def test_a_path_may_have_unusual_characters(place: Path, folder: Path, name: str) -> None:
    moved = folder.rename(place / name)
    with EmbeddedPostgres(moved, extra_settings=FAST) as server:
        assert await _user_through_sqlalchemy(server.start()) == "evoke"
        assert server.status().socket == moved / "run"


@pytest.mark.parametrize("name", ["l" * 120, "one,two", 'a "quoted" name'])
async def test_a_path_no_socket_can_have_gets_a_private_place(place: Path, folder: Path, name: str) -> None:
    moved = folder.rename(place / name)
    with EmbeddedPostgres(moved, extra_settings=FAST) as server:
        assert await _user_through_sqlalchemy(server.start()) == "evoke"
        socket = server.status().socket
        assert socket is not None
        assert socket.parent != moved
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert socket.stat().st_uid == (moved / "cluster").stat().st_uid
    assert not socket.exists()


def test_a_place_that_somebody_else_made_first_is_refused(folder: Path) -> None:
    (folder / "run").symlink_to(folder.parent)
    with pytest.raises(FolderUnusable, match="not a folder"):
        EmbeddedPostgres(folder).start()
    if os.geteuid() == 0:
        (folder / "run").unlink()
        (folder / "run").mkdir()
        os.chown(folder / "run", 12345, 12345)
        with pytest.raises(FolderUnusable, match="belongs to user 12345"):
            EmbeddedPostgres(folder).start()


@needs_root
@needs_linux
def test_under_root_the_server_is_an_ordinary_user_without_capabilities(folder: Path) -> None:
    skip_unless_open_to("nobody")
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        status = process_status(_pid(server))
        assert int(status["Uid"].split()[1]) == (folder / "cluster").stat().st_uid != 0
        assert status["Groups"] == ""
        assert int(status["CapEff"], 16) == 0


@needs_root
@needs_linux
def test_under_root_a_private_parent_folder_costs_one_capability(place: Path, folder: Path) -> None:
    place.chmod(0o700)
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), "SELECT 1") == 1
        status = process_status(_pid(server))
        assert int(status["Uid"].split()[1]) == (folder / "cluster").stat().st_uid != 0
        assert int(status["CapEff"], 16) == DAC_READ_SEARCH


@needs_root
@needs_linux
def test_under_root_a_container_without_that_capability_uses_the_wider_one(place: Path, folder: Path) -> None:
    place.chmod(0o700)
    user = UserProcess(folder, through=("setpriv", "--bounding-set=-dac_read_search", "--inh-caps=-dac_read_search"))
    answer = user.answer()
    assert int(process_status(answer["pid"])["CapEff"], 16) == DAC_OVERRIDE
    assert user.stop() == 0


@needs_root
@needs_linux
@pytest.mark.parametrize("mode", ["go=rX", "go="])
def test_under_root_an_installation_in_a_private_folder_makes_a_database(place: Path, mode: str) -> None:
    place.chmod(0o700)
    installed = server_binaries().parent
    for package in (installed, *installed.parent.glob(f"{installed.name}.libs")):
        subprocess.run(["cp", "-a", package, place], check=True)
        subprocess.run(["chmod", "-R", mode, place / package.name], check=True)
    path = os.pathsep.join(filter(None, (str(place), os.environ.get("PYTHONPATH"))))
    user = UserProcess(place / "postgres", environment={"PYTHONPATH": path})
    answer = user.answer()
    program = Path(f"/proc/{answer['pid']}/exe").readlink()
    assert ask(answer["address"], "SELECT '[1,2]'::vector::text") == "[1,2]"
    assert user.stop() == 0
    assert program.is_relative_to(place)


@needs_root
def test_under_root_without_a_way_in_the_message_says_so(place: Path, folder: Path) -> None:
    place.chmod(0o700)
    answer = UserProcess(folder, environment={"PATH": "/nonexistent"}).answer()
    assert answer["error"] == "FolderUnusable"
    assert "setpriv" in answer["message"]
    assert "chmod o+x" in answer["message"]


@needs_root
@needs_linux
def test_an_ordinary_user_runs_its_own_and_root_keeps_it_that_way(place: Path) -> None:
    skip_unless_open_to("nobody")
    nobody = pwd.getpwnam("nobody")
    data = place / "data"
    data.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    server = EmbeddedPostgres(data / "postgres", extra_settings=FAST)

    def use() -> object:
        with server:
            status = process_status(_pid(server))
            return [ask(server.start(), "CREATE TABLE kept ()", "SELECT current_user::text"), status["Uid"].split()[1]]

    assert as_user("nobody", use) == ["evoke", str(nobody.pw_uid)]
    with server:
        assert ask(server.start(), "SELECT count(*) FROM kept") == 0
    assert {path.stat().st_uid for path in (data / "postgres" / "cluster").rglob("*")} == {nobody.pw_uid}


@needs_root
def test_a_cluster_that_root_restored_is_given_to_the_server(folder: Path) -> None:
    subprocess.run(["chown", "-R", "0:0", folder], check=True)
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), "SELECT 1") == 1
