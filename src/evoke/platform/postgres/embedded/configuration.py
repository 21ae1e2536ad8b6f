"""The settings of the server, in a file of ours that `postgresql.conf` includes."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from evoke.platform.postgres.embedded.account import Account

FILE_NAME = "evoke.conf"
INCLUDE = f"""
# Settings of Evoke, written anew at every start; ALTER SYSTEM overrides them.
include_if_exists = '{FILE_NAME}'
"""

# For a machine of a few gigabytes that does other work as well, with the data on an SSD.
_SETTINGS = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    # Compiling a query costs more than it saves on queries of milliseconds.
    "jit": "off",
    "wal_compression": "pglz",
    "checkpoint_timeout": "15min",
    # One database of one application: half the default number of readers keeps up, and each costs memory.
    "io_workers": "2",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # One line every five minutes for years says nothing; what goes wrong stays in the log.
    "log_checkpoints": "off",
    "log_min_duration_statement": "-1",
    # A statement and the details of an error may hold what a person wrote; the application logs which one failed.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")


def render(extra: Mapping[str, str]) -> str:
    """The text of the file: our settings, `extra` in their place or after them. Raises ValueError for a bad name."""
    settings = _SETTINGS | dict(extra)
    for name in settings:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a PostgreSQL setting: {name!r}")
    return "".join(f"{name} = {_quoted(str(value))}\n" for name, value in settings.items())


def write(cluster: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Put the file into `cluster`, whole or not at all."""
    temporary = cluster / f".{FILE_NAME}.new"
    temporary.unlink(missing_ok=True)
    # The folder belongs to an ordinary user and we may be root: never follow a link that is there.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(render(extra))
    account.give(temporary)
    temporary.replace(cluster / FILE_NAME)


def _quoted(value: str) -> str:
    if "\n" in value:
        raise ValueError("a setting of PostgreSQL is one line")
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
