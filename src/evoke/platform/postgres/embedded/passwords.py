"""The two passwords of the cluster, in a file that only the owner of the folder can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evoke.platform.postgres.embedded.errors import FolderUnusable

FILE_NAME = "passwords.json"


def _new() -> str:
    # URL-safe characters need no quoting in an address, a statement or a shell.
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Of the superuser `postgres` and of the application's role `evoke`."""

    postgres: str = field(default_factory=_new, repr=False)
    evoke: str = field(default_factory=_new, repr=False)


def find(folder: Path) -> Passwords | None:
    """The passwords kept in `folder`, or None. Raises FolderUnusable when the file is damaged."""
    path = folder / FILE_NAME
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Passwords(postgres=str(kept["postgres"]), evoke=str(kept["evoke"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise FolderUnusable(
            f"{path} cannot be read. Remove it: the next start of the database makes new passwords."
        ) from error


def keep(folder: Path, passwords: Passwords) -> None:
    """Write the file, mode 0600, whole or not at all, and onto the disk before anything relies on it."""
    path = folder / FILE_NAME
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(passwords), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
