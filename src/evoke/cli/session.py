"""What commands share: open the resources, find out who is meant, run, print."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from evoke.bootstrap import Resources, open_resources
from evoke.domains.accounts import service as accounts
from evoke.domains.accounts.schemas import Actor
from evoke.kit.errors import EvokeError, Invalid, ServiceUnavailable
from evoke.platform.postgres.engine import is_unavailable
from evoke.platform.telemetry import logs
from evoke.settings import Settings, load

T = TypeVar("T")
NAME = "evoke-cli"
WORKER_NAME = "evoke-worker"
"""How workers call themselves in the database."""


def settings() -> Settings:
    """The settings in force; logs go to standard error, and only what is worth a warning."""
    found = load()
    logs.configure("DEBUG" if found.debug else "WARNING")
    return found


@asynccontextmanager
async def opened(found: Settings | None = None) -> AsyncIterator[Resources]:
    """The resources of one command, on a migrated database; the embedded server runs while the block does."""
    found = found or settings()
    found.data_dir.mkdir(parents=True, exist_ok=True)
    async with open_resources(found, name=NAME) as resources:
        yield resources


async def find_actor(resources: Resources, email: str | None) -> Actor:
    """The account with this address, or the only one there is. Raises AccountNotFound, AccountAmbiguous."""
    async with resources.database.read() as session:
        if email is None:
            return await accounts.administration.get_sole_actor(session)
        return await accounts.users.get_actor(session, email)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command. A database that cannot be had is an EvokeError like the others, not a trace."""
    try:
        return asyncio.run(main)
    except EvokeError:
        raise
    except Exception as error:
        if is_unavailable(error):
            reason = str(getattr(error, "orig", None) or error) or type(error).__name__
            raise ServiceUnavailable(f"The database cannot be reached: {reason}") from error
        raise


def print_json(value: Any) -> None:
    """One JSON document on standard output, in ASCII: whatever the terminal's encoding, it arrives."""
    print(json.dumps(value, indent=2, default=str))


def shown(path: str | Path) -> str:
    """A path as text that can be printed: bytes that are not UTF-8 as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def one_line(text: str) -> str:
    """`text` without anything that could move the cursor or begin a new line."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def read_secret(what: str, *, from_stdin: bool, confirm: bool) -> str:
    """A password or a passphrase: the first line of standard input, or asked for without echo. Raises Invalid."""
    if from_stdin:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        secret = getpass.getpass(f"{what}: ")
        if confirm and getpass.getpass(f"{what} again: ") != secret:
            raise Invalid("The two are not the same. Nothing was changed.", field=what.lower(), reason="not the same")
    else:
        option = what.lower().replace(" ", "-").removeprefix("new-")
        raise Invalid(f"There is no terminal to ask for the {what.lower()} on. Use --{option}-stdin.")
    if not secret:
        raise Invalid(f"The {what.lower()} is empty.", field=what.lower(), reason="empty")
    return secret


def human_bytes(count: float) -> str:
    """3.2 MB: thousands, as disks are sold and as file managers show them."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 999.5 or (unit == "B" and abs(count) < 1000):
            return f"{count:.0f} {unit}" if unit == "B" or abs(count) >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def human_seconds(seconds: float) -> str:
    """3.2 s, 4 min 12 s, 2 h 05 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 photo", "1,234 photos"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
