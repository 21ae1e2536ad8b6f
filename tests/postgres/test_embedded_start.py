"""The first start, the next ones, and what the database is like."""

import os
import signal
import stat
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from evoke.platform.postgres.embedded import EmbeddedPostgres, FolderUnusable
from tests.postgres.servers import FAST, UserProcess, ask


def test_the_first_start_makes_a_whole_database(place: Path) -> None:
    server = EmbeddedPostgres(place / "data" / "postgres")
    before = server.status()
    address = server.start()
    try:
        assert ask(address, "SHOW data_checksums") == "on"
        assert ask(address, "SHOW server_version_num").startswith("18")
        assert ask(address, "SHOW password_encryption") == "scram-sha-256"
        assert ask(address, "SHOW listen_addresses") == ""
        assert ask(address, "SHOW timezone") == "UTC"
        assert ask(address, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'evoke'") == "UTF8"
        locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = current_database()"
        assert ask(address, locale) == "b C.UTF-8"
        during = server.status()
        size = ask(address, "SELECT pg_database_size('evoke')")
    finally:
        server.stop()
    after = server.status()
    assert (before.running, before.version, before.size) == (False, None, None)
    assert during.running
    assert during.pid
    assert during.socket == place / "data" / "postgres" / "run"
    assert during.version
    assert during.version.startswith("18.")
    assert during.size
    assert during.size > size
    assert (after.running, after.pid, after.socket, after.version) == (False, None, None, during.version)
    assert not list(server.folder.glob(".unfinished-*"))
    assert "ready to accept connections" in (place / "data" / "logs" / "postgres.log").read_text()


def test_the_role_of_the_application_owns_its_database_and_nothing_else(place: Path) -> None:
    with EmbeddedPostgres(place / "postgres", extra_settings=FAST) as server:
        address = server.start()
        role = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = 'evoke'"
        assert ask(address, role) is False
        assert ask(address, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'evoke'") == "evoke"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask(address, "CREATE DATABASE another")
        assert ask(server.superuser_address(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True


def test_what_the_first_start_adds_is_not_taken_for_a_part_of_postgresql(folder: Path) -> None:
    # Below this number pg_dump and pg_upgrade leave things out.
    added = """
        SELECT min(oid::bigint) FROM (
            SELECT oid FROM pg_extension WHERE extname = 'vector'
            UNION ALL SELECT oid FROM pg_roles WHERE rolname = 'evoke'
            UNION ALL SELECT oid FROM pg_database WHERE datname = 'evoke'
        ) AS thing
    """
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), added) >= 16384


def test_vectors_work_for_the_role_also_in_databases_it_creates(folder: Path) -> None:
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        address = server.start()
        ask(address, "SELECT 1")
        assert ask(address, "CREATE DATABASE copy", "SELECT current_user::text") == "evoke"
        for database in ("evoke", "copy"):
            distance = ask(
                address,
                "CREATE EXTENSION IF NOT EXISTS vector",
                "CREATE TABLE point (at halfvec(2))",
                "INSERT INTO point VALUES ('[3,4]')",
                "SELECT at <-> '[0,0]' FROM point",
                database=database,
            )
            assert distance == 5.0


async def test_sqlalchemy_takes_the_same_address(folder: Path) -> None:
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        engine = create_async_engine(make_url(server.start()).set(drivername="postgresql+asyncpg"))
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT current_user || '@' || current_database()")) == "evoke@evoke"
        await engine.dispose()


def test_data_and_settings_are_there_after_the_next_start(folder: Path) -> None:
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        ask(server.start(), "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')", "SELECT 1")
    with EmbeddedPostgres(
        folder, extra_settings={**FAST, "work_mem": "5MB", "search_path": "'a''b', public"}
    ) as server:
        address = server.start()
        assert ask(address, "SELECT word FROM public.kept") == "here"
        assert ask(address, "SHOW work_mem") == "5MB"
        assert ask(address, "SHOW search_path") == "'a''b', public"


def test_a_password_is_required_and_kept_from_others(folder: Path) -> None:
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        address = server.start()
        for password in ("wrong", ""):
            with pytest.raises(asyncpg.InvalidPasswordError):
                ask(address, "SELECT 1", password=password)
        verifier = "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'evoke'"
        assert ask(server.superuser_address(), verifier) is True
        assert stat.S_IMODE((folder / "passwords.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "cluster").stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "run").stat().st_mode) == 0o700


def test_lost_passwords_are_made_anew(folder: Path) -> None:
    (folder / "passwords.json").unlink()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), "SELECT 1") == 1
        assert ask(server.superuser_address(), "SELECT 1") == 1


def test_a_damaged_password_file_says_what_to_do(folder: Path) -> None:
    (folder / "passwords.json").write_text("{}")
    with pytest.raises(FolderUnusable, match="Remove it"):
        EmbeddedPostgres(folder).start()


def test_a_second_call_of_start_revives_a_server_that_died(folder: Path) -> None:
    server = EmbeddedPostgres(folder, extra_settings=FAST)
    address = server.start()
    pid = server.status().pid
    assert server.start() == address
    assert server.status().pid == pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert server.start() == address
    assert server.status().pid not in (pid, None)
    assert ask(address, "SELECT 1") == 1
    server.stop()
    server.stop()
    assert not server.status().running


def test_a_first_start_that_was_killed_leaves_no_half_database(place: Path) -> None:
    folder = place / "postgres"
    user = UserProcess(folder)
    while not list(folder.glob(".unfinished-*/cluster/base")):
        assert user.process.poll() is None
    # Only the process itself: initdb goes on without it.
    user.process.kill()
    user.process.communicate()
    assert not (folder / "cluster").exists()
    with EmbeddedPostgres(folder, extra_settings=FAST) as server:
        assert ask(server.start(), "SELECT 1") == 1
    assert not list(folder.glob(".unfinished-*"))


def test_a_long_log_is_put_aside(folder: Path) -> None:
    log = folder.parent / "logs" / "postgres.log"
    log.parent.mkdir()
    log.write_bytes(b"." * (10 * 1024 * 1024 + 1))
    with EmbeddedPostgres(folder, extra_settings=FAST):
        assert log.stat().st_size < 10_000
    assert log.with_name("postgres.log.1").stat().st_size > 10_000_000
