"""Pictures of journal entries in every style."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from evoke.platform.generation.local import entry_art, palettes, scenes
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.local.fonts import FontBook
from evoke.platform.generation.ports import EMOTIONS, MAX_COLORS, STORY_SIDE, EntryDrawing, Payer, Picture, Style
from evoke.platform.pictures import colors

STYLES: tuple[Style, ...] = ("abstract", "diagram", "metaphor")
ARTIST = LocalArtist(FontBook([]))


def drawn(
    style: Style,
    *emotions: str,
    intensity: float = 0.5,
    seed: int = 1,
    palette: tuple[str, ...] = (),
    shapes: tuple[str, ...] = (),
    labels: tuple[str, ...] = ("A Long Day", "Short Night", "Lost Words"),
) -> Picture:
    return ARTIST.entry(EntryDrawing(style, emotions, intensity, palette, shapes, labels, "en", seed))


def image(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.png))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("emotion", EMOTIONS)
async def test_every_emotion_in_every_style(style: Style, emotion: str) -> None:
    drawing = EntryDrawing(style, (emotion,), 0.6, ("#D4C4E8", "#A8E6CF"), (), ("One Label",), "en", 8)
    picture = await ARTIST.draw_entry(drawing, Payer())
    opened = image(picture)
    assert (opened.format, opened.mode, opened.size) == ("PNG", "RGB", (STORY_SIDE, STORY_SIDE))
    assert (picture.width, picture.height, picture.made_by) == (STORY_SIDE, STORY_SIDE, "local")
    assert not opened.info
    assert ARTIST.entry(drawing).png == picture.png


@pytest.mark.parametrize("style", STYLES)
def test_seeds_and_styles_differ(style: Style) -> None:
    assert len({drawn(style, "joy", seed=seed).png for seed in range(4)}) == 4


@pytest.mark.parametrize("style", ["abstract", "metaphor"])
def test_intensity_changes_what_is_seen(style: Style) -> None:
    calm, wild = (np.asarray(image(drawn(style, "anger", intensity=amount))) for amount in (0.05, 0.95))
    assert (calm != wild).any(axis=2).mean() > 0.05


def test_a_rough_sea_is_rougher() -> None:
    """The edge between light and water is longer when the feeling was strong."""

    def coast(intensity: float) -> int:
        picture = drawn("metaphor", "sadness", intensity=intensity, shapes=("waves of the sea",))
        assert "sea" in picture.prompt
        gray = np.asarray(image(picture).convert("L")).astype(int)[600:]
        return int((np.abs(np.diff(gray, axis=1)) > 3).sum())

    assert coast(1.0) > coast(0.0) * 1.5


@pytest.mark.parametrize("style", ["abstract", "metaphor"])
@pytest.mark.parametrize(
    "palette", [(), ("#FF0000",), ("#FF0000", "#00FF00", "#0000FF", "#000000"), ("#FFFFFF", "#FFFFFF")]
)
def test_colours_stay_few_and_muted(style: Style, palette: tuple[str, ...]) -> None:
    for seed in range(3):
        picture = drawn(style, "joy", "fear", seed=seed, palette=palette)
        counted = image(picture).getcolors(STORY_SIDE**2) or []
        flat = [color for count, color in counted if count >= STORY_SIDE**2 / 100]
        assert 2 <= len(flat) <= MAX_COLORS
        assert sum(count for count, color in counted if color in flat) > 0.85 * STORY_SIDE**2
        assert max(palettes.saturation(color) for color in flat) <= palettes.MAX_SATURATION
        assert len(colors.dominant_colors(image(picture), count=4)) >= 3


def test_the_palette_of_the_analysis_is_kept_to() -> None:
    wished = ("#A8C6E6", "#E6C6A8")
    picture = drawn("abstract", "joy", palette=wished)
    for color in wished:
        named = [name.strip() for name in picture.prompt.split("colours ")[1].split(";")[0].split(",")]
        assert min(palettes.Tone.of(color).distance(palettes.Tone.of(name)) for name in named) < 10


def test_words_about_shapes_choose_forms() -> None:
    assert "even stripes" in "".join(
        drawn("abstract", shapes=("even horizontal stripes",), seed=seed).prompt for seed in range(3)
    )
    assert "winding path" in drawn("metaphor", "joy", shapes=("A long road.",)).prompt


def test_a_diagram_names_its_labels() -> None:
    picture = drawn("diagram", "anxiety", labels=("Exam", "Sleep", "Parents", "Money", "Friends"))
    for label in ("Exam", "Sleep", "Parents", "Money", "Friends"):
        assert f"“{label}”" in picture.prompt
    assert drawn("diagram", "anxiety", labels=()).width == STORY_SIDE


def test_every_part_of_a_landscape_is_painted() -> None:
    parts = {
        part for scene in entry_art.SCENES.values() for part in itertools.chain(scene.land, scene.light, scene.air)
    }
    public = {value for name, value in vars(scenes).items() if callable(value) and not name.startswith("_")}
    mine = {value for value in public if getattr(value, "__module__", "") == scenes.__name__}
    assert mine - parts == {scenes.clouds}, "clouds are for entries without emotions"


@pytest.mark.parametrize("emotions", [(), ("no_such_emotion",), EMOTIONS])
@pytest.mark.parametrize("intensity", [-1.0, 0.0, 1.0, 7.0])
def test_odd_briefs_are_drawn(emotions: tuple[str, ...], intensity: float) -> None:
    for style in ("abstract", "metaphor"):
        assert drawn(style, *emotions, intensity=intensity).width == STORY_SIDE
