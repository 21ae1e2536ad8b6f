"""Feelings and stories of somebody who is signed in go into their history: a visualization, and a photo."""

import uuid

import structlog

from evoke.domains.accounts.schemas import Actor
from evoke.domains.photos.service import adding
from evoke.domains.visualizations import events, pace
from evoke.domains.visualizations.models import Visualization
from evoke.domains.visualizations.service import keeping
from evoke.domains.visualizations.service.wishing import Granted
from evoke.domains.visualizations.tools import Tools
from evoke.domains.visualizations.wishes import Wish
from evoke.domains.visualizations.words import Words, seal
from evoke.kit.ids import new_id
from evoke.platform.postgres.engine import Database

log = structlog.get_logger(__name__)


async def remember(database: Database, tools: Tools, actor: Actor, wish: Wish, granted: Granted) -> uuid.UUID | None:
    """The new visualization's id. None where it could not be stored: the drawing is there and was waited for, so a
    full library or disk does not take it away again; the log says what was wrong."""
    try:
        return await _remember(database, tools, actor, wish, granted)
    except Exception as error:
        log.warning("visualizations.not_remembered", reason=type(error).__name__, exc_info=error)
        return None


async def _remember(database: Database, tools: Tools, actor: Actor, wish: Wish, granted: Granted) -> uuid.UUID:
    visualization_id, now, picture = new_id(), tools.clock(), granted.picture
    style = "diagram" if granted.analysis is not None and not granted.is_gentle else "abstract"
    kept = await keeping.keep(
        database,
        tools,
        actor,
        picture.png,
        visualization_id=visualization_id,
        taken_at=now,
        time_zone=None,
        style=style,
        feelings=wish.feelings,
    )
    sealed = seal(await tools.keys.get(actor.user_id), visualization_id, _words(wish, granted))
    async with database.transaction() as session:
        photo, _ = await adding.record(session, tools.library, actor, kept)
        session.add(
            Visualization(
                owner_id=actor.user_id,
                id=visualization_id,
                kind="feeling" if granted.analysis is None else "story",
                style=style,
                status="completed",
                progress=pace.DONE,
                message="Finished",
                version=1,
                seed=wish.seed or 0,
                feelings=list(wish.feelings),
                photo_id=photo.id,
                generated_by=picture.made_by,
                words=sealed,
                retry_allowed=False,
                expected_seconds=0,
                took_seconds=None if granted.is_gentle else granted.milliseconds / 1000,
                created_at=now,
                started_at=now,
                completed_at=now,
            )
        )
        await session.flush()
        await session.publish(events.VisualizationReady(actor.user_id, visualization_id, photo.id, None))
    return visualization_id


def _words(wish: Wish, granted: Granted) -> Words:
    analysis = granted.analysis
    return Words(
        summary=keeping.caption(wish.feelings) if analysis is None else analysis.stressor,
        insights=() if analysis is None else tuple(factor.insight for factor in analysis.factors),
        palette=granted.colors,
        labels=() if analysis is None else tuple(factor.label for factor in analysis.factors),
        language=granted.language,
        prompt=granted.picture.prompt,
        is_gentle=granted.is_gentle,
    )
