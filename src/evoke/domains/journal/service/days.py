"""Keeping the library's days true: which emotions the entries of each day on the wall have.

Photos are searched by them, so they are there when the entry is. Mostly the day of a new entry has its emotions
already; then nothing is to be done, and those who add do not wait for each other. Whoever changes a day is alone with
it: nobody else changes one of this owner (`queries.lock_days`), and nobody relies on what is known of it
(`queries.shut_days`) until the transaction ends.
"""

import uuid
from collections.abc import Collection
from datetime import date

from evoke.domains.journal import queries
from evoke.domains.photos.service import feelings
from evoke.platform.postgres.engine import WriteSession


async def add(session: WriteSession, owner_id: uuid.UUID, day: date, emotions: Collection[str]) -> None:
    """For a new entry with emotions that its day was not known for, or was just being changed."""
    await queries.lock_days(session, owner_id)
    if await queries.known_emotions(session, owner_id, day) >= set(emotions):
        return
    # Those who are adding may go on: they rely on emotions that other entries have, and these stay.
    await _count_anew(session, owner_id, [day])


async def change(session: WriteSession, owner_id: uuid.UUID, days: Collection[date]) -> None:
    """For entries that were changed, deleted or imported. After `queries.lock_days`."""
    await queries.shut_days(session, owner_id, days)
    await _count_anew(session, owner_id, days)


async def _count_anew(session: WriteSession, owner_id: uuid.UUID, days: Collection[date]) -> None:
    for day, emotions in sorted((await queries.emotions_of(session, owner_id, days)).items()):
        await feelings.set_day(session, owner_id, day, emotions)
