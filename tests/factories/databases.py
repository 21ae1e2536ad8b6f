"""Databases of a test's own on the server that all tests share."""

import asyncio
import uuid

import asyncpg

TEMPLATE = "evoke_template"
"""A migrated database without rows."""
PATIENCE_SECONDS = 30


def named(url: str, database: str) -> str:
    """The same server's address for another database."""
    before, question, query = url.partition("?")
    return f"{before.rpartition('/')[0]}/{database}{question}{query}"


async def create(server_url: str, template: str | None = TEMPLATE) -> str:
    """The address of a new database: a copy of `template`, or one that was never migrated."""
    name = f"test_{uuid.uuid4().hex}"
    # Copying files takes half the time of writing each page into the log.
    copy = f"TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
    await execute(server_url, f"CREATE DATABASE {name} {copy}")
    return named(server_url, name)


async def drop(url: str, server_url: str) -> None:
    """Drop the database at `url`, whoever is connected to it.

    Autovacuum's workers are a superuser's, whom our role may not terminate; they are gone in a moment.
    """
    name = url.partition("?")[0].rpartition("/")[2]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return await execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")
            except asyncpg.InsufficientPrivilegeError:
                await asyncio.sleep(0.1)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
