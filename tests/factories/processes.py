"""Evoke as a person starts it: in processes of its own, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60
OURS = (
    "EVOKE_", "DATABASE_", "REDIS_", "JWT_", "ACCESS_TOKEN_", "ALLOWED_", "LOG_LEVEL", "DEBUG", "GEMINI_",
    "NANOBANANA_", "GOOGLE_GEMINI_",
)  # fmt: skip
"""How the names of our settings begin: those of whoever runs the tests must not count."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(data_dir: Path, **more: object) -> dict[str, str]:
    """Variables of an installation in `data_dir`, without rate limits."""
    own = {"EVOKE_DATA_DIR": data_dir, "EVOKE_PORT": free_port(), "EVOKE_LIMITS__ENABLED": "false", **more}
    return {name: str(value) for name, value in own.items()}


def inherited(*, measured: bool = False) -> dict[str, str]:
    """The variables of whoever runs the tests, less our settings and, unless `measured`, those of coverage.

    Measuring doubles what a process takes to start. It is for what only runs in a process of its own.
    """
    left_out = OURS if measured else (*OURS, "COVERAGE_PROCESS_")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


class Program:
    """`python -m <arguments>` with these settings; what it says goes to `<folder>/<name>.out`."""

    def __init__(
        self,
        *arguments: object,
        settings: Mapping[str, str],
        folder: Path,
        through: Sequence[str] = (),
        measured: bool = False,
        **options: Any,
    ) -> None:
        self.settings = dict(settings)
        self.output = folder / f"{len(list(folder.glob('*.out')))}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*through, sys.executable, "-m", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=folder,  # and not where somebody keeps a .env
                env={**inherited(measured=measured), "PYTHONPATH": str(ROOT), **self.settings},
                **options,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings['EVOKE_PORT']}"

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def healthy(self) -> "Program":
        """Wait until its API answers."""
        until(lambda: is_healthy(self.address) or self.process.poll() is not None, self.said)
        assert self.process.poll() is None, self.said()
        return self

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        return self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> int:
        """End it as Ctrl-C does or `docker stop`; its exit status."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End it and what it has forked the hard way, all at once, as a crash of the machine does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def is_healthy(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def until(happened: Callable[[], Any], told: Callable[[], object] = lambda: "") -> Any:
    """Wait until `happened()` answers something true, and answer that; `told` is what to say when it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := happened()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not happen. {told()}")
        time.sleep(0.05)
    return answer


def processes_of(data_dir: Path) -> dict[int, str]:
    """Number and command of each process that belongs to the installation in `data_dir`, on Linux.

    Ours have the folder in their environment; those of PostgreSQL have their home in it.
    """
    wanted, found = str(data_dir.resolve()), {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            own = f"EVOKE_DATA_DIR={wanted}".encode() in (entry / "environ").read_bytes().split(b"\0")
            home = (entry / "cwd").readlink().is_relative_to(Path(wanted) / "postgres")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            continue  # gone, or somebody else's
        if (own or home) and command:  # what has no command has ended and waits to be collected
            found[int(entry.name)] = command
    return found
