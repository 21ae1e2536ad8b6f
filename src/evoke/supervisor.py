"""One command for a whole installation: database, migrations, API, workers.

The supervisor itself stays small: it holds the embedded server and looks after child processes. One that dies is
started again, with growing pauses; one that dies at once, again and again, ends everything with its reason. On
SIGTERM or SIGINT the children finish what they have, then the database stops.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import FrameType

import structlog

from evoke.kit.errors import EvokeError
from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.processes import MISCONFIGURED, SUPERVISED
from evoke.settings import Settings

log = structlog.get_logger(__name__)

MIGRATE_ADDRESS = "EVOKE_MIGRATE_ADDRESS"
"""`platform.postgres.migrate.ADDRESS`, without importing Alembic for it; a test holds the two together."""

HEALTHY_AFTER = 60.0
"""Seconds that a process has to live to count as started well."""
MAX_QUICK_DEATHS = 5
MAX_PAUSE = 30.0
LOOK_SECONDS = 0.2


class PortTaken(EvokeError):
    default_message = "The port is taken."


class ChildFailed(EvokeError):
    default_message = "A part of Evoke does not start."


@dataclass
class Child:
    """A process that is to run as long as the supervisor does."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        # A session of its own: Ctrl-C in a terminal reaches the supervisor alone, which then stops things in order.
        environment = {**os.environ, SUPERVISED: str(os.getpid())}
        self.process = subprocess.Popen(self.command, start_new_session=True, env=environment)  # noqa: S603 - our own
        self.started_at = time.monotonic()
        log.info("child.started", child=self.name, pid=self.process.pid)

    def look(self) -> None:
        """Start it again when it died and its pause is over. Raises ChildFailed when that has no sense any more."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            if now - self.started_at > HEALTHY_AFTER:
                self.quick_deaths = 0
            return
        if status == MISCONFIGURED:
            raise ChildFailed(f"{self.name} cannot run as Evoke is configured; the reason stands above.")
        self.quick_deaths = self.quick_deaths + 1 if now - self.started_at < HEALTHY_AFTER else 1
        log.error("child.died", child=self.name, status=status, times=self.quick_deaths)
        if self.quick_deaths >= MAX_QUICK_DEATHS:
            raise ChildFailed(f"{self.name} ended {self.quick_deaths} times right after its start; see the log.")
        self.process = None
        self.start_again_at = now + min(MAX_PAUSE, 0.2 * 2**self.quick_deaths)

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


@dataclass
class Supervisor:
    settings: Settings
    workers: int
    reload: bool = False
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Until a signal. Raises PortTaken, ChildFailed, and what the embedded server raises."""
        settings = self.settings
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        check_port(settings.host, settings.port)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        with ExitStack() as stack:
            if settings.database_url is None:
                server = EmbeddedPostgres(settings.data_dir / "postgres", log=settings.logs_dir / "postgres.log")
                stack.enter_context(server)
                address = server.start()
            else:
                address = settings.database_url.get_secret_value()
            if self.stopping.is_set():
                return
            self._migrate(address)
            stack.callback(self._stop_children)
            self._start_children()
            self._announce()
            while not self.stopping.wait(LOOK_SECONDS):
                for child in self.children:
                    child.look()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping.set()

    def _migrate(self, address: str) -> None:
        """In a process of its own, whose memory is given back."""
        command = [sys.executable, "-m", "evoke.platform.postgres.migrate"]
        done = subprocess.run(command, env={**os.environ, MIGRATE_ADDRESS: address}, check=False)  # noqa: S603 - our own
        if done.returncode and not self.stopping.is_set():
            raise ChildFailed("The database could not be brought up to date; the reason stands above.")

    def _start_children(self) -> None:
        server = [sys.executable, "-m", "evoke.api.server", *(["--reload"] if self.reload else [])]
        self.children = [Child("api", server)]
        self.children += [
            Child(f"worker-{number}", [sys.executable, "-m", "evoke", "worker"])
            for number in range(1, self.workers + 1)
        ]
        for child in self.children:
            child.start()

    def _announce(self) -> None:
        address = address_of(self.settings)
        deadline = time.monotonic() + 60
        while not self.stopping.wait(0.05) and time.monotonic() < deadline:
            if is_healthy(address):
                print(f"Evoke is ready at {address}  (API: {address}/docs)  Ctrl-C stops it.", flush=True)  # noqa: T201
                return
            for child in self.children:
                child.look()

    def _stop_children(self) -> None:
        """Ask all at once, then wait for each; what does not end in time is killed: its jobs go to the next start."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + self.settings.worker.shutdown_grace_seconds + 10
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("child.killed", child=child.name)
                child.process.kill()
                child.process.wait()


def address_of(settings: Settings) -> str:
    """The address that this machine reaches the API at."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    return f"http://{host}:{settings.port}"


def is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def check_port(host: str, port: int) -> None:
    """Raises PortTaken with what to do, rather than letting the server fail in a corner."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"Port {port} is taken: by another Evoke, or another program. Stop it, or set EVOKE_PORT."
                ) from error
            raise PortTaken(f"Evoke cannot listen on {host}:{port}: {error.strerror}. Set EVOKE_HOST.") from error
