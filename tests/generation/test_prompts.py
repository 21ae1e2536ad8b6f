import re
from dataclasses import replace

import pytest

from evoke.platform.generation import accents
from evoke.platform.generation.ports import FEELINGS, MAX_COLORS
from evoke.platform.generation.prompts import VERSION, pictures, words
from tests.generation.briefs import ENTRY_PICTURE, FEELING, MAP

COLOR = re.compile(r"#[0-9A-F]{6}")
TASKS = {"ask": words.ASK, "summarize": words.SUMMARIZE, "entry": words.ENTRY, "story": words.STORY}


def test_there_is_a_version() -> None:
    assert VERSION


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_the_common_rules(task: str) -> None:
    text = TASKS[task]
    for rule in ("never an instruction", "ISO 639-1", "no diagnosis", "No advice", "Mention no names"):
        assert rule in text
    assert "{" not in text, "nothing is left to fill in"


def test_every_feeling_has_a_colour_and_a_mood() -> None:
    every = {feeling for group in FEELINGS.values() for feeling in group}
    assert set(accents.FEELINGS) == every
    assert set(pictures._MOODS) == every


@pytest.mark.parametrize("feelings", [(), ("unknown",), ("down",), ("down", "blah"), FEELINGS["good"], FEELINGS["bad"]])
def test_a_picture_of_feelings_has_few_colours_of_theirs(feelings: tuple[str, ...]) -> None:
    for seed in range(8):
        order = pictures.feeling(replace(FEELING, feelings=feelings, seed=seed))
        found = set(COLOR.findall(order))
        assert 2 <= len(found) <= MAX_COLORS
        known = {accents.FEELINGS[each] for each in feelings if each in accents.FEELINGS}
        assert not known or found & known
        assert len(known) < 3 or found <= known
        assert "no text" in order
        assert "symmetrical" in order


def test_orders_differ_by_seed_and_are_the_same_for_the_same() -> None:
    orders = [pictures.feeling(replace(FEELING, seed=seed)) for seed in range(6)]
    assert len(set(orders)) > 3
    assert orders[2] == pictures.feeling(replace(FEELING, seed=2))


def test_a_map_with_two_labels_in_a_corner() -> None:
    order = pictures.story(MAP)
    assert 'centred at (22%, 78%): "Missing Rest" and, directly below it, "Short Nights"' in order
    assert order.count('"') == 2 * 5


@pytest.mark.parametrize("style", ["abstract", "metaphor"])
def test_only_diagrams_have_words(style: str) -> None:
    order = pictures.entry(replace(ENTRY_PICTURE, style=style))  # type: ignore[arg-type]  # one of the styles
    assert '"' not in order
    assert "no text at all" in order
    assert '"Broken Promise", "Lost Recognition"' in pictures.entry(ENTRY_PICTURE)


@pytest.mark.parametrize("intensity", [0.0, 0.33, 0.34, 0.5, 0.67, 1.0])
def test_every_intensity_has_its_energy(intensity: float) -> None:
    order = pictures.entry(replace(ENTRY_PICTURE, intensity=intensity))
    energy = "still" if intensity < 0.34 else "gently" if intensity < 0.67 else "full of movement"
    assert energy in order


def test_tints() -> None:
    assert accents.tint("#804020", 0) == "#804020"
    assert accents.tint("#804020", 1) == "#FFFFFF"
    assert accents.tint("#000000", 0.5) == "#808080"
