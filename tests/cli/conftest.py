"""Commands as people run them: in this process where that shows the same, as a process where signals matter."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evoke.cli.main import app
from evoke.kit.errors import EvokeError
from evoke.platform.telemetry import logs
from tests.factories import processes


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it said."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Evoke = Callable[..., Awaitable[Outcome]]


@pytest.fixture
def environment(tmp_path: Path, database_url: str) -> dict[str, str]:
    """What makes commands use this test's database, and the data folder of its `settings`."""
    return {"EVOKE_DATA_DIR": str(tmp_path), "DATABASE_URL": database_url, "EVOKE_STORAGE__DURABLE": "false"}


@pytest.fixture
def evoke(environment: dict[str, str]) -> Evoke:
    """`await evoke("user", "list", DEBUG="1")`: arguments, then variables; `stdin` is what is typed."""
    return runner(environment)


def runner(environment: dict[str, str]) -> Evoke:
    def invoke(arguments: tuple[str, ...], stdin: str, variables: dict[str, str]) -> Outcome:
        try:
            result = CliRunner().invoke(app, arguments, input=stdin, env={**environment, **variables})
        finally:
            # The command made the logs go to a stream that is closed by now.
            logs.configure("WARNING", console=False)
        error = result.exception
        if error is not None and not isinstance(error, SystemExit | EvokeError):
            raise error
        said = error.message if isinstance(error, EvokeError) else ""
        return Outcome(result.exit_code, result.stdout, result.stderr + said)

    async def run(*arguments: str | Path, stdin: str = "", **variables: str) -> Outcome:
        return await asyncio.to_thread(invoke, tuple(str(each) for each in arguments), stdin, variables)

    return run


@pytest.fixture
def start(environment: dict[str, str]) -> Callable[..., "subprocess.Popen[str]"]:
    """`process = start("import", folder)`: the command as a process of its own."""

    def begin(*arguments: str | Path, **options: Any) -> "subprocess.Popen[str]":
        variables = {**processes.inherited(), **environment, **options.pop("env", {})}
        command = [sys.executable, "-m", "evoke", *(str(each) for each in arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        return subprocess.Popen(command, env=variables, text=True, **pipes)

    return begin


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a person's own files, outside of the data folder."""
    return tmp_path_factory.mktemp("pictures")
