"""How long a drawing will take: what the last ones of its kind took."""

import math

from evoke.domains.visualizations import pace, queries
from evoke.domains.visualizations.tools import Tools
from evoke.platform.generation.ports import Style
from evoke.platform.postgres.engine import ReadSession


async def seconds(session: ReadSession, tools: Tools, kind: str, style: Style) -> int:
    """Whole seconds, at least one: the median of the last of this kind, style and maker, of whoever they were."""
    maker = tools.generators.pictures_by
    measured = await queries.median_seconds(session, kind, style, maker)
    return max(1, math.ceil(pace.DEFAULT_SECONDS[maker] if measured is None else measured))
