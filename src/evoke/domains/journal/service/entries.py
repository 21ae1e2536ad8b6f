"""Entries: write one, look at it, change it, delete it.

Keys come first: an owner's key is fetched over a connection of its own, which must not happen while a transaction is
open. Whoever calls these functions in the middle of one gives the `key` along.
"""

import uuid
from typing import Any

from sqlalchemy import Row

from evoke.domains.accounts.schemas import Actor
from evoke.domains.journal import events, presenting, queries, schemas
from evoke.domains.journal.errors import EntryNotFound
from evoke.domains.journal.fields import check_moment
from evoke.domains.journal.presenting import seal
from evoke.domains.journal.service import days
from evoke.domains.journal.tools import Tools
from evoke.kit import ids
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

_FELT_ON = -1
"""Where `queries.find_for_change` has it."""
_OF_DAYS = {"emotions", "felt_at", "time_zone"}
"""What a change of which may change the emotions of a day. The lock for that comes before the one on the entry: two
requests that took them in different orders would wait for each other for ever."""


async def create(
    session: WriteSession,
    tools: Tools,
    actor: Actor,
    form: schemas.NewEntry,
    *,
    source: schemas.Source = "manual",
    key: OwnerKey | None = None,
) -> dict[str, Any]:
    """The new entry, as the fields of `schemas.Entry`. Raises Invalid for a moment that cannot be."""
    key = key or await tools.keys.get(actor.user_id)
    values = _new(tools, actor, form, key, source)
    day = await queries.insert(session, values, tools.options.time_zone)
    await days.add(session, actor.user_id, day, form.emotions)
    await session.publish(events.EntryAdded(actor.user_id, values["id"]))
    return _shown(values, form)


async def create_quickly(
    database: Database, tools: Tools, actor: Actor, form: schemas.NewEntry
) -> dict[str, Any] | None:
    """The same, committed, where nothing but the entry itself is to be written, which is mostly so.

    None, and nothing written, where its day has to learn of an emotion or somebody wants to hear of it: `create` it.
    """
    if database.bus.hears(events.EntryAdded):
        return None
    values = _new(tools, actor, form, await tools.keys.get(actor.user_id), "manual")
    done = await queries.insert_known(database, values, tools.options.time_zone)
    return _shown(values, form) if done else None


def _new(tools: Tools, actor: Actor, form: schemas.NewEntry, key: OwnerKey, source: schemas.Source) -> dict[str, Any]:
    """The columns."""
    now = tools.clock()
    entry_id = ids.new_id()
    return {
        "owner_id": actor.user_id,
        "id": entry_id,
        "situation": seal(key, entry_id, "situation", form.situation),
        "notes": None if form.notes is None else seal(key, entry_id, "notes", form.notes),
        "emotions": form.emotions,
        "intensity": form.intensity,
        "felt_at": now if form.felt_at is None else check_moment("felt_at", form.felt_at, now=now),
        "time_zone": form.time_zone,
        "source": source,
        "created_at": now,
        "updated_at": now,
    }


def _shown(values: dict[str, Any], form: schemas.NewEntry) -> dict[str, Any]:
    """As `presenting.present` would have it, without reading it back."""
    plain = {"id": str(values["id"]), "situation": form.situation, "notes": form.notes}
    named = ("emotions", "intensity", "created_at", "updated_at", "source", "felt_at", "time_zone")
    pictures = {"has_visualization": False, "visualization_id": None}
    return {**plain, **{name: values[name] for name in named}, **pictures}


async def show(
    session: ReadSession, tools: Tools, actor: Actor, entry_id: uuid.UUID, *, key: OwnerKey | None = None
) -> dict[str, Any]:
    """An entry as the fields of `schemas.Entry`. Raises EntryNotFound, also for somebody else's."""
    key = key or await tools.keys.get(actor.user_id)
    row = await queries.find(session, actor, entry_id)
    if row is None:
        raise EntryNotFound
    return presenting.present(key, row)


async def get(
    session: ReadSession, tools: Tools, actor: Actor, entry_id: uuid.UUID, *, key: OwnerKey | None = None
) -> schemas.Entry:
    """The same for other domains. Raises EntryNotFound."""
    return schemas.Entry.model_validate(await show(session, tools, actor, entry_id, key=key))


async def page(database: Database, tools: Tools, actor: Actor, query: schemas.EntryQuery) -> dict[str, Any]:
    """`schemas.EntryPage` as plain values."""
    key = await tools.keys.get(actor.user_id)
    found = None
    if not query.filters:
        found = await queries.page_of_all(database, actor, query.sort, query.limit, query.offset)
    if found is None:
        async with database.read() as session:
            found = await queries.page(session, actor, query)
    entries = [presenting.present(key, row) for row in found[0]]
    return {"entries": entries, "total": found[1], "limit": query.limit, "offset": query.offset}


async def find_for_change(session: WriteSession, actor: Actor, entry_id: uuid.UUID) -> Row[Any]:
    """The row of an entry (`presenting.COLUMNS`), locked until the transaction ends. Raises EntryNotFound."""
    row = await queries.find_for_change(session, actor, entry_id)
    if row is None:
        raise EntryNotFound
    return row


async def change(
    session: WriteSession, tools: Tools, actor: Actor, entry_id: uuid.UUID, changes: schemas.EntryChanges
) -> dict[str, Any]:
    """The entry after it, as the fields of `schemas.Entry`. Raises EntryNotFound, Invalid."""
    key = await tools.keys.get(actor.user_id)
    now = tools.clock()
    if changes.felt_at is not None:
        check_moment("felt_at", changes.felt_at, now=now)
    if _OF_DAYS & changes.model_fields_set:
        await queries.lock_days(session, actor.user_id)
    row = await find_for_change(session, actor, entry_id)
    before = presenting.present(key, row)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    after = {**before, **given}
    if after == before:
        return before
    after["updated_at"] = now
    moved = any(after[name] != before[name] for name in ("felt_at", "time_zone"))
    values = {
        **{name: after[name] for name in ("emotions", "intensity", "felt_at", "time_zone", "updated_at")},
        "owner_id": actor.user_id,
        "id": entry_id,
        "situation": seal(key, entry_id, "situation", after["situation"]),
        "notes": None if after["notes"] is None else seal(key, entry_id, "notes", after["notes"]),
    }
    day = await queries.update_entry(session, values, moved=moved, default_zone=tools.options.time_zone)
    if moved or set(after["emotions"]) != set(before["emotions"]):
        await days.change(session, actor.user_id, {day, row[_FELT_ON]})
    await session.publish(events.EntryChanged(actor.user_id, entry_id))
    return after


async def delete(session: WriteSession, actor: Actor, entry_id: uuid.UUID) -> None:
    """For good, with the conversation it came from. Raises EntryNotFound."""
    await queries.lock_days(session, actor.user_id)
    day = await queries.delete_entry(session, actor, entry_id)
    if day is None:
        raise EntryNotFound
    await days.change(session, actor.user_id, [day])
    await session.publish(events.EntryDeleted(actor.user_id, entry_id))


async def link_visualization(
    session: WriteSession,
    owner_id: uuid.UUID,
    entry_id: uuid.UUID,
    visualization_id: uuid.UUID | None,
    *,
    ready: bool = False,
) -> bool:
    """Say which picture an entry has, and whether it is there yet; None for none. Whether there is such an entry."""
    return await queries.set_visualization(session, owner_id, entry_id, visualization_id, ready=ready)


async def count(session: ReadSession, owner_id: uuid.UUID) -> int:
    """How many entries somebody has."""
    return await queries.count(session, owner_id)
