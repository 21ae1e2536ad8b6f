"""The Artist that needs no service: draws on this machine, the same picture for the same brief and seed everywhere."""

import asyncio
import random

from PIL import Image

from evoke.kit.boundaries import outside_transaction
from evoke.platform.generation.local import entry_art, feeling_art, mind_map, palettes
from evoke.platform.generation.local.fonts import FontBook
from evoke.platform.generation.local.sheet import encoded
from evoke.platform.generation.local.writing import Writer
from evoke.platform.generation.ports import (
    FEELING_SIDE,
    STORY_SIDE,
    EntryDrawing,
    FeelingDrawing,
    Payer,
    Picture,
    StoryDrawing,
)


class LocalArtist:
    """Implements `ports.Artist`. It costs nothing, so that the payer is not asked, and it raises no errors of its own.

    A picture takes some tens of milliseconds of one core, in a thread. `fonts` are those of the machine if not given;
    a label that none of them can show is replaced by a number, which `Picture.prompt` says.
    """

    def __init__(self, fonts: FontBook | None = None) -> None:
        self._writer = Writer(fonts or FontBook())

    async def draw_feeling(self, drawing: FeelingDrawing, payer: Payer) -> Picture:  # noqa: ARG002 - the port names the payer
        outside_transaction("drawing")
        return await asyncio.to_thread(self.feeling, drawing)

    async def draw_story(self, drawing: StoryDrawing, payer: Payer) -> Picture:  # noqa: ARG002 - the port names the payer
        outside_transaction("drawing")
        return await asyncio.to_thread(self.story, drawing)

    async def draw_entry(self, drawing: EntryDrawing, payer: Payer) -> Picture:  # noqa: ARG002 - the port names the payer
        outside_transaction("drawing")
        return await asyncio.to_thread(self.entry, drawing)

    def feeling(self, drawing: FeelingDrawing) -> Picture:
        """As `draw_feeling`, in this thread."""
        art = feeling_art.draw(drawing.feelings, category=drawing.category, seed=drawing.seed, side=FEELING_SIDE)
        return _picture(art.image, art.recipe)

    def story(self, drawing: StoryDrawing) -> Picture:
        """As `draw_story`, in this thread."""
        feelings = feeling_art.chosen(drawing.feelings, drawing.category, drawing.seed)
        dice = random.Random(f"story {drawing.seed} {' '.join(feelings)}")  # noqa: S311 - chance for pictures
        palette = palettes.for_feelings(feelings, dice)
        energy = sum(feeling_art.LANGUAGES[feeling].energy for feeling in feelings) / len(feelings)
        drawn = mind_map.draw(
            drawing.stressor, drawing.corners, drawing.language, palette, self._writer, dice, energy=energy
        )
        return _picture(drawn.image, drawn.recipe)

    def entry(self, drawing: EntryDrawing) -> Picture:
        """As `draw_entry`, in this thread."""
        return _picture(*entry_art.draw(drawing, self._writer, STORY_SIDE))


def _picture(image: Image.Image, recipe: str) -> Picture:
    return Picture(png=encoded(image), width=image.width, height=image.height, prompt=recipe, made_by="local")
