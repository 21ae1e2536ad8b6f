"""Migrations: bring a database to the newest schema, and say how far it is.

Several processes may call `upgrade` at once: one works under an advisory lock, the others wait and find nothing to do.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from evoke.kit.errors import EvokeError, Misconfigured
from evoke.platform.postgres.engine import asyncpg_url, is_unavailable

LOCK = 0x45564F4B45  # "EVOKE", so that it is recognised in pg_locks
LOCK_TIMEOUT = "5s"
POLL_SECONDS = 0.1
ADDRESS = "EVOKE_MIGRATE_ADDRESS"
"""Where `python -m` on this module finds the database: in the environment, since arguments are for all to see."""


class SchemaNewer(Misconfigured):
    code = "SCHEMA_NEWER"
    default_message = (
        "This database was migrated by a newer version of Evoke. Start that version, or restore a backup made before."
    )


def folder() -> Path:
    """The migrations beside the sources, or inside the installed package."""
    here = Path(__file__).resolve()
    for candidate in (here.parents[2] / "_migrations", here.parents[4] / "migrations"):
        if (candidate / "env.py").is_file():
            return candidate
    raise Misconfigured("The migrations are missing from this installation. Install Evoke again.")


def head() -> str:
    """The revision that this program wants."""
    found = _scripts().get_current_head()
    if found is None:
        raise Misconfigured("The migrations are missing from this installation. Install Evoke again.")
    return found


async def current(url: str) -> str | None:
    """The revision of the database; None when it was never migrated."""
    async with _connection(url) as connection:
        return await connection.run_sync(_current)


async def pending(url: str) -> list[str]:
    """Revisions that `upgrade` would apply, in order. SchemaNewer when the database is ahead of this program."""
    return _revisions_after(await current(url))


async def upgrade(url: str, revision: str = "head") -> list[str]:
    """Apply what is missing and return those revisions.

    Each migration is one transaction: a failure leaves the database at the last one that ended well.
    Raises SchemaNewer, or what the driver raises when the server is not there.
    """
    async with _connection(url) as connection, _locked(connection):
        before = await connection.run_sync(_current)
        missing = _revisions_after(before)
        await connection.commit()
        if missing:
            await connection.run_sync(_command, lambda config: command.upgrade(config, revision))
        after = await connection.run_sync(_current)
        still_missing = set(_revisions_after(after))
        return [each for each in missing if each not in still_missing]


async def downgrade(url: str, revision: str) -> None:
    """Undo migrations down to `revision` ("base" undoes all). Drops tables with their rows."""
    async with _connection(url) as connection, _locked(connection):
        await connection.run_sync(_command, lambda config: command.downgrade(config, revision))


async def differences(url: str) -> list[str]:
    """Where the database and the models disagree, one line each; empty when they agree. Partitions are left out."""
    async with _connection(url) as connection:
        return await connection.run_sync(_differences)


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[AsyncConnection]:
    # No statement timeout: a migration of a large table takes as long as it takes.
    settings = {"application_name": "evoke-migrate", "timezone": "UTC", "lock_timeout": LOCK_TIMEOUT}
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool, connect_args={"server_settings": settings})
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


@asynccontextmanager
async def _locked(connection: AsyncConnection) -> AsyncIterator[None]:
    # Asking again and again rather than waiting inside one statement: a statement that waits holds a snapshot, and
    # CREATE INDEX CONCURRENTLY in the process that has the lock would wait for that snapshot in turn.
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
        await connection.commit()
        await asyncio.sleep(POLL_SECONDS)
    await connection.commit()
    try:
        yield
    finally:
        await connection.rollback()
        await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        await connection.commit()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _command(connection: Connection, run: Callable[[Config], None]) -> None:
    run(_config(connection))


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _revisions_after(revision: str | None) -> list[str]:
    known = [script.revision for script in _scripts().walk_revisions()][::-1]
    if revision is None:
        return known
    if revision not in known:
        raise SchemaNewer(revision=revision)
    return known[known.index(revision) + 1 :]


def _differences(connection: Connection) -> list[str]:
    found: list[str] = []

    def compare(_revision: Any, context: MigrationContext) -> list[Any]:
        metadata = context.opts["target_metadata"]
        found.extend(_line(change) for change in compare_metadata(context, metadata))
        return []

    config = _config(connection)
    scripts = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, scripts, fn=compare):
        scripts.run_env()
    return found


def _line(change: Any) -> str:
    """One change as Alembic reports it; changes of one column come as a list."""
    parts = change[0] if isinstance(change, list) else change
    return " ".join(str(part) for part in parts if part is not None)


def main() -> None:
    """Upgrade, for a supervisor: this module alone is imported in a third of the time of the whole program."""
    try:
        asyncio.run(upgrade(os.environ[ADDRESS]))
    except EvokeError as error:
        sys.exit(f"evoke: {error.message}")
    except Exception as error:
        if not is_unavailable(error):
            raise
        sys.exit("evoke: The database cannot be reached. Is it running, and is DATABASE_URL right?")


if __name__ == "__main__":
    main()
