"""The driver itself, on a connection of the pool: for the few statements that are run so often that SQLAlchemy's
session, which takes half a millisecond around each, would be most of what they cost.

The statements are SQLAlchemy's, prebuilt at module level, and are compiled once. Their parameters go to the driver as
they are, and rows come back as it gives them, with the columns' names as attributes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

MAX_COMPILED = 64
_LOST = ("08", "57P")
"""Of connections, and of a server that shuts down (PostgreSQL, appendix A)."""
LOST = "The connection to the database was lost."
_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own has no annotations


class Record(asyncpg.Record):  # type: ignore[misc]  # asyncpg has no annotations that mypy sees
    """A row; its columns are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


async def run(engine: AsyncEngine, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[Record]:
    """The rows of one statement, which is a transaction of its own.

    A connection that is lost raises ConnectionError, and the others of the pool, which are likely to be lost as well,
    are not used again.
    """
    text, names = _compile(statement)
    arguments = [parameters[name] for name in names]
    pooled = await _take(engine)
    try:
        found: Sequence[Record] = await pooled.driver_connection.fetch(text, *arguments, record_class=Record)
    except Exception as error:
        if not _is_lost(error):
            pooled.close()
            raise
        await greenlet_spawn(pooled.invalidate, error)
        engine.sync_engine.dispose(close=False)
        raise ConnectionError(LOST) from error
    except BaseException as error:  # given up in the middle: what the connection is busy with cannot be told
        await greenlet_spawn(pooled.invalidate, error)
        raise
    pooled.close()  # there is no transaction to end, so nothing has to be waited for
    return found


async def run_within(connection: Connection, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[Record]:
    """The rows of one statement in the transaction of `connection`, which it begins where none has begun.

    Whoever opened the connection commits or rolls back. One that is lost raises ConnectionError.
    """
    text, names = _compile(statement)
    pooled: Any = connection.connection
    adapted = pooled.dbapi_connection
    try:
        if not adapted._started:  # what SQLAlchemy's cursor looks at, so that its commit ends what begins here
            await adapted._start_transaction()
        arguments = [parameters[name] for name in names]
        found: Sequence[Record] = await pooled.driver_connection.fetch(text, *arguments, record_class=Record)
    except Exception as error:
        if not _is_lost(error):
            raise
        await greenlet_spawn(connection.invalidate, error)
        raise ConnectionError(LOST) from error
    return found


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, dialect.AsyncAdapt_asyncpg_dbapi.Error) and error.__cause__ is not None:
        error = error.__cause__  # the adapter, which begins the transaction, has translated it
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(_LOST)
    return isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError | OSError)


async def _take(engine: AsyncEngine) -> Any:
    pool: Any = engine.sync_engine.pool
    if pool.checkedin():
        # A greenlet is for waiting, and here that is for the rare connection that has to be opened anew.
        with suppress(MissingGreenlet):
            return engine.sync_engine.raw_connection()
    return await greenlet_spawn(engine.sync_engine.raw_connection)


@lru_cache(maxsize=MAX_COMPILED)
def _compile(statement: Any) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=_DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())
