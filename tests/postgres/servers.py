"""Asking a real server, and other processes that use one."""

import asyncio
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from evoke.platform.postgres.embedded import server_binaries

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
needs_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at processes through /proc")


def ask(address: str, *statements: str, **options: Any) -> Any:
    """Run the statements on one connection; the first value of the last one."""

    async def on_one_connection() -> Any:
        connection = await asyncpg.connect(address, **options)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(on_one_connection())


def process_status(pid: int) -> dict[str, str]:
    """The fields of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


class UserProcess:
    """A process of its own, in a session of its own, that uses the server of `folder`."""

    def __init__(
        self, folder: Path, *, environment: Mapping[str, str] | None = None, through: Sequence[str] = ()
    ) -> None:
        # Not the whole environment: a measuring tool in it would write where another user may not.
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self.process = subprocess.Popen(
            [*through, sys.executable, Path(__file__).with_name("user_process.py"), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd="/",
            env=kept | dict(environment or {}),
        )

    def answer(self) -> dict[str, Any]:
        """What it says once it is up or has failed."""
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline() or '{"error": "silence"}')
        return said

    def stop(self) -> int:
        """Let it stop using the server; its exit status."""
        self.process.communicate("stop\n", timeout=60)
        return self.process.returncode

    def kill(self) -> None:
        """End it and its process group the hard way, as kill -9 does."""
        os.killpg(self.process.pid, 9)
        self.process.communicate()


def as_user(name: str, work: Callable[[], object]) -> Any:
    """What `work` answers, or the name and message of its error, when `name` does it; it must be JSON.

    A fork without exec: the interpreter itself may be where that user cannot go.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        entry = pwd.getpwnam(name)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        try:
            answer: object = work()
        except Exception as error:
            answer = [type(error).__name__, str(error)]
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        answer = json.load(said)
    os.waitpid(child, 0)
    return answer


def skip_unless_open_to(user: str) -> None:
    """Skip the test when the installation is where only root can go."""
    if as_user(user, lambda: os.access(server_binaries() / "bin" / "postgres", os.X_OK)) is not True:
        pytest.skip(f"the user {user} cannot enter the folder of the installation")
