"""Engines and sessions.

Two kinds of session, so that a signature says who may write: `ReadSession` runs in a READ ONLY transaction
(and on a replica where one is configured), `WriteSession` can also publish events. Only the edges of the
program open them; nothing below commits.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import orjson
from sqlalchemy import URL, Connection, Executable, Row, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from evoke.kit import boundaries
from evoke.platform import events
from evoke.platform.postgres import quickly

S = TypeVar("S", bound=AsyncSession)


class ReadSession(AsyncSession):
    """A session for questions. PostgreSQL itself refuses writes in it."""

    _known: tuple[SessionTransaction | None, Connection | None] = (None, None)

    async def rows(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        """The rows of a statement about columns.

        `execute` would look for entities in each of them, which for a page of photos takes as long as the query.
        """
        return await self.run_sync(_rows, statement, parameters)

    async def prebuilt(self, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[quickly.Record]:
        """The rows of one prebuilt statement, by the driver alone, in this session's transaction.

        For what is done for every photo that comes in. What the session has not flushed is not seen.
        """
        return await quickly.run_within(await self._connected(), statement, parameters)

    async def _connected(self) -> Connection:
        """The connection of the transaction: asked for once in each, for the session needs a greenlet to tell."""
        known, connection = self._known
        transaction = self.sync_session.get_transaction()
        if connection is None or known is not transaction or self.in_nested_transaction():
            connection = (await self.connection()).sync_connection
            assert connection is not None, "an AsyncConnection that was opened has one"
            self._known = self.sync_session.get_transaction(), connection
        return connection


class WriteSession(ReadSession):
    """A session for changes; subscribers of what is published run in the same transaction."""

    async def publish(self, event_: object) -> None:
        bus: events.Bus = self.info["bus"]
        await bus.publish(self, event_)


def _rows(session: Session, statement: Executable, parameters: Any) -> Sequence[Row[Any]]:
    return session.connection().execute(statement, parameters).all()


@dataclass(frozen=True)
class PoolOptions:
    """`size` connections are kept, `overflow` more may be opened in a rush; times in seconds."""

    size: int = 5
    overflow: int = 10
    wait: float = 10.0
    statement_timeout: float = 30.0
    application_name: str = "evoke"


def asyncpg_url(url: str) -> URL:
    """`postgresql://…` as people write it, for SQLAlchemy's asyncpg dialect; `sslmode` becomes `ssl`."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return parsed.set(query=query)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def create_engine(url: str, pool: PoolOptions) -> AsyncEngine:
    settings = {
        "application_name": pool.application_name,
        "timezone": "UTC",
        "statement_timeout": str(int(pool.statement_timeout * 1000)),
        "idle_in_transaction_session_timeout": "60000",
    }
    engine = create_async_engine(
        asyncpg_url(url),
        pool_size=pool.size,
        max_overflow=pool.overflow,
        pool_timeout=pool.wait,
        pool_use_lifo=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # errors are logged with their statement, and parameters hold what people wrote
        connect_args={"server_settings": settings, "timeout": pool.wait, "command_timeout": pool.statement_timeout + 5},
    )
    event.listen(engine.sync_engine, "handle_error", _mark_lost_connections)
    event.listen(engine.sync_engine, "checkout", _refuse_closed_connections)
    return engine


def _mark_lost_connections(context: Any) -> None:
    """A server that shuts down says so with class 57P; the pool drops such connections at once."""
    code = getattr(context.original_exception, "sqlstate", None)
    if code in {"57P01", "57P02", "57P03"}:
        context.is_disconnect = True


def _refuse_closed_connections(connection: Any, *_: object) -> None:
    """A server that went away has closed the connections that lay in the pool: the pool opens another instead.

    The driver knows without asking the server, which `pool_pre_ping` would do before every question.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def is_unavailable(error: BaseException) -> bool:
    """Whether `error` means that the database cannot be had now, rather than that we asked it for nonsense."""
    if isinstance(error, PoolTimeout | ConnectionError | OSError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, InterfaceError | OperationalError | DBAPIError):
        original = error.orig.__cause__ if error.orig is not None else None
        code = str(getattr(original, "sqlstate", "") or getattr(error.orig, "sqlstate", "") or "")
        return code.startswith(("08", "53", "57P")) or "connection is closed" in str(error)
    return str(getattr(error, "sqlstate", "")).startswith(("08", "53", "57P"))


@asynccontextmanager
async def _closed(session: S) -> AsyncIterator[S]:
    """Closes the session in the end, as `async with session` does.

    After a commit it has no connection to give back, and would start a task and a greenlet to find that out.
    """
    try:
        yield session
    finally:
        if session.in_transaction():
            async with session:
                pass
        else:
            session.sync_session.close()


@dataclass
class Database:
    """One database, perhaps with a replica for reading."""

    engine: AsyncEngine
    read_engine: AsyncEngine
    bus: events.Bus = field(default_factory=events.Bus)

    @classmethod
    def connect(cls, url: str, read_url: str | None = None, pool: PoolOptions | None = None) -> "Database":
        """No connection is opened before the first question."""
        pool = pool or PoolOptions()
        engine = create_engine(url, pool)
        return cls(engine=engine, read_engine=create_engine(read_url, pool) if read_url else engine)

    async def close(self) -> None:
        await self.engine.dispose()
        if self.read_engine is not self.engine:
            await self.read_engine.dispose()

    @cached_property
    def _reading(self) -> AsyncEngine:
        """The read engine with an option that takes longer to set than many a question to answer."""
        return self.read_engine.execution_options(postgresql_readonly=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with _closed(ReadSession(self._reading, expire_on_commit=False)) as session:
            with boundaries.registered(session):
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """A session that the caller commits; without a commit everything is rolled back."""
        async with _closed(WriteSession(self.engine, expire_on_commit=False, info={"bus": self.bus})) as session:
            with boundaries.registered(session):
                yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteSession]:
        """A write session that commits when the block ends well and rolls back when it does not."""
        async with self.write() as session:
            yield session
            await session.commit()

    async def ask(self, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[quickly.Record]:
        """The rows of one prebuilt question, by the driver alone (on a replica where one is configured)."""
        return await quickly.run(self.read_engine, statement, parameters)

    async def change(self, statement: Executable, parameters: Mapping[str, Any]) -> Sequence[quickly.Record]:
        """The rows of one prebuilt change that is a whole transaction: it is committed when this returns."""
        return await quickly.run(self.engine, statement, parameters)

    async def ping(self) -> None:
        """Raise what `is_unavailable` knows when the database cannot be reached."""
        async with self.engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    def pool_status(self) -> dict[str, int]:
        """Connections by state: `size`, `in_use`, `idle`."""
        pool: Any = self.engine.pool
        return {"size": pool.size() + max(pool.overflow(), 0), "in_use": pool.checkedout(), "idle": pool.checkedin()}
