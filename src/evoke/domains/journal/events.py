"""What happens in a journal, for whoever stands above: published in the transaction that does it."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class EntryAdded:
    """Somebody wrote an entry, a conversation became one, or one was imported."""

    owner_id: uuid.UUID
    entry_id: uuid.UUID


@dataclass(frozen=True)
class EntryChanged:
    """Words, emotions, intensity or time of an entry are others now."""

    owner_id: uuid.UUID
    entry_id: uuid.UUID


@dataclass(frozen=True)
class EntryDeleted:
    """An entry is gone, with the conversation it came from."""

    owner_id: uuid.UUID
    entry_id: uuid.UUID


@dataclass(frozen=True)
class JournalErased:
    """All that somebody wrote is gone: entries and conversations. What was drawn of them has to go with it."""

    owner_id: uuid.UUID
