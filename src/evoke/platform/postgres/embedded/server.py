"""One server for every process that uses the folder.

The folder holds `cluster` (the data), `run` (the socket), `passwords.json` and three locks:
`start.lock` while somebody starts or stops the server, `users.lock` shared by all who use it, and `server.lock`,
inherited by the server itself. So whoever can take `server.lock` knows that no process of the server is left,
without trusting a process number that may have been given to another process or belong to another container.
"""

import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from evoke.platform.postgres.embedded import account, binaries, cluster, configuration, passwords, postmaster
from evoke.platform.postgres.embedded.errors import FolderInUse, FolderUnusable, explained
from evoke.platform.postgres.embedded.locks import PAUSE_SECONDS, FileLock, exclusive, is_held
from evoke.platform.postgres.embedded.programs import Programs

# sun_path of unix(7) has 108 bytes, of macOS 104; both with the closing zero.
_SOCKET_PATH_BYTES = 103
# Drivers split hosts at commas, PostgreSQL its list of folders at commas and quotes.
_PLAIN_PATH = re.compile(r"[^,\"\\\x00-\x1f\x7f]+")
_OFF = ("off", "false", "no", "0")


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """How the server of a folder is.

    `version` ("18.4") and `size` in bytes are None before the first start, `pid` and `socket` (a folder) while
    no server runs.
    """

    running: bool
    pid: int | None
    version: str | None
    socket: Path | None
    size: int | None


class EmbeddedPostgres:
    """The server of `folder`, which is made at the first start. All calls block: use a thread in asyncio.

    `log` is the server's log, by default `logs/postgres.log` beside `folder`. `extra_settings` go into the
    server's configuration; a server that already runs keeps its own. `createdb` lets the role `evoke` create
    databases, for tests; it counts when the cluster is made. Timeouts are in seconds.

    Errors are those of the module `errors`. A process that forks without exec shares its hold with its children.
    """

    def __init__(
        self,
        folder: Path,
        *,
        log: Path | None = None,
        extra_settings: Mapping[str, str] | None = None,
        createdb: bool = False,
        start_timeout: float = 120.0,
        stop_timeout: float = 30.0,
    ) -> None:
        self.folder = folder.resolve()
        self._cluster = self.folder / "cluster"
        self._start_lock = self.folder / "start.lock"
        self._server_lock = self.folder / "server.lock"
        self._log = log.absolute() if log else self.folder.parent / "logs" / "postgres.log"
        self._extra_settings = dict(extra_settings or {})
        self._createdb = createdb
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout
        self._users: FileLock | None = None

    def start(self) -> str:
        """Make the cluster if there is none, start the server unless it runs, and answer the address of the database.

        The address suits asyncpg, and SQLAlchemy once its scheme is `postgresql+asyncpg`. May be called again:
        then it only starts a server that has died since.
        """
        with explained(self.folder):
            self._prepare_folder()
            with exclusive(self._start_lock, timeout=self._start_timeout):
                cluster.is_there(self._cluster)
                joined = self._users is not None
                self._join()
                try:
                    record = self._ensure_running()
                except BaseException:
                    if not joined:
                        self._leave()
                    raise
            return self._address(record.socket_folder)

    def stop(self) -> None:
        """Stop using the server; the last one to do so stops the server itself. May be called again."""
        if self._users is None:
            return
        with explained(self.folder), exclusive(self._start_lock, timeout=self._stop_timeout * 2):
            last = self._users.take()
            self._leave()
            if last:
                postmaster.stop(self._cluster, self._server_lock, timeout=self._stop_timeout)
                # Empty now; a place of ours in the temporary folder is not left behind.
                with suppress(OSError):
                    _socket_folder(self.folder).rmdir()

    def status(self) -> ServerStatus:
        """How the server is; starts and changes nothing. Raises what `is_there` raises for a folder that is unfit."""
        with explained(self.folder):
            record = postmaster.find_record(self._cluster) if is_held(self._server_lock) else None
            there = cluster.is_there(self._cluster)
            up = record if record is not None and record.accepts() else None
            return ServerStatus(
                running=up is not None,
                pid=up.pid if up else None,
                version=binaries.version() if there else None,
                socket=up.socket_folder if up else None,
                size=cluster.size(self._cluster) if there else None,
            )

    def superuser_address(self) -> str:
        """The address of the running server for the superuser, for backups; raises FolderUnusable if none runs."""
        status = self.status()
        if status.socket is None:
            raise FolderUnusable(f"The database in {self.folder} is not running. Start Evoke first.")
        return self._address(status.socket, role=cluster.SUPERUSER)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare_folder(self) -> None:
        is_new = not self.folder.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        if is_new:
            # Others may pass through, not look: under root the server is an ordinary user and passes here.
            self.folder.chmod(0o711)
        if not self._start_lock.exists():
            # Before the first lock file, so that a folder of somebody else stays as it is.
            cluster.is_there(self._cluster)

    def _join(self) -> None:
        if self._users is None:
            self._users = FileLock(self.folder / "users.lock")
            # Nobody can hold it exclusively: that happens under start.lock only, which is ours now.
            self._users.take(shared=True)

    def _leave(self) -> None:
        if self._users is not None:
            self._users.close()
            self._users = None

    def _ensure_running(self) -> postmaster.Record:
        deadline = time.monotonic() + self._start_timeout
        while True:
            lock = FileLock(self._server_lock)
            try:
                if lock.take():
                    return self._launch(lock)
            finally:
                lock.close()
            # A server runs, comes up (its supervisor was killed) or goes down (so do the processes of a killed one).
            record = postmaster.find_record(self._cluster)
            if record is not None and record.accepts():
                return record
            if time.monotonic() > deadline:
                raise FolderInUse(
                    f"A database server runs on {self.folder} and cannot be reached from here: it belongs to "
                    "another container or machine, or it hangs. Stop it there, or end its processes named "
                    "'postgres', then start again."
                )
            time.sleep(PAUSE_SECONDS)

    def _launch(self, lock: FileLock) -> postmaster.Record:
        root = binaries.server_binaries()
        socket_folder = _socket_folder(self.folder)
        needed = (*binaries.reached_by_server(root), self.folder, self._cluster, socket_folder.parent)
        user = account.choose(self._cluster, needed=needed, program=root / "bin" / "postgres")
        programs = Programs(root, user, lock.descriptor)
        postmaster.clear_stale(self._cluster, socket_folder)
        self._settle_cluster(programs)
        configuration.write(self._cluster, user, self._extra_settings)
        _make_private(socket_folder, user)
        return postmaster.launch(
            self._cluster, programs, socket_folder=socket_folder, log=self._log, timeout=self._start_timeout
        )

    def _settle_cluster(self, programs: Programs) -> None:
        """Afterwards the cluster is there, belongs to the server's user, and its passwords are known."""
        there = cluster.is_there(self._cluster)
        known = passwords.find(self.folder)
        kept = known or passwords.Passwords()
        if not there:
            passwords.keep(self.folder, kept)
            durable = str(self._extra_settings.get("fsync", "on")).lower() not in _OFF
            cluster.create(self._cluster, programs=programs, passwords=kept, createdb=self._createdb, durable=durable)
            return
        cluster.settle_owner(self._cluster, programs.account)
        if known is None:
            cluster.set_passwords(self._cluster, kept, programs)
            passwords.keep(self.folder, kept)

    def _address(self, socket_folder: Path, *, role: str = cluster.ROLE) -> str:
        kept = passwords.find(self.folder)
        if kept is None:
            raise FolderUnusable(
                f"{self.folder / passwords.FILE_NAME} is missing. Stop all of Evoke and start it again: "
                "the start makes new passwords."
            )
        secret = kept.postgres if role == cluster.SUPERUSER else kept.evoke
        host = quote(str(socket_folder), safe="/")
        return f"postgresql://{role}:{quote(secret)}@/{cluster.DATABASE}?host={host}&port={postmaster.PORT}"


def _socket_folder(folder: Path) -> Path:
    """`run` in the folder; a place in the temporary folder when a socket or an address cannot have such a path."""
    wanted = folder / "run"
    name = f".s.PGSQL.{postmaster.PORT}"
    if len(os.fsencode(wanted / name)) <= _SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(str(wanted)):
        return wanted
    short = f"evoke-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    places = (Path(tempfile.gettempdir()).resolve() / short, Path("/tmp").resolve() / short)  # noqa: S108 - made private
    return next((place for place in places if len(os.fsencode(place / name)) <= _SOCKET_PATH_BYTES), places[-1])


def _make_private(place: Path, user: account.Account) -> None:
    """Make the folder, for the server's user alone; refuse one that somebody else put there first."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise FolderUnusable(f"{place} is meant for the socket of the database and is not a folder. Remove it.")
    if found.st_uid == 0:
        user.give(place)
    elif found.st_uid != user.uid:
        raise FolderUnusable(
            f"{place} is meant for the socket of the database and belongs to user {found.st_uid}. Remove it."
        )
    place.chmod(0o700)
