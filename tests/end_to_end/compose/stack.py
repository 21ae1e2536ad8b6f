"""compose.yaml on a real engine, in a copy of the checkout: its own project, ports, images and data."""

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
NOT_IN_A_CLONE = (".git", ".env", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis", ".coverage*", "*.egg-info")
PASSWORD = "p@ss/word:50% #1"
"""No address could hold it as it is."""


class Stack:
    """One Compose project. `compose` runs the command line that a person would type."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(CHECKOUT, folder, ignore=shutil.ignore_patterns(*NOT_IN_A_CLONE))
        self.folder = folder
        self.project = f"evoke-test-{uuid.uuid4().hex[:8]}"
        self.files = ["compose.yaml"]
        api_port, postgres_port = _free_ports(2)
        self.address = f"http://127.0.0.1:{api_port}"
        settings = {
            "API_PORT": str(api_port),
            "POSTGRES_PORT": str(postgres_port),
            "POSTGRES_PASSWORD": PASSWORD,
            "COMPOSE_PROJECT_NAME": self.project,
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "EVOKE_"))}
        self._environment = {**inherited, **settings}

    def compose(self, *arguments: str, check: bool = True) -> str:
        """What `docker compose …` printed. Fails with all of it when the command does."""
        files = [part for name in self.files for part in ("-f", name)]
        done = subprocess.run(
            ["docker", "compose", *files, *arguments],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"docker compose {' '.join(arguments)}\n{done.stdout}"
        return done.stdout

    def up(self, *options: str) -> None:
        self.compose("up", "-d", "--wait", *options)

    def inside(self, service: str, *command: str) -> str:
        return self.compose("exec", "-T", service, *command).strip()

    @contextmanager
    def until_removed(self) -> Iterator["Stack"]:
        """Shows the log of every container when the block fails; leaves nothing behind in any case."""
        try:
            yield self
        except BaseException:
            print(self.compose("ps", "--all", check=False))
            print(self.compose("logs", "--no-color", "--timestamps", check=False))
            raise
        finally:
            # What containers wrote belongs to their users: only a container may remove it for anybody.
            remove = ["rm", "-rf", "/checkout/data/compose"]
            self.compose("down", "--remove-orphans", check=False)
            self.compose("run", "--rm", "--no-deps", "prepare", *remove, check=False)
            self.compose("down", "--volumes", "--remove-orphans", "--rmi", "local", check=False)


def engine_runs() -> bool:
    """Whether `docker compose` has an engine to talk to."""
    if shutil.which("docker") is None:
        return False
    questions = (["docker", "info"], ["docker", "compose", "version"])
    return all(subprocess.run(each, capture_output=True, check=False).returncode == 0 for each in questions)


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
