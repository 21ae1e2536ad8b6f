"""What every generator keeps to, whoever made it."""

import inspect
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PIL import Image

from evoke.kit.boundaries import registered
from evoke.platform.generation.gemini.analyst import GeminiAnalyst
from evoke.platform.generation.gemini.artist import GeminiArtist
from evoke.platform.generation.local.analyst import LocalAnalyst
from evoke.platform.generation.local.artist import LocalArtist
from evoke.platform.generation.ports import (
    EMOTIONS,
    FEELING_SIDE,
    FEELINGS,
    MAX_COLORS,
    STORY_SIDE,
    Analyst,
    Artist,
    Maker,
    Picture,
)
from evoke.platform.generation.switch import Generators
from tests.factories.generators import FakeAnalyst, FakeArtist
from tests.generation.briefs import CONVERSATION, ENTRY, ENTRY_PICTURE, FEELING, MAP, PAYER, STORY, TURNS
from tests.generation.conftest import Open


@dataclass
class Generator:
    analyst: Analyst
    artist: Artist
    maker: Maker


def _gemini(request: pytest.FixtureRequest) -> Generator:
    provider = request.getfixturevalue("open_gemini")()
    return Generator(provider.analyst, provider.artist, "gemini")


def _local(request: pytest.FixtureRequest) -> Generator:
    return Generator(LocalAnalyst(), LocalArtist(), "local")


def _fake(request: pytest.FixtureRequest) -> Generator:
    return Generator(FakeAnalyst(), FakeArtist(), "local")


def _switched(request: pytest.FixtureRequest) -> Generator:
    gemini = _gemini(request)
    both = Generators(
        "auto",
        "local",
        gemini_analyst=gemini.analyst,
        gemini_artist=gemini.artist,
        local_analyst=FakeAnalyst(),
        local_artist=FakeArtist(),
    )
    return Generator(both, both, "gemini")


@pytest.fixture(params=[_gemini, _local, _fake, _switched], ids=["gemini", "local", "fake", "switch"])
def generator(request: pytest.FixtureRequest, open_gemini: Open) -> Generator:
    found: Generator = request.param(request)
    return found


def words(label: str) -> int:
    return len(label.split())


def is_title_case(label: str) -> bool:
    return all(not word[0].islower() for word in label.split())


@pytest.mark.parametrize("asked", [0, 1])
async def test_there_are_two_questions_at_least(generator: Generator, asked: int) -> None:
    found = await generator.analyst.ask(replace(CONVERSATION, turns=TURNS[:asked]), PAYER)
    assert not found.is_complete
    assert found.made_by == generator.maker
    for scenario in found.scenarios:
        assert scenario.question.strip()
        assert 2 <= len(scenario.options) <= 5
        assert len({option.text for option in scenario.options}) == len(scenario.options)
        for option in scenario.options:
            assert option.text.strip()
            assert set(option.emotion_indicators) <= set(EMOTIONS)


async def test_there_are_five_questions_at_most(generator: Generator) -> None:
    found = await generator.analyst.ask(replace(CONVERSATION, turns=TURNS + TURNS[:2]), PAYER)
    assert found.is_complete
    assert found.made_by == generator.maker


async def test_a_conversation_is_summarized(generator: Generator) -> None:
    found = await generator.analyst.summarize(replace(CONVERSATION, turns=TURNS), ("anger", "sadness"), 0.8, PAYER)
    assert 0 < len(found.situation) <= 5000
    assert found.text.strip()
    assert 1 <= len(found.insights) <= 5
    assert found.made_by == generator.maker


@pytest.mark.parametrize("style", ["abstract", "diagram", "metaphor"])
async def test_an_entry_is_analyzed(generator: Generator, style: Any) -> None:
    found = await generator.analyst.analyze_entry(replace(ENTRY, style=style), PAYER)
    assert found.summary.strip()
    assert 1 <= len(found.insights) <= 5
    assert 2 <= len(found.palette) <= MAX_COLORS
    assert all(len(color) == 7 and color[0] == "#" and int(color[1:], 16) >= 0 for color in found.palette)
    assert 1 <= len(found.shapes) <= 4
    assert 1 <= len(found.labels) <= 5
    assert all(2 <= words(label) <= 4 for label in found.labels)
    assert found.made_by == generator.maker


async def test_a_story_has_a_stressor_and_factors(generator: Generator) -> None:
    found = await generator.analyst.analyze_story(STORY, PAYER)
    assert 1 <= words(found.stressor) <= 5
    assert 3 <= len(found.factors) <= 5
    names = [factor.label for factor in found.factors]
    assert len(set(names)) == len(names)
    assert found.stressor not in names
    assert all(2 <= words(name) <= 4 for name in names)
    assert all(map(is_title_case, [found.stressor, *names]))
    assert all(factor.insight.strip() for factor in found.factors)
    assert found.language == "en"
    assert found.made_by == generator.maker


Draw = Callable[[Artist], Awaitable[Picture]]
DRAWINGS: dict[str, tuple[Draw, int]] = {
    "feeling": (lambda artist: artist.draw_feeling(FEELING, PAYER), FEELING_SIDE),
    "not sure": (
        lambda artist: artist.draw_feeling(replace(FEELING, category="not_sure"), PAYER),
        FEELING_SIDE,
    ),
    "every feeling": (
        lambda artist: artist.draw_feeling(
            replace(FEELING, category="not_sure", feelings=FEELINGS["good"] + FEELINGS["bad"]), PAYER
        ),
        FEELING_SIDE,
    ),
    "story": (lambda artist: artist.draw_story(MAP, PAYER), STORY_SIDE),
    "abstract": (lambda artist: artist.draw_entry(replace(ENTRY_PICTURE, style="abstract"), PAYER), STORY_SIDE),
    "diagram": (lambda artist: artist.draw_entry(ENTRY_PICTURE, PAYER), STORY_SIDE),
    "metaphor": (lambda artist: artist.draw_entry(replace(ENTRY_PICTURE, style="metaphor"), PAYER), STORY_SIDE),
}


@pytest.mark.parametrize("what", DRAWINGS)
async def test_a_picture_is_a_plain_png_of_its_size(generator: Generator, what: str) -> None:
    draw, side = DRAWINGS[what]
    picture = await draw(generator.artist)
    assert (picture.width, picture.height) == (side, side)
    with Image.open(io.BytesIO(picture.png)) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (side, side))
        assert image.info == {}
        assert not image.getexif()
        assert image.getcolors(maxcolors=1) is None, "one colour is no picture"
    assert picture.prompt.strip()
    assert picture.made_by == generator.maker


async def test_nobody_is_asked_with_a_transaction_open(open_gemini: Open) -> None:
    class Session:
        def in_transaction(self) -> bool:
            return True

    provider = open_gemini()
    assert provider.analyst is not None
    with registered(Session()), pytest.raises(RuntimeError, match="transaction"):
        await provider.analyst.analyze_story(STORY, PAYER)


@pytest.mark.parametrize("port", [Analyst, Artist])
@pytest.mark.parametrize(
    "implementation", [FakeAnalyst, FakeArtist, GeminiAnalyst, GeminiArtist, LocalAnalyst, LocalArtist, Generators]
)
def test_methods_are_called_alike(port: type, implementation: type) -> None:
    for name, method in vars(port).items():
        if not name.startswith("_") and hasattr(implementation, name):
            assert inspect.signature(getattr(implementation, name)) == inspect.signature(method), name
