"""What is done where words speak of self-harm: nothing is drawn of them, and nothing sent anywhere."""

import secrets

from evoke.domains.journal.schemas import Support, SupportLine
from evoke.domains.visualizations.words import Words
from evoke.platform.care import lines, locales
from evoke.platform.care.locales import Locale
from evoke.platform.generation.local import emotions, gentle
from evoke.platform.generation.ports import Artist, EntryDrawing, Payer, Picture

CALM = ("contentment",)
CALM_INTENSITY = 0.2
CALM_SHAPES = ("slow, wide, even waves",)


def locale_for(accept_language: str | None, spoken: str) -> Locale:
    """What the reader asks for; without that, the language of what they wrote."""
    return locales.locale_of(accept_language) if accept_language else Locale(spoken)


def support(locale: Locale) -> Support:
    """Who listens, for this reader."""
    found = lines.support_for(locale.language, locale.country)
    return Support(
        message=found.message,
        lines=[
            SupportLine(name=line.name, phone=line.phone, text=line.text, url=line.url, hours=line.hours)
            for line in found.lines
        ],
        emergency=" / ".join(found.emergency) or None,
    )


def gentle_words(language: str) -> Words:
    """Instead of an analysis of an entry."""
    calm = gentle.calm_story_analysis(language)
    summary, *insights = (factor.insight for factor in calm.factors)
    return Words(
        summary=summary,
        insights=tuple(insights),
        palette=emotions.palette(CALM, CALM_INTENSITY),
        shapes=CALM_SHAPES,
        language=calm.language,
        is_gentle=True,
    )


async def draw_calm(nearby: Artist, payer: Payer, seed: int | None = None) -> Picture:
    """A quiet picture that knows nothing of what was written; drawn on this machine."""
    drawing = EntryDrawing(
        style="abstract",
        emotions=CALM,
        intensity=CALM_INTENSITY,
        palette=emotions.palette(CALM, CALM_INTENSITY),
        shapes=CALM_SHAPES,
        labels=(),
        language="en",
        seed=secrets.randbelow(2**53) if seed is None else seed,
    )
    return await nearby.draw_entry(drawing, payer)
