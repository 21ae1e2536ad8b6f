"""What a person set for their journal."""

from sqlalchemy import bindparam, text

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import schemas
from evoke.domains.journal.models import JournalSettings
from evoke.domains.journal.tools import Tools
from evoke.platform.postgres.engine import ReadSession, WriteSession

_FIND = text("""
    SELECT
        (SELECT s.time_zone FROM journal_settings s WHERE s.owner_id = :owner_id) AS chosen,
        (
            SELECT e.time_zone FROM journal_entries e
            WHERE e.owner_id = :owner_id AND e.time_zone IS NOT NULL ORDER BY e.created_at DESC LIMIT 1
        ) AS said
""").bindparams(bindparam("owner_id", type_=JournalSettings.__table__.c.owner_id.type))
_PUT = text("""
    INSERT INTO journal_settings (owner_id, time_zone, updated_at) VALUES (:owner_id, :time_zone, :updated_at)
    ON CONFLICT (owner_id) DO UPDATE SET time_zone = excluded.time_zone, updated_at = excluded.updated_at
""").bindparams(*(bindparam(column.key, type_=column.type) for column in JournalSettings.__table__.c))


async def get(session: ReadSession, tools: Tools, actor: Actor) -> schemas.Settings:
    row = (await session.rows(_FIND, {"owner_id": actor.user_id}))[0]
    return schemas.Settings(time_zone=row.chosen, effective_time_zone=row.chosen or row.said or tools.options.time_zone)


async def put(session: WriteSession, tools: Tools, actor: Actor, chosen: schemas.ChosenSettings) -> schemas.Settings:
    """What is in force from now on. Entries that are there keep the day that they were written for."""
    values = {"owner_id": actor.user_id, "time_zone": chosen.time_zone, "updated_at": tools.clock()}
    await session.execute(_PUT, values)
    return await get(session, tools, actor)


async def find_zone(session: ReadSession, tools: Tools, actor: Actor) -> str:
    """The zone that somebody's days are counted in: chosen, else where they last wrote, else the installation's."""
    return (await get(session, tools, actor)).effective_time_zone
