"""What is told to whoever follows a visualization, as the database carries it between processes."""

import uuid
from dataclasses import dataclass

import orjson

from evoke.platform.postgres import listening
from evoke.platform.postgres.engine import WriteSession

CHANNEL = "evoke_visualizations"
FINISHED = frozenset({"completed", "failed", "deleted"})
MAX_MESSAGE = 500


@dataclass(frozen=True)
class State:
    """How a visualization stands. A higher `version` is news; `deleted` has the highest there can be."""

    owner_id: uuid.UUID
    id: uuid.UUID
    version: int
    status: str
    progress: int
    message: str

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @classmethod
    def deleted(cls, owner_id: uuid.UUID, id_: uuid.UUID) -> "State":
        return cls(owner_id, id_, 2**31 - 1, "deleted", 0, "It was deleted.")


async def tell(session: WriteSession, state: State) -> None:
    """Heard once the transaction commits."""
    values = [
        str(state.owner_id),
        str(state.id),
        state.version,
        state.status,
        state.progress,
        state.message[:MAX_MESSAGE],
    ]
    await listening.tell(session, CHANNEL, orjson.dumps(values).decode())


def read(text: str) -> State | None:
    """None for what is no notice of ours."""
    try:
        owner_id, id_, version, status, progress, message = orjson.loads(text)
        return State(uuid.UUID(owner_id), uuid.UUID(id_), int(version), str(status), int(progress), str(message))
    except (ValueError, TypeError, AttributeError):
        return None
