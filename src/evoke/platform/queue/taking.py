"""How a worker gets pointers."""

import uuid
from collections.abc import Iterable
from datetime import timedelta

from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter

from evoke.platform.postgres.engine import WriteSession
from evoke.platform.queue import package
from evoke.platform.queue.pointers import Pointer

# Limits are the worker's own business: it asks for as many as it has room for.
_UNLIMITED = EntrypointExecutionParameter(concurrency_limit=0)


async def take(
    session: WriteSession, worker: uuid.UUID, *, queues: Iterable[str], limit: int, heartbeat_timeout: float
) -> list[Pointer]:
    """Up to `limit` pointers that are due, the highest priority first, then the oldest.

    They are `worker`'s once the transaction commits. Pointers whose worker has been silent for
    `heartbeat_timeout` seconds are taken as well; what they stand for may have been begun.
    """
    jobs = await package.queries(session).dequeue(
        batch_size=limit,
        entrypoints={QueueEntrypoint(queue): _UNLIMITED for queue in queues},
        queue_manager_id=QueueManagerId(worker),
        global_concurrency_limit=None,
        heartbeat_timeout=timedelta(seconds=heartbeat_timeout),
    )
    return [Pointer(id=job.id, queue=job.entrypoint, payload=job.payload or b"") for job in jobs]
