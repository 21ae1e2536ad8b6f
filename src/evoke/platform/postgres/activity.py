"""What the server itself knows: its version, how large the database is, which programs are connected."""

from sqlalchemy import text

from evoke.platform.postgres.engine import ReadSession


async def server_version(session: ReadSession) -> int:
    """The version as PostgreSQL counts: 180004 is 18.4."""
    return int(await session.scalar(text("SELECT current_setting('server_version_num')::int")) or 0)


async def has_extension(session: ReadSession, name: str) -> bool:
    """Whether the extension can be created, or was."""
    question = text("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = :name)")
    return bool(await session.scalar(question, {"name": name}))


async def database_bytes(session: ReadSession) -> int:
    return int(await session.scalar(text("SELECT pg_database_size(current_database())")) or 0)


async def seconds_ahead(session: ReadSession, ours: float) -> float:
    """How far the server's clock is ahead of `ours` (seconds since 1970)."""
    return float(await session.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0.0) - ours


async def count_programs(session: ReadSession, prefix: str) -> int:
    """Programs connected to this database whose `application_name` begins with `prefix`; each name counts once."""
    question = text(
        "SELECT count(DISTINCT application_name) FROM pg_stat_activity "
        "WHERE datname = current_database() AND starts_with(application_name, :prefix)"
    )
    return int(await session.scalar(question, {"prefix": prefix}) or 0)


async def has_table(session: ReadSession, name: str) -> bool:
    return await session.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None
