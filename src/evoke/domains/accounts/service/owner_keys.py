"""The key of each owner, kept wrapped by the master key."""

import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from evoke.domains.accounts import queries
from evoke.kit import boundaries
from evoke.kit.time import Clock, utc_now
from evoke.platform.crypto.errors import WrongKey
from evoke.platform.crypto.keys import Keyring, OwnerKey, master_key_id
from evoke.platform.postgres.engine import Database, ReadSession, WriteSession

MAX_CACHED = 1024
BATCH = 500


@dataclass(frozen=True)
class Report:
    """What `check` found: how many keys there are, under the master key in use, under another known one, unreadable."""

    total: int
    current: int
    previous: int
    unreadable: tuple[uuid.UUID, ...]


class OwnerKeys:
    """Owner keys by owner, made on first need. One for each process.

    `reload` reads the master keys again: they may be replaced while this process runs.
    """

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Clock = utc_now,
        *,
        reload: Callable[[], Keyring] | None = None,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._reload = reload
        self._cached: OrderedDict[uuid.UUID, OwnerKey] = OrderedDict()

    async def get(self, owner_id: uuid.UUID) -> OwnerKey:
        """The owner's key. WrongKey when no master key at hand opens it.

        Uses connections of its own, so call it outside of a transaction; the account has to be committed.
        """
        boundaries.outside_transaction("fetching an owner's key")
        cached = self._cached.get(owner_id)
        if cached is not None:
            self._cached.move_to_end(owner_id)
            return cached
        wrapped = await self._find_or_create(owner_id)
        try:
            key = self._keyring.unwrap(wrapped, context=owner_id.bytes)
        except WrongKey:
            if self._reload is None:
                raise
            self._keyring = self._reload()
            key = self._keyring.unwrap(wrapped, context=owner_id.bytes)
        self._cached[owner_id] = key
        if len(self._cached) > MAX_CACHED:
            self._cached.popitem(last=False)
        return key

    def forget(self, owner_id: uuid.UUID) -> None:
        """Drop the key from memory, for an owner whose data is erased."""
        self._cached.pop(owner_id, None)

    async def _find_or_create(self, owner_id: uuid.UUID) -> bytes:
        # The primary, not a replica: a replica that lags would not have the key that another process just made.
        async with self._database.write() as session:
            found = await queries.find_owner_key(session, owner_id)
        if found is not None:
            return found
        async with self._database.transaction() as session:
            # In this order a rotation either finds the new row, or has put the master key that we read now in place:
            # a key wrapped by one that is about to be forgotten would be lost.
            await queries.await_rotation(session)
            if self._reload is not None:
                self._keyring = self._reload()
            wrapped = self._keyring.wrap(OwnerKey.generate(), context=owner_id.bytes)
            values = {
                "owner_id": owner_id,
                "wrapped_key": wrapped,
                "master_key_id": self._keyring.current.id,
                "created_at": self._clock(),
            }
            if await queries.insert_owner_key(session, values):
                return wrapped
            theirs = await queries.find_owner_key(session, owner_id)
        assert theirs is not None, "a conflict means that there is a row"
        return theirs


async def any_key(session: ReadSession) -> bool:
    """Whether some owner's files depend on a master key."""
    return bool(await queries.owner_keys_after(session, None, 1))


async def rotate_master(session: WriteSession, keyring: Keyring) -> int:
    """Wrap every key anew under `keyring.current`, in the caller's transaction: all or none. How many were changed.

    WrongKey when one of them opens with no key of the ring. Blobs stay as they are.
    """
    await queries.lock_owner_keys(session)
    changed, last = 0, None
    while batch := await queries.owner_keys_after(session, last, BATCH, but_master=keyring.current.id):
        for row in batch:
            row.wrapped_key = keyring.rewrap(row.wrapped_key, context=row.owner_id.bytes)
            row.master_key_id = keyring.current.id
        await session.flush()
        changed, last = changed + len(batch), batch[-1].owner_id
    return changed


async def check(session: ReadSession, keyring: Keyring) -> Report:
    """Try to open every key."""
    total = current = 0
    unreadable: list[uuid.UUID] = []
    last: uuid.UUID | None = None
    while batch := await queries.owner_keys_after(session, last, BATCH):
        for row in batch:
            total += 1
            try:
                keyring.unwrap(row.wrapped_key, context=row.owner_id.bytes)
            except WrongKey:
                unreadable.append(row.owner_id)
                continue
            current += master_key_id(row.wrapped_key) == keyring.current.id
        last = batch[-1].owner_id
    previous = total - current - len(unreadable)
    return Report(total=total, current=current, previous=previous, unreadable=tuple(unreadable))
