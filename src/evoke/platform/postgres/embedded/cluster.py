"""The cluster on the disk: what is there, and making it when there is none."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evoke.platform.postgres.embedded import configuration
from evoke.platform.postgres.embedded.account import Account
from evoke.platform.postgres.embedded.binaries import MAJOR
from evoke.platform.postgres.embedded.errors import FolderUnusable, NotACluster, WrongVersion, failed
from evoke.platform.postgres.embedded.passwords import Passwords
from evoke.platform.postgres.embedded.programs import Programs

DATABASE = "evoke"
ROLE = "evoke"
SUPERUSER = "postgres"
_UNFINISHED = ".unfinished-"
_FIRST_NORMAL_OBJECT = 16384


def is_there(cluster: Path) -> bool:
    """Whether `cluster` is one that this program can run; False when there is nothing yet.

    Raises WrongVersion, and NotACluster when something else is in its place or beside it.
    """
    try:
        version = (cluster / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        stranger = next(_strangers(cluster), None)
        if stranger is None:
            return False
        raise NotACluster(
            f"{cluster.parent} is meant for the database, but holds something else ({stranger.name}). "
            "Move that away, or choose another data folder."
        ) from None
    if version == str(MAJOR):
        return True
    if version.isdigit() and int(version) > MAJOR:
        advice = "Update Evoke to the version that made it, or choose another data folder."
    else:
        advice = (
            "Restore a backup of it into a new data folder, convert it with pg_upgrade, "
            "or run the version of Evoke that made it."
        )
    raise WrongVersion(
        f"The database in {cluster} was made by PostgreSQL {version}; this Evoke brings {MAJOR}. {advice}"
    )


def _strangers(cluster: Path) -> Iterator[Path]:
    """Entries that an empty database folder would not have."""
    if cluster.is_dir():
        yield from cluster.iterdir()
    ours = {cluster.name, "run", "users.lock", "start.lock", "server.lock", "passwords.json", "passwords.new"}
    # A folder of its own file system has lost+found; names with a dot are of tools, and unfinished work of ours.
    ours |= {"lost+found"}
    if cluster.parent.is_dir():
        yield from (path for path in cluster.parent.iterdir() if path.name not in ours and path.name[0] != ".")


def create(cluster: Path, *, programs: Programs, passwords: Passwords, createdb: bool, durable: bool) -> None:
    """Make the cluster with the role and database `evoke` and the extension vector.

    It is made beside its place and moved there when it is done. With `durable`, all of it is on the disk before
    the move, so a crash leaves a whole cluster or none.
    """
    for leftover in cluster.parent.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover)
    with _workshop(cluster.parent, programs.account) as work:
        made = work / "cluster"
        _initialise(made, programs, password=passwords.postgres)
        with (made / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(configuration.INCLUDE)
        _execute(made, _founding(passwords, createdb=createdb), programs, durable=False)
        if durable:
            result = programs.run("initdb", "--sync-only", "-D", made)
            if result.returncode != 0:
                raise failed("The new database could not be written to the disk", result.stdout + result.stderr)
        if cluster.is_dir():
            cluster.rmdir()
        made.rename(cluster)
        descriptor = os.open(cluster.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def size(cluster: Path) -> int:
    """Bytes in the cluster; files may come and go meanwhile."""
    total = 0
    for place, _, files in os.walk(cluster):
        for name in files:
            with suppress(FileNotFoundError):
                total += Path(place, name).lstat().st_size
    return total


def set_passwords(cluster: Path, passwords: Passwords, programs: Programs) -> None:
    """Give both roles new passwords; no server may be running."""
    _execute(
        cluster,
        f"ALTER ROLE {SUPERUSER} PASSWORD '{passwords.postgres}';\nALTER ROLE {ROLE} PASSWORD '{passwords.evoke}';\n",
        programs,
        durable=True,
    )


def settle_owner(cluster: Path, account: Account) -> None:
    """Make sure that the cluster belongs to the account; root gives away what root restored."""
    owner = cluster.stat().st_uid
    if owner == account.uid:
        return
    if not account.switch:
        raise FolderUnusable(
            f"The database in {cluster} belongs to user {owner}, and this is user {account.uid}. "
            f"Run as the same user as before, or give it away: chown -R {account.uid} {cluster.parent}"
        )
    for place, folders, files in os.walk(cluster):
        for name in (*folders, *files):
            account.give(Path(place, name))
    account.give(cluster)


@contextmanager
def _workshop(folder: Path, account: Account) -> Iterator[Path]:
    work = folder / f"{_UNFINISHED}{secrets.token_hex(6)}"
    work.mkdir(mode=0o700)
    account.give(work)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _initialise(made: Path, programs: Programs, *, password: str) -> None:
    password_file = made.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="ascii")
    programs.account.give(password_file)
    result = programs.run(
        "initdb",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--data-checksums",
        "--encoding=UTF8",
        # The provider inside PostgreSQL: the same order on every machine, whatever its C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
        "-D",
        made,
    )
    if result.returncode == 0:
        # Without a server, objects go on getting numbers that are reserved for initdb, and pg_dump and pg_upgrade
        # pass over such objects. The first number for others: FirstNormalObjectId in access/transam.h.
        result = programs.run("pg_resetwal", f"--next-oid={_FIRST_NORMAL_OBJECT}", made)
    if result.returncode != 0:
        raise failed("The database could not be created", result.stdout + result.stderr)


def _founding(passwords: Passwords, *, createdb: bool) -> str:
    # The extension is not marked trusted, so the role could not create it. From template1 every database inherits it.
    options = "CREATEDB" if createdb else "NOCREATEDB"
    return (
        "CREATE EXTENSION vector;\n"
        f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEROLE {options} PASSWORD '{passwords.evoke}';\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE};\n"
    )


def _execute(cluster: Path, statements: str, programs: Programs, *, durable: bool) -> None:
    """Run statements, one a line, in template1 without a server (single-user mode)."""
    result = programs.run(
        "postgres",
        "--single",
        "-D",
        cluster,
        *("-c", "exit_on_error=on"),
        *("-c", "log_min_error_statement=panic"),
        *("-c", f"fsync={'on' if durable else 'off'}"),
        "template1",
        text=statements,
    )
    if result.returncode != 0:
        raise failed("The database could not be set up", result.stderr)
