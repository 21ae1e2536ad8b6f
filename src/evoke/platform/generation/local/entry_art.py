"""The picture of a journal entry: abstract art, a map of its labels, or a landscape that stands for how it was."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from evoke.platform.generation.local import feeling_art, mind_map, palettes, scenes
from evoke.platform.generation.local.palettes import Palette
from evoke.platform.generation.local.sheet import FIRST, SECOND, Sheet
from evoke.platform.generation.local.stage import Stage
from evoke.platform.generation.local.writing import Writer
from evoke.platform.generation.ports import EntryDrawing

Part = Callable[[Stage], None]

_FEELING_OF: Final[dict[str, str]] = {
    "joy": "super_happy",
    "sadness": "down",
    "anger": "fuming",
    "fear": "freaked_out",
    "disgust": "blah",
    "surprise": "pumped",
    "anxiety": "freaked_out",
    "contentment": "content",
    "frustration": "mad_as_hell",
    "excitement": "pumped",
}
_FEELING_OF_SHAPE: Final[dict[str, str]] = {
    "cozy": "round circle curve soft nest shell arch",
    "chill": "wave ripple water flow spiral concentric ring swirl",
    "content": "overlap bloom lotus loop leaf balance",
    "super_happy": "sun ray light glow beam",
    "pumped": "petal flower burst star spark explo",
    "fuming": "flame fire sharp spike thorn jagged blade",
    "freaked_out": "polygon fragment shard crack broken scatter triangle",
    "mad_as_hell": "wedge chevron block zigzag angular arrow cross",
    "blah": "cloud fog mist haze blur",
    "down": "drop tear rain fall droop",
    "bored_stiff": "line stripe bar grid square rectang",
}


@dataclass(frozen=True)
class Scene:
    """What an emotion looks like as a landscape; one of each is taken."""

    land: tuple[Part, ...]
    light: tuple[Part, ...]
    air: tuple[Part, ...]


SCENES: Final[dict[str, Scene]] = {
    "joy": Scene((scenes.hill_and_tree, scenes.sea), (scenes.high_sun,), (scenes.birds, scenes.balloons)),
    "sadness": Scene((scenes.sea, scenes.hill_and_tree), (scenes.low_sun, scenes.moon), (scenes.rainfall,)),
    "anger": Scene((scenes.sea, scenes.ridges), (scenes.low_sun, scenes.overcast), (scenes.thunder,)),
    "fear": Scene((scenes.bare_forest, scenes.ridges), (scenes.moon,), (scenes.mist, scenes.thunder)),
    "disgust": Scene((scenes.bare_forest, scenes.ridges), (scenes.overcast,), (scenes.mist,)),
    "surprise": Scene((scenes.ridges, scenes.sea), (scenes.moon,), (scenes.shooting_stars,)),
    "anxiety": Scene(
        (scenes.winding_path, scenes.bare_forest), (scenes.moon, scenes.overcast), (scenes.wind, scenes.mist)
    ),
    "contentment": Scene((scenes.hill_and_tree, scenes.sea), (scenes.low_sun, scenes.high_sun), (scenes.birds,)),
    "frustration": Scene((scenes.winding_path, scenes.ridges), (scenes.overcast, scenes.low_sun), (scenes.wind,)),
    "excitement": Scene((scenes.ridges, scenes.hill_and_tree), (scenes.high_sun,), (scenes.balloons, scenes.birds)),
}
_WITHOUT_EMOTION: Final = Scene((scenes.sea, scenes.ridges), (scenes.low_sun,), (scenes.clouds,))
_LAND_OF_SHAPE: Final[dict[str, Part]] = {
    "wave sea water ocean river": scenes.sea,
    "mountain peak ridge climb": scenes.ridges,
    "path road way bridge": scenes.winding_path,
    "tree leaf branch root": scenes.hill_and_tree,
    "forest wood thorn": scenes.bare_forest,
}


def draw(drawing: EntryDrawing, writer: Writer, side: int) -> tuple[Image.Image, str]:
    """Square, of `side` pixels (the map always of 1024), and its recipe. Emotions nobody knows are passed over."""
    emotions = [emotion for emotion in drawing.emotions if emotion in _FEELING_OF]
    dice = random.Random(  # noqa: S311 - chance for pictures, not for secrets
        f"entry {drawing.style} {drawing.seed} {' '.join(emotions)} {drawing.intensity:.3f}"
    )
    palette = palettes.for_entry(drawing.palette, emotions, dice)
    energy = min(max(drawing.intensity, 0.0), 1.0)
    if drawing.style == "diagram":
        return _diagram(drawing, palette, writer, dice, energy)
    if drawing.style == "metaphor":
        return _metaphor(drawing, emotions, palette, dice, energy, side)
    return _abstract(drawing, emotions, palette, dice, energy, side)


def _abstract(
    drawing: EntryDrawing, emotions: Sequence[str], palette: Palette, dice: random.Random, energy: float, side: int
) -> tuple[Image.Image, str]:
    feelings = [_FEELING_OF[emotion] for emotion in emotions]
    feelings += [feeling for feeling, stems in _FEELING_OF_SHAPE.items() if _speaks_of(drawing.shapes, stems)]
    languages = [feeling_art.LANGUAGES[feeling] for feeling in dict.fromkeys(feelings or ["content"])]
    image, symmetry, words = feeling_art.painted(side, 2, languages, palette, dice, energy=energy)
    recipe = (
        f"Abstract art of flat shapes, {feeling_art.IN_WORDS[symmetry]}, of {words}; {_felt(emotions, energy)}; "
        f"colours {', '.join(palette.names)}; no text."
    )
    return image, recipe


def _diagram(
    drawing: EntryDrawing, palette: Palette, writer: Writer, dice: random.Random, energy: float
) -> tuple[Image.Image, str]:
    """The first label in the middle, the others around it."""
    middle, others = (drawing.labels[0], drawing.labels[1:5]) if drawing.labels else ("", ())
    drawn = mind_map.draw(
        middle, [(label,) for label in others], drawing.language, palette, writer, dice, energy=energy
    )
    return drawn.image, drawn.recipe


def _metaphor(
    drawing: EntryDrawing, emotions: Sequence[str], palette: Palette, dice: random.Random, energy: float, side: int
) -> tuple[Image.Image, str]:
    found = [SCENES[emotion] for emotion in emotions] or [_WITHOUT_EMOTION]
    wished = [land for stems, land in _LAND_OF_SHAPE.items() if _speaks_of(drawing.shapes, stems)]
    land = dice.choice(wished or found[0].land)
    light = dice.choice(found[len(found) // 2].light)
    air = dice.choice(found[-1].air)
    sheet = Sheet(side, fineness=2)
    stage = Stage(sheet, dice, energy, *((FIRST, SECOND) if dice.random() < 0.5 else (SECOND, FIRST)))
    light(stage)
    for part in (air, land) if air in _BEHIND else (land, air):
        part(stage)
    words = ", ".join(part.__name__.replace("_", " ") for part in (land, light, air))
    recipe = (
        f"A simple landscape of flat shapes: {words}; {_felt(emotions, energy)}; colours {', '.join(palette.names)}; "
        "no text."
    )
    return sheet.colored(palette.colors), recipe


_BEHIND: Final = (scenes.clouds, scenes.thunder, scenes.balloons, scenes.shooting_stars, scenes.birds, scenes.mist)


def _felt(emotions: Sequence[str], energy: float) -> str:
    return f"emotions {', '.join(emotions) or 'none named'} at {energy:.0%}"


def _speaks_of(descriptions: Sequence[str], stems: str) -> bool:
    words = [word.strip(".,;:") for description in descriptions for word in description.casefold().split()]
    return any(word.startswith(stem) for word in words for stem in stems.split())
