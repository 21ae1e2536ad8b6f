"""Feelings and stories drawn while somebody waits for them.

Nothing of the database is held meanwhile. Whoever goes away takes the drawing with them: cancelling reaches the
generator.
"""

import asyncio
import base64
import io
import secrets
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from PIL import Image

from evoke.domains.visualizations import layout, pace, wishes
from evoke.domains.visualizations.service import caring
from evoke.domains.visualizations.tools import Tools
from evoke.domains.visualizations.wishes import Wish
from evoke.platform.care import recognition
from evoke.platform.generation import deadlines
from evoke.platform.generation.errors import GenerationTimedOut
from evoke.platform.generation.local import emotions, gentle, library
from evoke.platform.generation.local.languages import language_of
from evoke.platform.generation.ports import (
    FeelingDrawing,
    Payer,
    Picture,
    Report,
    StoryAnalysis,
    StoryBrief,
    StoryDrawing,
)
from evoke.platform.pictures import colors

T = TypeVar("T")
FEWEST_COLORS, MOST_COLORS = 3, 4
MARGIN_SECONDS = 0.5
"""A generator that knows the deadline ends by itself, and says why; this is for one that does not."""


@dataclass(frozen=True)
class Granted:
    """What became of a wish. `language` is that of its text; `is_gentle` where that speaks of self-harm."""

    picture: Picture
    image_data: str
    colors: tuple[str, ...]
    milliseconds: int
    language: str = "en"
    is_gentle: bool = False
    analysis: StoryAnalysis | None = None


async def silent(_percent: int, _message: str) -> None:
    """A Report that nobody hears."""


async def feeling(tools: Tools, wish: Wish, payer: Payer) -> Granted:
    """Raises PictureServiceDown, GenerationTimedOut, ContentFiltered."""
    started = time.monotonic()
    async with _within(tools.options.feeling_seconds):
        language, speaks = await asyncio.to_thread(_look, wish.text)
        if speaks:
            picture = await caring.draw_calm(tools.nearby, payer, wish.seed)
        else:
            drawing = FeelingDrawing(wish.category, await _feelings(wish, language), _seed(wish))
            picture = await tools.generators.draw_feeling(drawing, payer)
        return await _granted(picture, started, language=language, is_gentle=speaks)


async def story(
    tools: Tools, wish: Wish, payer: Payer, report: Report = silent, *, expected: float | None = None
) -> Granted:
    """Raises TextModelDown, PictureServiceDown, GenerationTimedOut, ContentFiltered. `report` hears how far it is;
    `expected` is how many seconds the like took before."""
    started = time.monotonic()
    seconds = pace.DEFAULT_SECONDS[tools.generators.pictures_by] if expected is None else expected
    async with _within(tools.options.story_seconds):
        await report(pace.READING, "Reading your story")
        language, speaks = await asyncio.to_thread(_look, wish.text)
        if speaks:
            analysis = gentle.calm_story_analysis(language)
            picture = await caring.draw_calm(tools.nearby, payer, wish.seed)
        else:
            brief = StoryBrief(wish.text, wish.category, wish.feelings, language)
            words = tools.generators.analyze_story(brief, payer)
            analysis = await _telling(words, pace.words_step(seconds), report)
            drawing = StoryDrawing(
                stressor=analysis.stressor,
                corners=layout.grouped(analysis.factors),
                language=analysis.language,
                category=wish.category,
                feelings=wish.feelings,
                seed=_seed(wish),
            )
            map_ = tools.generators.draw_story(drawing, payer)
            picture = await _telling(map_, pace.drawing_step(seconds), report)
        await report(pace.STORING, "Finishing")
        granted = await _granted(picture, started, language=analysis.language, is_gentle=speaks)
    return replace(granted, analysis=analysis)


def _look(text: str) -> tuple[str, bool]:
    return language_of(text, "en"), recognition.speaks_of_self_harm(text)


async def _feelings(wish: Wish, language: str) -> tuple[str, ...]:
    """Those that were chosen, else those whose tone the words have."""
    if wish.feelings or not wish.text:
        return wish.feelings
    spoken = await asyncio.to_thread(emotions.in_words, wish.text, library.spoken(language))
    tones = {emotions.TONES[emotion] for emotion in spoken}
    valid = wishes.valid_feelings(wish.category)
    return tuple(feeling for feeling in valid if emotions.FEELING_TONES[feeling] in tones)[:MOST_COLORS]


def _seed(wish: Wish) -> int:
    return secrets.randbelow(2**53) if wish.seed is None else wish.seed


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Raises GenerationTimedOut with the whole of `seconds`, however they were shared among the calls."""
    try:
        with deadlines.within(seconds):
            async with asyncio.timeout(seconds + MARGIN_SECONDS) as timer:
                yield
    except GenerationTimedOut as error:
        raise GenerationTimedOut(timeout_seconds=round(seconds), **_service(error)) from error
    except TimeoutError as error:
        if not timer.expired():
            raise
        raise GenerationTimedOut(timeout_seconds=round(seconds)) from error


def _service(error: GenerationTimedOut) -> dict[str, str]:
    return {"service": error.details["service"]} if "service" in error.details else {}


async def _telling(waiting: Coroutine[Any, Any, T], step: pace.Step, report: Report) -> T:
    """The result of `waiting`; `report` hears every second how far the step must be."""
    task = asyncio.create_task(waiting)
    began = time.monotonic()
    try:
        while not task.done():
            await report(step.percent(time.monotonic() - began), step.message)
            await asyncio.wait([task], timeout=1.0)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _granted(picture: Picture, started: float, *, language: str, is_gentle: bool) -> Granted:
    image_data, found = await asyncio.to_thread(_encode, picture.png)
    return Granted(
        picture=picture,
        image_data=image_data,
        colors=found,
        milliseconds=round((time.monotonic() - started) * 1000),
        language=language,
        is_gentle=is_gentle,
    )


def _encode(png: bytes) -> tuple[str, tuple[str, ...]]:
    with Image.open(io.BytesIO(png)) as image:
        return base64.b64encode(png).decode(), picture_colors(image.convert("RGB"))


def picture_colors(image: Image.Image) -> tuple[str, ...]:
    """Three or four colours of the picture itself (#RRGGBB), the one that covers most first.

    A picture in shades of one or two colours has fewer that the eye tells apart: then shades of it are named, too.
    """
    found = colors.dominant_colors(image, count=MOST_COLORS)
    if len(found) < FEWEST_COLORS:
        reduced = image.quantize(8).convert("RGB")
        counted = sorted(reduced.getcolors() or [], reverse=True)
        shades = ("#{:02X}{:02X}{:02X}".format(*shade) for _, shade in counted if isinstance(shade, tuple))
        found = list(dict.fromkeys([*found, *shades]))[:FEWEST_COLORS]
        found += [found[-1]] * (FEWEST_COLORS - len(found))
    return tuple(found)
