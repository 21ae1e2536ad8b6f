"""A fresh installation in a temporary folder, with the real processes: embedded PostgreSQL, API, workers."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.wire import Connection
from evoke.platform.postgres import migrate
from evoke.platform.postgres.embedded import EmbeddedPostgres
from evoke.platform.processes import SUPERVISED

PREFIX = "evoke-bench-"
PASSWORD = "blue-window-47"
WORKING = '"event":"worker.started"'
OWN_VARIABLES = ("EVOKE_", "DATABASE_", "REDIS_", "JWT_", "ACCESS_TOKEN_", "ALLOWED_ORIGINS", "LOG_LEVEL", "DEBUG")


@dataclass(frozen=True)
class Person:
    """Somebody with an account; the token outlives the run."""

    user_id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Installation:
    """`url` is the address of the database, `port` that of the API on the loopback."""

    folder: Path
    port: int
    environment: dict[str, str]
    url: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`python -m …` in this installation; it ends with us, however we end."""
        with (self.folder / "output.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_api(self) -> subprocess.Popen[bytes]:
        """The HTTP server, healthy."""
        process = self.start("evoke.api.server")
        self.wait_until(self.is_healthy, "the API answers", process)
        return process

    def is_healthy(self) -> bool:
        try:
            with Connection(self.port, timeout=2) as connection:
                return connection.get("/health").status == 200
        except OSError:
            return False

    def start_workers(self, count: int) -> None:
        """Worker processes that have begun to look for work."""
        log = self.folder / "output.log"
        before = log.read_text().count(WORKING) if log.exists() else 0
        processes = [self.start("evoke", "worker") for _ in range(count)]
        self.wait_until(lambda: log.read_text().count(WORKING) >= before + count, "the workers start", *processes)

    def complete(self, *arguments: str) -> None:
        """The same to its end. Raises RuntimeError when it ends with an error."""
        process = self.start(*arguments)
        self.wait_until(lambda: process.poll() == 0, " ".join(arguments), process, seconds=600)
        self.processes.remove(process)

    def stop(self, *processes: subprocess.Popen[bytes]) -> None:
        """Ask them all, wait for each."""
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.processes.remove(process)

    def register(self, number: int) -> Person:
        """An account; the first one is the administrator."""
        with Connection(self.port) as connection:
            form = {"email": f"user{number}@example.org", "password": PASSWORD, "name": f"User {number}"}
            data = connection.post("/api/v1/auth/register", form).data()
        return Person(data["user"]["id"], data["access_token"])

    def ask(self, question: str, *arguments: object) -> Any:
        """The first value that the database answers."""

        async def fetch() -> Any:
            connection = await asyncpg.connect(self.url)
            try:
                return await connection.fetchval(question, *arguments)
            finally:
                await connection.close()

        return asyncio.run(fetch())

    def wait_until(
        self,
        holds: Callable[[], bool],
        what: str,
        *processes: subprocess.Popen[bytes],
        seconds: float = 120,
        pause: float = 0.02,
    ) -> None:
        """Raises RuntimeError with the end of the processes' output when it takes too long, or one of them ends."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline or any(process.poll() for process in processes):
                said = (self.folder / "output.log").read_text(errors="replace")[-4000:]
                raise RuntimeError(f"Waited in vain until {what}:\n{said}")
            time.sleep(pause)


@contextmanager
def prepared(**settings: str) -> Iterator[Installation]:
    """A folder and settings, nothing started; whatever is started in it is stopped and removed in the end."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder, port = Path(name), _free_port()
        foreign = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
        own = {
            "EVOKE_DATA_DIR": str(folder / "data"),
            "EVOKE_HOST": "127.0.0.1",
            "EVOKE_PORT": str(port),
            "EVOKE_LIMITS__ENABLED": "false",
            "ACCESS_TOKEN_EXPIRE_MINUTES": "600",
            SUPERVISED: str(os.getpid()),
            **settings,
        }
        installation = Installation(folder, port, foreign | own)
        try:
            yield installation
        finally:
            installation.stop(*installation.processes)


@contextmanager
def running(**settings: str) -> Iterator[Installation]:
    """The same with its database running and migrated."""
    with prepared(**settings) as installation:
        data = installation.data_dir
        with EmbeddedPostgres(data / "postgres", log=data / "logs" / "postgres.log") as server:
            installation.url = server.start()
            asyncio.run(migrate.upgrade(installation.url))
            try:
                yield installation
            finally:
                installation.stop(*installation.processes)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
