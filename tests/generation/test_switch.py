import inspect
from dataclasses import replace
from typing import Any

import pytest

from evoke.kit.errors import EvokeError
from evoke.platform.generation.errors import ContentFiltered, GenerationTimedOut, PictureServiceDown, TextModelDown
from evoke.platform.generation.ports import Analyst, Artist
from evoke.platform.generation.switch import Generators
from tests.factories.generators import FakeAnalyst, FakeArtist
from tests.generation.briefs import CONVERSATION, ENTRY, ENTRY_PICTURE, FEELING, MAP, PAYER, STORY, TURNS

CALLS: dict[str, tuple[Any, ...]] = {
    "ask": (CONVERSATION, PAYER),
    "summarize": (replace(CONVERSATION, turns=TURNS), ("anger",), 0.5, PAYER),
    "analyze_entry": (ENTRY, PAYER),
    "analyze_story": (STORY, PAYER),
    "draw_feeling": (FEELING, PAYER),
    "draw_story": (MAP, PAYER),
    "draw_entry": (ENTRY_PICTURE, PAYER),
}


class Both:
    def __init__(self, mode: Any, on_failure: Any = "error", *, key: bool = True) -> None:
        self.gemini = (FakeAnalyst("gemini"), FakeArtist("gemini"))
        self.local = (FakeAnalyst("local"), FakeArtist("local"))
        self.switch = Generators(
            mode,
            on_failure,
            gemini_analyst=self.gemini[0] if key else None,
            gemini_artist=self.gemini[1] if key else None,
            local_analyst=self.local[0],
            local_artist=self.local[1],
        )

    def fail(self, error: Exception) -> None:
        for each in self.gemini:
            each.fail(error)

    @property
    def asked(self) -> list[str]:
        return [each.made_by for pair in zip(self.gemini, self.local, strict=True) for each in pair for _ in each.calls]


async def call(both: Both, method: str) -> str:
    answer = await getattr(both.switch, method)(*CALLS[method])
    made_by: str = answer.made_by
    return made_by


def test_every_method_of_the_ports_is_tried() -> None:
    methods = {name for port in (Analyst, Artist) for name in vars(port) if not name.startswith("_")}
    assert methods == set(CALLS)
    for port in (Analyst, Artist):
        for name in set(CALLS) & set(vars(port)):
            assert inspect.signature(getattr(Generators, name)) == inspect.signature(vars(port)[name])


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize(
    ("mode", "key", "maker"),
    [("auto", True, "gemini"), ("auto", False, "local"), ("gemini", True, "gemini"), ("local", True, "local")],
)
async def test_who_answers(method: str, mode: str, key: bool, maker: str) -> None:
    both = Both(mode, key=key)
    assert await call(both, method) == maker
    assert both.asked == [maker]
    assert (both.switch.words_by, both.switch.pictures_by) == (maker, maker)


@pytest.mark.parametrize("method", CALLS)
async def test_gemini_without_a_key_is_a_matter_of_configuration(method: str) -> None:
    both = Both("gemini", "local", key=False)
    with pytest.raises(EvokeError) as raised:
        await call(both, method)
    assert isinstance(raised.value, PictureServiceDown if method.startswith("draw") else TextModelDown)
    assert raised.value.details["reason"] == "configuration"
    assert both.asked == []


FAILURES = [TextModelDown(reason="budget"), PictureServiceDown(), GenerationTimedOut(timeout_seconds=1)]


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
async def test_a_failure_is_passed_on_or_answered_locally(method: str, error: EvokeError) -> None:
    strict, lenient = Both("auto", "error"), Both("auto", "local")
    for both in (strict, lenient):
        both.fail(error)
    with pytest.raises(type(error)):
        await call(strict, method)
    assert strict.asked == ["gemini"]
    assert await call(lenient, method) == "local"
    assert await call(lenient, method) == "gemini", "the next one is asked of Gemini again"


async def test_only_auto_falls_back() -> None:
    both = Both("gemini", "local")
    both.fail(TextModelDown())
    with pytest.raises(TextModelDown):
        await call(both, "analyze_story")


@pytest.mark.parametrize("error", [ContentFiltered(), RuntimeError("a bug")], ids=["filtered", "bug"])
async def test_what_is_no_failure_of_the_service_is_not_answered_locally(error: Exception) -> None:
    both = Both("auto", "local")
    both.fail(error)
    with pytest.raises(type(error)):
        await call(both, "analyze_story")
    assert both.asked == ["gemini"]


async def test_a_key_for_pictures_alone() -> None:
    artist, local = FakeArtist("gemini"), FakeAnalyst("local")
    switch = Generators("auto", "error", gemini_artist=artist, local_analyst=local, local_artist=FakeArtist("local"))
    assert (switch.words_by, switch.pictures_by) == ("local", "gemini")
    assert (await switch.analyze_story(STORY, PAYER)).made_by == "local"
    assert (await switch.draw_feeling(FEELING, PAYER)).made_by == "gemini"
