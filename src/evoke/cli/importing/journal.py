"""What was imported from where, so that the next run need not read it again.

A cache and nothing more: whether a file is in the library is always asked of the library. Without the journal a run
takes longer and ends the same. SQLite, since several imports may run at once and any of them may be killed.
"""

import os
import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from evoke.cli.importing.findings import Part

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL, sidecar BLOB NOT NULL,
    sha256 BLOB NOT NULL
) WITHOUT ROWID
"""
_LOOKUP_BATCH = 500


class Journal:
    """`known` and `remember`. Opened for one owner in the folder `<data>/imports`; use it from one thread."""

    def __init__(self, folder: Path, owner_id: uuid.UUID) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{owner_id}.sqlite"
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError:
            # Damaged, by a crash of the machine: what it knew is found out again.
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + suffix).unlink()
            self._connection = _open(path)

    def known(self, parts: Sequence[Part]) -> dict[str, bytes]:
        """The SHA-256 of each of these files that is as it was when it was imported, by path."""
        found: dict[str, bytes] = {}
        for start in range(0, len(parts), _LOOKUP_BATCH):
            batch = parts[start : start + _LOOKUP_BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(
                f"SELECT path, size, modified_ns, sidecar, sha256 FROM files WHERE path IN ({marks})",  # noqa: S608 - marks alone
                [os.fsencode(part.file.path) for part in batch],
            )
            by_path = {row[0]: row[1:] for row in rows}
            for part in batch:
                row = by_path.get(os.fsencode(part.file.path))
                if row and row[:3] == (part.file.size, part.file.modified_ns, _sidecar_mark(part)):
                    found[part.file.path] = row[3]
        return found

    def remember(self, imported: Sequence[tuple[Part, bytes]]) -> None:
        """Files with their SHA-256, once the library has them. A journal that cannot be written stops nothing."""
        rows = [
            (os.fsencode(part.file.path), part.file.size, part.file.modified_ns, _sidecar_mark(part), sha256)
            for part, sha256 in imported
        ]
        with suppress(sqlite3.Error), self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        # The system keeps what a killed process wrote; only a crash of the machine could lose some of it.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _sidecar_mark(part: Part) -> bytes:
    """Changes when a sidecar comes, goes, or is written anew: then the photo is looked at again."""
    sidecar = part.sidecar
    return b"" if sidecar is None else b"%d %d %s" % (sidecar.size, sidecar.modified_ns, os.fsencode(sidecar.name))
