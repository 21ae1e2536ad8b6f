"""The server process: its record in the cluster, starting it, stopping it."""

import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evoke.platform.postgres.embedded.errors import FolderInUse, FolderUnusable, ServerFailed, failed
from evoke.platform.postgres.embedded.locks import PAUSE_SECONDS, is_held
from evoke.platform.postgres.embedded.programs import Programs

PORT = 5432
"""Names the socket; nothing listens on a network."""

_LOG_LIMIT_BYTES = 10 * 1024 * 1024
_LAST_LINES = 20
# The shortest question that the protocol has, asked before logging in (PostgreSQL documentation, "Message Formats").
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_ANSWER_SECONDS = 5.0
_AFTER_QUIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Record:
    """What a running postmaster writes into `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h)."""

    pid: int
    socket_folder: Path
    status: str

    def accepts(self) -> bool:
        """Whether the server is up and takes connections.

        It must answer, not only have a socket: a process that is being killed still has one.
        """
        if self.status != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_ANSWER_SECONDS)
            try:
                probe.connect(os.fsencode(self.socket_folder / f".s.PGSQL.{PORT}"))
                probe.sendall(_SSL_REQUEST)
                return probe.recv(1) in (b"N", b"S")
            except OSError:
                return False


def find_record(cluster: Path) -> Record | None:
    """The record in `cluster`, or None when there is none or it is not written to its end."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[0].strip().isdigit():
        return None
    return Record(int(lines[0]), Path(lines[4]), lines[7].strip() if len(lines) > 7 else "")


def clear_stale(cluster: Path, socket_folder: Path) -> None:
    """Remove what a killed server left; call only while holding the server's lock, so that none of ours runs.

    PostgreSQL does this itself unless another process has been given the recorded number in the meantime: then
    it refuses to start. It still guards against processes of the dead server by their shared memory, which it
    finds by the folder and not by this record. Raises FolderInUse for a server that somebody started by hand.
    """
    try:
        first = (cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip()
    except FileNotFoundError:
        first = ""
    if first.isdigit() and is_server(int(first), cluster):
        raise FolderInUse(
            f"A PostgreSQL server that Evoke did not start (process {first}) runs on {cluster}. "
            f"Stop it, then start again: pg_ctl stop -D {cluster}"
        )
    for leftover in (
        cluster / "postmaster.pid",
        socket_folder / f".s.PGSQL.{PORT}",
        socket_folder / f".s.PGSQL.{PORT}.lock",
    ):
        leftover.unlink(missing_ok=True)


def is_server(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is the postmaster of `cluster`, as far as this user and container can see."""
    if Path("/proc/self/cmdline").exists():
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        if Path(os.fsdecode(arguments[0])).name != "postgres":
            return False
        if os.fsencode(cluster) in arguments:
            return True
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == cluster
        except OSError:
            return False
    listed = subprocess.run(  # noqa: S603 - a number is the only argument that varies
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return "postgres" in listed.split(" -", 1)[0] and str(cluster) in listed


def launch(cluster: Path, programs: Programs, *, socket_folder: Path, log: Path, timeout: float) -> Record:
    """Start the server and wait until it is ready. Raises ServerFailed with the end of the log."""
    output = _open_log(log)
    try:
        said_before = os.fstat(output).st_size
        process = programs.spawn(
            "postgres",
            *("-D", cluster),
            # On the command line, for no setting of anyone may move the server away from us.
            *("-c", "listen_addresses="),
            *("-c", f"port={PORT}"),
            *("-c", f'unix_socket_directories="{socket_folder}"'),
            output=output,
        )
    finally:
        os.close(output)
    try:
        return _wait_until_ready(process, cluster, timeout=timeout, last_words=lambda: _tail(log, said_before))
    finally:
        # The server may outlive us, or we it: whoever waits for it must not wait for us, so a thread of its own.
        threading.Thread(target=process.wait, name="embedded-postgres", daemon=True).start()


def stop(cluster: Path, lock: Path, *, timeout: float) -> None:
    """Stop the server of `cluster` and wait until all its processes are gone.

    Sessions are cut off, what is committed stays ("fast" shutdown). After `timeout` seconds the server ends at
    once instead, and recovers at its next start. A server of another container is left to that one.
    """
    record = find_record(cluster)
    if record is None or not is_held(lock) or not is_server(record.pid, cluster):
        return
    for number, patience in ((signal.SIGINT, timeout), (signal.SIGQUIT, _AFTER_QUIT_SECONDS)):
        try:
            os.kill(record.pid, number)
        except ProcessLookupError:
            return
        if _wait_for(lambda: not is_held(lock), patience):
            return
    raise ServerFailed(f"The database server (process {record.pid}) on {cluster} does not stop. End it by hand.")


def _wait_until_ready(
    process: subprocess.Popen[bytes], cluster: Path, *, timeout: float, last_words: Callable[[], str]
) -> Record:
    deadline = time.monotonic() + timeout
    while True:
        record = find_record(cluster)
        if record is not None and record.pid == process.pid and record.status == "ready":
            return record
        if process.poll() is not None:
            raise failed("The database server does not start", last_words())
        if time.monotonic() > deadline:
            raise ServerFailed(
                f"The database server is not ready after {timeout:.0f} seconds and goes on starting; after a crash "
                f"it may need longer. Start again in a while. Its last words:\n{last_words()}"
            )
        time.sleep(PAUSE_SECONDS)


def _wait_for(condition: Callable[[], bool], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def _open_log(log: Path) -> int:
    """The log, opened to append; a long one is put aside first."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
        return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o640)
    except PermissionError as error:
        raise FolderUnusable(
            f"The log of the database, {log}, cannot be written by this user. Remove it, or run as its owner."
        ) from error


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-_LAST_LINES:])
