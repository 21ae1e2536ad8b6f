"""Looks at what Evoke talks to: the database, the storage, Redis."""

import asyncio
import time
from collections.abc import AsyncIterator

from evoke.bootstrap import database_server
from evoke.cli import session
from evoke.cli.doctor.findings import Finding, fail, ok, warn
from evoke.kit.errors import EvokeError
from evoke.platform.blobs import connect
from evoke.platform.limits import RedisCounter
from evoke.platform.postgres import activity, migrate
from evoke.platform.postgres.engine import Database, PoolOptions, ReadSession
from evoke.settings import Settings

OLDEST_POSTGRES = 180_000
PATIENCE = 20.0
CLOCKS_APART = 5.0
START_POSTGRES = "Set DATABASE_URL to a PostgreSQL 18 server with pgvector that runs, or unset it for the embedded one."


async def database(settings: Settings) -> AsyncIterator[Finding]:
    """Starts the embedded server for a moment when it is not running."""
    try:
        async with asyncio.timeout(PATIENCE * 5), database_server(settings) as url:
            opened = Database.connect(url, pool=PoolOptions(size=1, overflow=0, wait=PATIENCE))
            try:
                async with opened.read() as reading:
                    async for finding in _questions(reading):
                        yield finding
                yield await _schema(url)
            finally:
                await opened.close()
    except EvokeError as error:
        yield fail("database", error.message, START_POSTGRES)
    except Exception as error:  # whatever a driver or a resolver may raise
        yield fail("database", f"It cannot be reached: {_said(error)}", START_POSTGRES)


async def _questions(reading: ReadSession) -> AsyncIterator[Finding]:
    number = await activity.server_version(reading)
    version = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number < OLDEST_POSTGRES:
        yield fail("database", f"{version} is too old.", "Evoke needs PostgreSQL 18 or newer.")
    else:
        yield ok("database", version)
    if await activity.has_extension(reading, "vector"):
        yield ok("pgvector", "available")
    else:
        mend = "Install pgvector on the server; the image pgvector/pgvector:pg18 has it."
        yield fail("pgvector", "The server has no extension named vector.", mend)
    apart = await activity.seconds_ahead(reading, time.time())
    if abs(apart) > CLOCKS_APART:
        mend = "Let both machines set their clocks by NTP."
        yield warn("clocks", f"The server's clock is {apart:+.0f} seconds from ours.", mend)
    workers = await activity.count_programs(reading, session.WORKER_NAME)
    yield ok("workers", f"{workers} connected" if workers else "none running; `evoke serve` starts them")


async def _schema(url: str) -> Finding:
    current = await migrate.current(url)
    if current == migrate.head():
        return ok("schema", str(current))
    try:
        pending = await migrate.pending(url)
    except EvokeError as error:
        return fail("schema", error.message, "Run the version of Evoke that the database was migrated by.")
    return warn("schema", f"{session.plural(len(pending), 'migration')} to apply.", "Run: evoke migrate")


async def storage(settings: Settings) -> Finding:
    """A folder or a bucket: written to, read from, deleted from."""
    place = settings.blobs_url
    try:
        store = connect.open_store(
            place, scratch_folder=settings.data_dir / "uploads", options=settings.storage.options
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await store.check_writable()
        finally:
            store.close()
    except EvokeError as error:
        reason = str(error.__cause__ or "")
        mend = "Check EVOKE_STORAGE__URL and EVOKE_STORAGE__OPTIONS, and that this user may write there."
        return fail("storage", f"{place}: {error.message} {reason}".strip(), mend)
    except TimeoutError:
        return fail("storage", f"{place} gave no answer in {PATIENCE:g} seconds.", "Check EVOKE_STORAGE__URL.")
    return ok("storage", f"{place}, {'encrypted' if settings.storage.encrypt else 'NOT encrypted'}")


async def redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return ok("redis", "not configured: rate limits count in memory, which is right for one API process")
    try:
        counter = RedisCounter(settings.redis_url.get_secret_value())
        try:
            async with asyncio.timeout(PATIENCE / 4):
                await counter.add("evoke:doctor", 1)
        finally:
            await counter.close()
    except Exception as error:  # whatever the client may raise, also for an address that is none
        mend = "Start Redis, set REDIS_URL right, or unset it. Until then rate limits count in each process alone."
        return warn("redis", f"It does not answer: {_said(error)}", mend)
    return ok("redis", "answers")


def _said(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error) or type(error).__name__
