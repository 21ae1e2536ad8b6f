"""Several processes, one server; and what is left when some of them are killed."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from evoke.platform.postgres.embedded import EmbeddedPostgres, FolderInUse, ServerFailed, account, server_binaries
from evoke.platform.postgres.embedded.locks import FileLock, is_held
from evoke.platform.postgres.embedded.postmaster import find_record
from evoke.platform.postgres.embedded.programs import Programs
from tests.postgres.servers import FAST, UserProcess, ask


def _kill_the_server(server: EmbeddedPostgres) -> int:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def test_the_last_user_stops_the_server(folder: Path) -> None:
    first = EmbeddedPostgres(folder, extra_settings=FAST)
    address = first.start()
    second = UserProcess(folder)
    assert second.answer() == {"address": address, "pid": first.status().pid}
    third = EmbeddedPostgres(folder)
    assert third.start() == address
    first.stop()
    third.stop()
    assert ask(address, "SELECT 1") == 1
    assert second.stop() == 0
    assert not first.status().running
    assert not is_held(folder / "server.lock")


def test_starts_at_the_same_moment_make_one_server(place: Path) -> None:
    servers = [EmbeddedPostgres(place / "postgres", extra_settings=FAST) for _ in range(3)]
    addresses: list[str] = []
    threads = [threading.Thread(target=lambda server=server: addresses.append(server.start())) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(addresses) == 3
    assert len(set(addresses)) == 1
    assert len({server.status().pid for server in servers}) == 1
    for server in servers:
        assert server.status().running
        server.stop()
    assert not servers[0].status().running


def test_a_server_outlives_its_killed_starter_and_is_adopted(folder: Path) -> None:
    starter = UserProcess(folder)
    started = starter.answer()
    # The whole process group, as a closing terminal does it: the server is in none that we started.
    starter.kill()
    server = EmbeddedPostgres(folder)
    assert server.status().pid == started["pid"]
    assert server.start() == started["address"]
    assert server.status().pid == started["pid"]
    assert os.getsid(started["pid"]) == started["pid"]
    server.stop()
    assert not server.status().running


def test_a_killed_server_leaves_its_data_and_a_lock_that_nobody_minds(folder: Path) -> None:
    # Not with the fast settings: they let the last moments before a crash be lost.
    server = EmbeddedPostgres(folder)
    address = server.start()
    ask(address, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')", "SELECT 1")
    pid = _kill_the_server(server)
    server.stop()
    assert (folder / "cluster" / "postmaster.pid").read_text().startswith(f"{pid}\n")
    with EmbeddedPostgres(folder) as again:
        assert ask(again.start(), "SELECT word FROM kept") == "here"
        assert again.status().pid != pid


def test_the_number_of_a_killed_server_may_belong_to_another_process(folder: Path) -> None:
    server = EmbeddedPostgres(folder, extra_settings=FAST)
    server.start()
    pid = _kill_the_server(server)
    server.stop()
    # As the server's own user: PostgreSQL minds only processes that it could signal.
    owner = (folder / "cluster").stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=owner) as bystander:
        for left in (folder / "cluster" / "postmaster.pid", folder / "run" / ".s.PGSQL.5432.lock"):
            lines = left.read_text().replace(f"{pid}\n", f"{bystander.pid}\n", 1)
            left.write_text(lines)
        try:
            with EmbeddedPostgres(folder, extra_settings=FAST) as again:
                assert ask(again.start(), "SELECT 1") == 1
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_processes_of_a_killed_server_are_waited_for(folder: Path) -> None:
    server = EmbeddedPostgres(folder, extra_settings=FAST)
    server.start()
    _kill_the_server(server)
    # What a process of the dead server would do by being alive: it has inherited the lock.
    survivor = FileLock(folder / "server.lock")
    while not survivor.take():
        pass
    threading.Timer(0.3, survivor.close).start()
    assert ask(server.start(), "SELECT 1") == 1
    server.stop()


def test_a_server_that_cannot_be_reached_is_left_alone(folder: Path) -> None:
    elsewhere = FileLock(folder / "server.lock")
    assert elsewhere.take()
    with pytest.raises(FolderInUse, match="another container"):
        EmbeddedPostgres(folder, start_timeout=0.1).start()
    elsewhere.close()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert server.status().running


def test_a_start_that_takes_too_long_elsewhere_is_named(folder: Path) -> None:
    starting = FileLock(folder / "start.lock")
    assert starting.take()
    with pytest.raises(FolderInUse, match="starting or stopping"):
        EmbeddedPostgres(folder, start_timeout=0.1).start()
    starting.close()


def test_a_start_that_was_not_waited_for_goes_on(folder: Path) -> None:
    with pytest.raises(ServerFailed, match="goes on starting"):
        EmbeddedPostgres(folder, extra_settings=FAST, start_timeout=0.0).start()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), "SELECT 1") == 1
    assert not server.status().running


def test_a_server_that_takes_too_long_to_stop_is_ended_and_recovers(folder: Path) -> None:
    server = EmbeddedPostgres(folder, stop_timeout=0.0)
    ask(server.start(), "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')", "SELECT 1")
    server.stop()
    assert not is_held(folder / "server.lock")
    with EmbeddedPostgres(folder) as again:
        assert ask(again.start(), "SELECT word FROM kept") == "here"


@pytest.mark.parametrize("ending", ["", "/"])
def test_a_server_started_by_hand_is_not_touched(folder: Path, ending: str) -> None:
    root = server_binaries()
    cluster = folder / "cluster"
    user = account.choose(cluster, needed=(root, folder), program=root / "bin" / "postgres")
    other_lock = FileLock(folder.parent / "other.lock")
    by_hand = Programs(root, user, other_lock.descriptor).spawn(
        "postgres",
        *("-D", f"{cluster}{ending}"),
        *("-c", "listen_addresses="),
        *("-c", f"unix_socket_directories={cluster}"),
        output=2,
    )
    try:
        while (record := find_record(cluster)) is None or record.status != "ready":
            assert by_hand.poll() is None
        with pytest.raises(FolderInUse, match=f"process {by_hand.pid}.*pg_ctl stop -D {cluster}"):
            EmbeddedPostgres(folder).start()
        assert by_hand.poll() is None
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait(60)
        other_lock.close()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert server.status().running
