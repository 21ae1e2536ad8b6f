"""A picture becomes a photo in its owner's library."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.service import adding
from evoke.domains.photos.service.adding import Drawn, Kept, Received
from evoke.domains.visualizations.tools import Tools
from evoke.platform.postgres.engine import Database

TAG = "visualization"


async def keep(
    database: Database,
    tools: Tools,
    actor: Actor,
    png: bytes,
    *,
    visualization_id: uuid.UUID,
    taken_at: datetime,
    time_zone: str | None,
    style: str,
    feelings: Sequence[str],
) -> Kept:
    """The file at its address; `adding.record` makes the row. Not within a transaction."""
    library = tools.library
    received = Received(
        file_name=f"{taken_at:%Y-%m-%d} {style}.png",
        drawn=Drawn(
            visualization_id=visualization_id,
            taken_at=taken_at,
            time_zone=time_zone,
            tags=(TAG, style),
            caption=caption(feelings),
            feelings=tuple(feelings),
        ),
    )
    async with library.blobs.spool(await library.key_for_writing(actor.user_id)) as spool:
        await spool.write(png)
        return await adding.keep(database, library, actor, spool, received)


def caption(feelings: Sequence[str]) -> str:
    """What the library says of it. Captions are searched, so they are kept in the clear: feelings, and nothing that
    was written."""
    named = [feeling.replace("_", " ") for feeling in feelings]
    if not named:
        return "A drawing of feelings."
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"A drawing of {listed}."
