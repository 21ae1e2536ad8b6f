"""Maps of stories: where labels stand, that they fit, that they can be read."""

import io
import random
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from evoke.platform.generation.local import icon_words, icons, palettes
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.local.fonts import FontBook
from evoke.platform.generation.local.sheet import Sheet
from evoke.platform.generation.ports import CENTER, CORNERS, FEELINGS, STORY_SIDE, Payer, Picture, StoryDrawing

ALL = (*FEELINGS["good"], *FEELINGS["bad"])
FOUR = (("High Expectations",), ("Social Comparison",), ("Lack Of Control",), ("Need For Approval",))
STRESSORS = [
    ("Fear Of Public Failure", "en"),
    ("Rechtsschutzversicherungsgesellschaften", "de"),
    ("Kraftfahrzeughaftpflichtversicherungsbeitragsrückerstattungsantrag", "de"),
    ("Страх Оценки", "ru"),
    ("Φόβος Αποτυχίας", "el"),
    ("الخوف من الفشل", "ar"),
    ("פחד מכישלון", "he"),
    ("असफलता का डर", "hi"),
    ("ความกลัวความล้มเหลว", "th"),
    ("Nỗi Sợ Thất Bại", "vi"),
    ("I", "en"),
    ("A Label Of Many Words That Was Never Asked For But Came All The Same", "en"),
]


def drawn(
    stressor: str = "Fear Of Failure",
    corners: tuple[tuple[str, ...], ...] = FOUR,
    *,
    language: str = "en",
    feelings: tuple[str, ...] = ("chill",),
    seed: int = 1,
) -> Picture:
    # No fonts of the machine: what is tested does not depend on them.
    return LocalArtist(FontBook([])).story(StoryDrawing(stressor, corners, language, "not_sure", feelings, seed))


def pixels(picture: Picture) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(picture.png))).astype(np.int16)


def palette(picture: Picture) -> list[tuple[int, int, int]]:
    """Ground, two papers, the deep colour, ink."""
    return [palettes.rgb(name) for name in re.findall(r"#[0-9A-F]{6}", picture.prompt)]


def ink(picture: Picture, point: tuple[float, float]) -> NDArray[np.bool_]:
    """What is written around a point, below the icons."""
    x, y = (share * STORY_SIDE for share in point)
    part = pixels(picture)[round(y) - 80 : round(y) + 80, round(x) - 200 : round(x) + 200]
    return np.abs(part - np.array(palette(picture)[4])).max(axis=2) < 60


def middle_of(found: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the box around what is there, from the middle of the part, as shares of the picture."""
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    across = (columns[0] + columns[-1] + 1) / 2 - found.shape[1] / 2
    down = (rows[0] + rows[-1] + 1) / 2 - found.shape[0] / 2
    return across / STORY_SIDE, down / STORY_SIDE


async def test_it_is_a_png_of_the_promised_size() -> None:
    drawing = StoryDrawing("Fear Of Failure", FOUR, "en", "bad", ("down",), 3)
    picture = await LocalArtist().draw_story(drawing, Payer())
    image = Image.open(io.BytesIO(picture.png))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (STORY_SIDE, STORY_SIDE))
    assert (picture.width, picture.height, picture.made_by) == (STORY_SIDE, STORY_SIDE, "local")
    assert not image.info


def test_the_same_seed_gives_the_same_map_and_another_one_does_not() -> None:
    assert drawn(seed=1).png == drawn(seed=1).png
    assert len({drawn(seed=seed).png for seed in range(5)}) == 5


@pytest.mark.parametrize(("stressor", "language"), STRESSORS)
def test_labels_stand_exactly_on_their_points(stressor: str, language: str) -> None:
    corners = ((stressor,), ("Social Comparison",), ("Q",), (stressor,))
    picture = drawn(stressor, corners, language=language)
    for point in (CENTER, *CORNERS):
        found = ink(picture, point)
        assert found.any()
        across, down = middle_of(found)
        assert abs(across) < 0.004
        assert abs(down) < 0.004
    assert "no font" not in picture.prompt


@pytest.mark.parametrize(("stressor", "language"), STRESSORS)
def test_no_letter_leaves_its_node(stressor: str, language: str) -> None:
    """A seam of clean paper goes round the writing: its ink touches nothing."""
    picture = drawn(stressor, ((stressor,),) * 4, language=language)
    paper = [np.array(color) for color in palette(picture)[1:3]]
    for point in (CENTER, *CORNERS):
        x, y = (round(share * STORY_SIDE) for share in point)
        rows, columns = np.nonzero(ink(picture, point))
        left, right = x - 200 + columns.min() - 5, x - 200 + columns.max() + 6
        top, bottom = y - 80 + rows.min(), y - 80 + rows.max()
        part = pixels(picture)[top : bottom + 1]
        for column in (left, right):
            middle = part[len(part) // 2, column]
            assert any((middle == color).all() for color in paper)


def test_two_labels_share_a_corner_around_its_point() -> None:
    picture = drawn(corners=(("High Expectations",), (), ("Lost Sleep",), ("Need For Approval", "Fear Of Judgment")))
    across, down = middle_of(ink(picture, CORNERS[3]))
    assert abs(across) < 0.004
    assert abs(down) < 0.004
    rows = ink(picture, CORNERS[3]).any(axis=1)
    assert (np.diff(rows.astype(int)) == 1).sum() >= 2, "two labels, two lines at least"
    assert len(re.findall("icons ([^;]*);", picture.prompt)[0].split(", ")) == 5


@pytest.mark.parametrize("empty", range(4))
def test_a_corner_without_labels_is_empty(empty: int) -> None:
    corners = tuple(() if index == empty else group for index, group in enumerate(FOUR))
    picture = drawn(corners=corners)
    x, y = (share * STORY_SIDE for share in CORNERS[empty])
    part = pixels(picture)[round(y) - 92 : round(y) + 92, round(x) - 92 : round(x) + 92]
    assert (part == np.array(palette(picture)[0])).all()


@pytest.mark.parametrize("corners", [(), ((),), (("One Factor",),), (("",), (" \n",), ("Only This",))])
def test_fewer_corners_are_drawn_as_well(corners: tuple[tuple[str, ...], ...]) -> None:
    assert ink(drawn(corners=corners), CENTER).any()


def test_lines_lead_from_the_corners_to_the_middle() -> None:
    picture = drawn(seed=2)
    deep = (pixels(picture) == np.array(palette(picture)[3])).all(axis=2)
    for x, y in CORNERS:
        between = [round((0.5 + (share - 0.5) * 0.53) * STORY_SIDE) for share in (x, y)]
        part = deep[between[1] - 40 : between[1] + 40, between[0] - 40 : between[0] + 40]
        assert part.sum() > 100


@pytest.mark.parametrize("feeling", ALL)
def test_writing_is_read_easily_on_a_light_ground(feeling: str) -> None:
    for other in ALL:
        for seed in range(5):
            chosen = palettes.for_feelings(list(dict.fromkeys((feeling, other))), random.Random(seed))
            assert palettes.contrast(chosen.ink, chosen.first) >= 4.5
            assert palettes.contrast(chosen.ink, chosen.second) >= 4.5
            assert palettes.contrast(chosen.ink, chosen.ground) >= 7
            assert palettes.Tone.of(palettes.named(chosen.ground)).lightness > 92
            assert max(palettes.saturation(color) for color in chosen.colors) <= palettes.MAX_SATURATION


def test_a_map_has_four_colours_and_an_ink() -> None:
    picture = drawn()
    found = pixels(picture).reshape(-1, 3)
    flat = sum((found == color).all(axis=1).mean() for color in palette(picture))
    assert len(set(palette(picture))) == 5
    assert flat > 0.93


@pytest.mark.parametrize("label", ["失败的恐惧", "仕事のプレッシャー", "ሰላም", "Work 仕事"])
def test_what_no_font_can_show_becomes_a_number_and_says_so(label: str) -> None:
    picture = drawn(label, ((label,), ("Social Comparison",), ("Rest", label), (label,)), language="zh")
    assert "no font on hand" in picture.prompt
    assert picture.prompt.endswith("in their places: an icon in the middle, 1, 5, 4.")
    for point in CORNERS:
        assert ink(picture, point).any()
    assert ink(picture, CORNERS[0]).sum() < ink(drawn("1", (("Expectations",),)), CORNERS[0]).sum()


def test_emoji_are_left_out_and_the_words_stay() -> None:
    with_emoji = drawn(corners=(("Late 😀 Nights 👩🏽‍🚀",),))
    assert "emoji left out" in with_emoji.prompt
    assert (ink(with_emoji, CORNERS[0]) == ink(drawn(corners=(("Late Nights",),)), CORNERS[0])).all()


def test_hostile_labels_draw_something() -> None:
    for label in ("\u202eabc", "a\x00b", "\ud800", "🙂", "e" + "\u0301" * 50, "x" * 500, "<b>&amp;</b>", "￿"):
        assert drawn(label, ((label,), (label, label))).width == STORY_SIDE


def test_icons_follow_the_words() -> None:
    dice = random.Random(1)
    for label, icon in (
        ("Work Pressure", "mountain"),
        ("Money Worries", "bell"),
        ("Lack Of Sleep", "moon"),
        ("Familie Und Haus", "home"),
        ("Pérdida De Control", "lock"),
        ("Fear Of Judgment", "eye"),
    ):
        assert icon_words.icon_for(label, (), dice) == icon
    assert icon_words.icon_for("Fear Of Judgment", ("eye",), dice) == "bell"
    assert icon_words.icon_for("仕事", (), dice) in icons.ICONS


@pytest.mark.parametrize("name", icons.ICONS)
def test_every_icon_stays_in_its_circle(name: str) -> None:
    sheet = Sheet(200, fineness=2)
    icons.draw(sheet, name, 0, 0, 0.7, paper=0)
    black = np.asarray(sheet.colored([(255, 255, 255)] * 4 + [(0, 0, 0)]))[:, :, 0] < 128
    rows, columns = np.nonzero(black)
    assert 0.03 < black.mean() < 0.4
    assert np.hypot(rows - 99.5, columns - 99.5).max() < 100 * 0.7 * 1.3


def test_there_are_icons_enough() -> None:
    assert len(icons.ICONS) >= 24
    for text in (Path(icon_words.__file__).read_text(),):
        assert all(f'"{name}"' in text for name in icons.ICONS), "an icon that no word leads to"
