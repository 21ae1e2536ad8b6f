"""Looking at visualizations: one, a page, how many."""

import uuid
from typing import Any

from evoke.domains.accounts.schemas import Actor
from evoke.domains.visualizations import errors, presenting, queries, schemas
from evoke.domains.visualizations.service import caring
from evoke.domains.visualizations.tools import Tools
from evoke.domains.visualizations.words import unseal
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.postgres.engine import ReadSession


async def get(
    session: ReadSession,
    tools: Tools,
    actor: Actor,
    visualization_id: uuid.UUID,
    *,
    key: OwnerKey,
    origin: str,
    accept_language: str | None = None,
) -> schemas.Shown:
    """Raises VisualizationNotFound, also for somebody else's. `key` is the owner's, fetched outside of `session`."""
    row = await queries.find(session, actor, visualization_id)
    if row is None:
        raise errors.VisualizationNotFound
    return show(tools, key, row, origin=origin, accept_language=accept_language)


async def page(
    session: ReadSession,
    tools: Tools,
    actor: Actor,
    query: schemas.VisualizationQuery,
    *,
    key: OwnerKey,
    origin: str,
    accept_language: str | None = None,
) -> schemas.VisualizationPage:
    """The newest first; drawings of feelings and stories are among them."""
    rows, total = await queries.page(session, actor, limit=query.limit, offset=query.offset)
    return schemas.VisualizationPage(
        visualizations=[show(tools, key, row, origin=origin, accept_language=accept_language) for row in rows],
        total=total,
        limit=query.limit,
        offset=query.offset,
    )


def show(tools: Tools, key: OwnerKey, row: Any, *, origin: str, accept_language: str | None = None) -> schemas.Shown:
    """A row of `queries.find`."""
    words = unseal(key, row.id, row.words) if row.words is not None else None
    support = None
    if words is not None and words.is_gentle:
        support = caring.support(caring.locale_for(accept_language, words.language))
    return presenting.present(row, words, tools.library.signer, origin=origin, now=tools.clock(), support=support)


async def count(session: ReadSession, owner_id: uuid.UUID) -> int:
    """Pictures that somebody has."""
    return await queries.count_completed(session, owner_id)


async def count_all(session: ReadSession, owner_id: uuid.UUID) -> int:
    """Those that failed or are being drawn, too."""
    return await queries.count_all(session, owner_id)
