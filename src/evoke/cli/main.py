"""`evoke`: one command, its parts in modules of their own that are imported when they are called.

A command pays for its own imports only; the list of all of them (`evoke --help`) pays for all.
"""

import importlib
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from evoke.kit.errors import EvokeError, Misconfigured
from evoke.platform.processes import MISCONFIGURED, SUPERVISED

COMMANDS = {
    "serve": "evoke.cli.serve",
    "worker": "evoke.cli.worker",
    "import": "evoke.cli.importing",
    "search": "evoke.cli.searching",
    "journal": "evoke.cli.journal",
    "user": "evoke.cli.users",
    "key": "evoke.cli.keys",
    "status": "evoke.cli.status",
    "doctor": "evoke.cli.doctor",
    "migrate": "evoke.cli.migrate",
    "openapi": "evoke.cli.openapi",
    "dev": "evoke.cli.dev",
}
"""Each module has a Typer application called `app`."""


class _Lazy(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:
        del ctx  # the same commands in every context
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Lazy,
    name="evoke",
    help="Your photo library and emotion journal, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _evoke() -> None:
    """Here because a Typer application needs one to be a group."""


def run() -> None:
    """Run the command of this process; errors of ours are one line and exit status 1, never a trace.

    A supervisor is told when the configuration is to blame: starting again would not help.
    """
    try:
        app()
    except EvokeError as error:
        print(f"evoke: {error.message}", file=sys.stderr)
        hopeless = SUPERVISED in os.environ and isinstance(error, Misconfigured)
        sys.exit(MISCONFIGURED if hopeless else 1)
