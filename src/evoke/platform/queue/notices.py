"""Notices between processes: there is work, stop working on this.

They use pgqueuer's channel and its form of messages, since its trigger is what tells of new rows. A notice may
be lost (a connection that broke, a pooler in between), so whoever listens also looks from time to time.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from evoke.kit.time import rfc3339, utc_now
from evoke.platform.postgres import listening
from evoke.platform.postgres.engine import WriteSession

CHANNEL = "ch_pgqueuer"
IDS_A_NOTICE = 300  # a notice may have `listening.MAX_BYTES`

log = structlog.get_logger(__name__)


async def tell_cancelled(session: WriteSession, ids: Sequence[int]) -> None:
    """Tell the workers that what these pointers stand for is no longer wanted, once the transaction commits."""
    for start in range(0, len(ids), IDS_A_NOTICE):
        await _tell(session, {"type": "cancellation_event", "ids": list(ids[start : start + IDS_A_NOTICE])})


async def tell_work(session: WriteSession) -> None:
    """Tell the workers to look for work, once the transaction commits. For changes that pgqueuer's trigger
    does not announce; it does announce new pointers."""
    await _tell(session, {"type": "table_changed_event", "operation": "update", "table": "pgqueuer"})


async def _tell(session: WriteSession, notice: dict[str, Any]) -> None:
    text = orjson.dumps({**notice, "channel": CHANNEL, "sent_at": rfc3339(utc_now())}).decode()
    await listening.tell(session, CHANNEL, text)


def listener(
    engine: AsyncEngine, *, on_work: Callable[[], None], on_cancelled: Callable[[Sequence[int]], None]
) -> listening.Listener:
    """Hears notices. `on_work()` is also called after each connecting: nobody knows what was said before. Callbacks
    must not block."""

    def hear(text: str) -> None:
        try:
            notice = orjson.loads(text)
            if notice["type"] == "cancellation_event":
                on_cancelled([int(id_) for id_ in notice["ids"]])
            elif notice["type"] == "table_changed_event" and notice["operation"] in ("insert", "update"):
                on_work()
        except (ValueError, KeyError, TypeError):
            log.warning("queue.notice_not_understood", payload=text[:200])

    return listening.Listener(engine, CHANNEL, on_notice=hear, on_connected=on_work)
