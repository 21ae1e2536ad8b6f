"""pgqueuer's queries, run in a transaction of ours."""

import asyncio
from typing import Self

from pgqueuer.adapters.persistence import qb
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import NotifyCallback

from evoke.platform.postgres.engine import WriteSession
from evoke.platform.queue.notices import CHANNEL


def names() -> DBSettings:
    """What pgqueuer's tables, functions and channel are called.

    All of them are given: DBSettings would else take them from variables as common as CHANNEL or FUNCTION, and the
    migration knows these only.
    """
    return DBSettings(
        prefix="",
        db_schema=None,
        channel=Channel(CHANNEL),
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.durable,
        widen_id=False,
    )


NAMES = names()
_ENVIRONMENT = qb.QueryBuilderEnvironment(NAMES)
_QUEUE = qb.QueryQueueBuilder(NAMES)
_SCHEDULER = qb.QuerySchedulerBuilder(NAMES)


class SessionDriver:
    """pgqueuer's `Driver` over a session.

    Going through SQLAlchemy's connection (and not through asyncpg's underneath) matters: SQLAlchemy opens the
    transaction with its first statement, so a statement behind its back could commit by itself.
    """

    def __init__(self, session: WriteSession) -> None:
        self._session = session
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection = await self._session.connection()
        result = await connection.exec_driver_sql(query, args)
        return [dict(row) for row in result.mappings()]

    async def execute(self, query: str, *args: object) -> str:
        connection = await self._session.connection()
        await connection.exec_driver_sql(query, args)
        return ""

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        raise RuntimeError(f"a transaction cannot listen to {channel} for {callback}; see notices.listener")

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        """The session belongs to the caller."""


def queries(session: WriteSession) -> Queries:
    """pgqueuer's queries within the transaction of `session`."""
    return Queries(SessionDriver(session), _ENVIRONMENT, _QUEUE, _SCHEDULER)
