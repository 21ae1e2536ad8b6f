"""The picture of feelings: abstract, symmetrical, of four flat colours.

Every feeling has a language of forms. A picture is a field in the language of one feeling, perhaps seen through a
window, a figure in the middle in that of another, and a ring of small marks in that of a third: chosen feelings blend
by what they lend, and by their colours. Everything follows from the feelings and the seed.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from evoke.platform.generation.local import forms_bad, forms_good, ornaments, palettes, shapes
from evoke.platform.generation.local.palettes import Palette
from evoke.platform.generation.local.sheet import FIRST, SECOND, Sheet, Symmetry
from evoke.platform.generation.local.stage import Stage
from evoke.platform.generation.ports import FEELINGS
from evoke.platform.pictures import colors

_ATTEMPTS = 8

Form = Callable[[Stage], None]


@dataclass(frozen=True)
class Language:
    """What a feeling is drawn with; `energy` is 0 to 1, `symmetries` are those that suit it."""

    field: Form
    figure: Form
    marks: Form
    energy: float
    words: str
    symmetries: tuple[Symmetry, ...] = ("mirror",)


LANGUAGES: Final[dict[str, Language]] = {
    "super_happy": Language(
        forms_good.sunlight, forms_good.sun, ornaments.rays, 0.75, "a sun and its rays", ("mirror", "double")
    ),
    "pumped": Language(
        forms_good.outburst, forms_good.blossom, ornaments.sparks, 0.9, "bursting petals", ("double", "mirror")
    ),
    "cozy": Language(forms_good.quilt, forms_good.nest, ornaments.beads, 0.3, "nested rounded shapes"),
    "chill": Language(
        forms_good.tide, forms_good.pond, ornaments.beads, 0.2, "slow concentric waves", ("mirror", "double")
    ),
    "content": Language(forms_good.meadow, forms_good.rosette, ornaments.leaves, 0.35, "circles that share a part"),
    "fuming": Language(forms_bad.flames, forms_bad.shards, ornaments.thorns, 0.95, "radial shards"),
    "freaked_out": Language(
        forms_bad.splinters,
        forms_bad.vertigo,
        ornaments.thorns,
        0.85,
        "jittered polygons",
        ("mirror", "turn", "double"),
    ),
    "mad_as_hell": Language(forms_bad.jaws, forms_bad.clash, ornaments.bars, 0.9, "wedges that press inwards"),
    "blah": Language(forms_bad.fog, forms_bad.dull_moon, ornaments.bars, 0.15, "layers of fog"),
    "down": Language(forms_bad.rain, forms_bad.teardrop, ornaments.tears, 0.25, "falling drops"),
    "bored_stiff": Language(
        forms_bad.stripes, forms_bad.blank, ornaments.bars, 0.1, "even stripes", ("mirror", "double", "turn")
    ),
}
IN_WORDS: Final[dict[Symmetry, str]] = {
    "mirror": "mirrored left to right",
    "double": "mirrored both ways",
    "turn": "turned by half around the middle",
    "free": "balanced",
}


@dataclass(frozen=True)
class Art:
    """A picture, the palette it was drawn with, its symmetry, and the recipe in words."""

    image: Image.Image
    palette: Palette
    symmetry: Symmetry
    recipe: str


def draw(feelings: Sequence[str], *, category: str, seed: int, side: int) -> Art:
    """Square, of `side` pixels. Feelings nobody knows are passed over; without any, one of the category is drawn."""
    known = chosen(feelings, category, seed)
    # Seeded by text: it is spread over the whole state, and the sign of the number counts.
    dice = random.Random(f"feeling {seed} {' '.join(known)}")  # noqa: S311 - chance for pictures, not for secrets
    palette = palettes.for_feelings(known, dice)
    image, symmetry, words = painted(side, 3, [LANGUAGES[feeling] for feeling in known], palette, dice)
    recipe = (
        f"Abstract pastel art of flat shapes, {IN_WORDS[symmetry]}, of {words}; "
        f"feelings {', '.join(feeling.replace('_', ' ') for feeling in known)}; colours {', '.join(palette.names)}; "
        "no text."
    )
    return Art(image, palette, symmetry, recipe)


def chosen(feelings: Sequence[str], category: str, seed: int) -> list[str]:
    """The feelings in one order, each once."""
    known = [feeling for feeling in LANGUAGES if feeling in feelings]
    if known:
        return known
    all_of_it = FEELINGS.get(category, tuple(LANGUAGES))
    return [all_of_it[seed % len(all_of_it)]]


def painted(
    side: int,
    fineness: int,
    languages: Sequence[Language],
    palette: Palette,
    dice: random.Random,
    *,
    energy: float = -1,
) -> tuple[Image.Image, Symmetry, str]:
    """A picture in these languages, its symmetry, and what was painted.

    `energy` from 0 to 1 takes the place of that of the languages. A throw of the dice that shows too few of the
    colours is thrown again.
    """
    sheet = Sheet(side, fineness=fineness)
    for _ in range(_ATTEMPTS):
        sheet.clear()
        symmetry, words = _composed(sheet, languages, dice, energy)
        if not _is_balanced(sheet):
            continue
        image = sheet.colored(palette.colors)
        if len(colors.dominant_colors(image, count=4)) >= 3:
            break
    else:
        image = sheet.colored(palette.colors)
    return image, symmetry, words


def _composed(sheet: Sheet, languages: Sequence[Language], dice: random.Random, energy: float) -> tuple[Symmetry, str]:
    order = list(languages)
    dice.shuffle(order)
    field, figure, marks = order[-1], order[0], order[len(order) // 2]
    if energy < 0:
        energy = sum(language.energy for language in order) / len(order)
    inks = (FIRST, SECOND) if dice.random() < 0.5 else (SECOND, FIRST)
    stage = Stage(sheet, dice, min(max(energy + dice.uniform(-0.15, 0.15), 0.0), 1.0), *inks)
    # A second feeling is to be seen as well: layouts of a field and a figure.
    layout = dice.choice(_OF_SEVERAL if len(order) > 1 else _OF_ONE)
    layout(stage, field, figure, marks)
    symmetry: Symmetry = "free" if layout is _tiles else dice.choice(figure.symmetries)
    sheet.mirror(symmetry)
    return symmetry, " with ".join(dict.fromkeys(language.words for language in (figure, field, marks)))


def _is_balanced(sheet: Sheet) -> bool:
    """Three colours that are seen, and neither an empty sheet nor one that is all ink."""
    shares = sheet.shares()
    return sum(share >= 0.06 for share in shares) >= 3 and max(shares) <= 0.85


def _emblem(stage: Stage, _field: Language, figure: Language, marks: Language) -> None:
    figure.figure(stage)
    marks.marks(stage)


def _halo(stage: Stage, _field: Language, figure: Language, marks: Language) -> None:
    """A figure on a disc or a tile."""
    power = stage.dice.choice((2.0, 2.0, 5.0))
    stage.sheet.cover(stage.other, shapes.squircle(0, 0, 0.92, 0.92, power))
    with stage.sheet.within(0, 0, 0.74):
        figure.figure(stage)
    marks.marks(stage)


def _window(stage: Stage, field: Language, figure: Language, marks: Language) -> None:
    """The field stands in one large shape, a small figure before it."""
    field.field(stage.swapped())
    kind = stage.dice.choice(("disc", "tile", "arch", "lens"))
    low = 0.0
    if kind == "disc":
        stage.sheet.keep(shapes.circle(0, 0, 0.88))
    elif kind == "tile":
        stage.sheet.keep(shapes.squircle(0, 0, 0.84, 0.84, 5))
    elif kind == "arch":
        stage.sheet.keep(shapes.circle(0, -0.22, 0.68), shapes.box(-0.68, -0.22, 0.68, 0.88))
        low = 0.1
    else:
        lens = shapes.petal(0, -0.92, 0.92, 1.3)
        stage.sheet.keep(lens, shapes.turned(lens, math.pi / 2))
    with stage.sheet.within(0, low, 0.5):
        figure.figure(stage)
    marks.marks(stage)


def _whole(stage: Stage, field: Language, figure: Language, _marks: Language) -> None:
    """A figure before a field that fills the sheet."""
    field.field(stage.swapped())
    with stage.sheet.within(0, 0, stage.between(0.66, 0.9)):
        figure.figure(stage)


def _horizon(stage: Stage, _field: Language, figure: Language, _marks: Language) -> None:
    """A figure, and a veil over its lower part or a disc across it."""
    with stage.sheet.within(0, -0.06, 0.9):
        figure.figure(stage)
    if stage.dice.random() < 0.5:
        stage.sheet.veil(stage.other, shapes.box(-1.1, stage.between(0.1, 0.3), 1.1, 1.1))
    else:
        stage.sheet.veil(stage.other, shapes.circle(0, stage.between(0.75, 0.95), stage.between(0.75, 0.9)))


def _tiles(stage: Stage, field: Language, figure: Language, _marks: Language) -> None:
    """Four small pictures like a chessboard, inks and figures changing places."""
    state = stage.dice.getstate()
    for x, y in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)):
        light = x == y
        if light:
            stage.sheet.cover(stage.other, shapes.moved(shapes.box(-0.5, -0.5, 0.5, 0.5), x, y))
        stage.dice.setstate(state)
        with stage.sheet.within(x, y, 0.45):
            (figure if light else field).figure(stage if light else stage.swapped())


_OF_ONE: Final = (_emblem, _emblem, _halo, _whole, _whole, _window, _horizon, _tiles)
_OF_SEVERAL: Final = (_halo, _whole, _whole, _window, _window, _tiles)
