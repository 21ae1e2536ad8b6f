"""What is looked for in a text before any pattern is."""

import hypothesis
import pytest
from hypothesis import strategies

from evoke.platform.care import folding, recognition
from evoke.platform.care.cues import Cues, cues_of
from tests.care.test_recognition import SPEAKS

PATTERNS = (
    r"(kill|killing) (my|her)self",
    r"(?<!not )want (to )?die(?! of)",
    r"a(bc|d)?[ef]\w*g{2,3}",
    r"x\.y|z+",
    r"(\w+ ){0,3}(end|ending) it all\b",
    r"[^a]b",
    r"(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)(m|n)(o|p)q",
    r"(ab){1,2}c?",
)


def test_no_sign_is_missed_for_want_of_its_cue() -> None:
    readings = [reading for text in SPEAKS for reading in folding.readings(text)]
    for sign in recognition._known().signs:
        cues = cues_of(sign.source)
        assert cues, sign.source
        for reading in readings:
            found = sign.pattern.search(reading)
            assert found is None or any(cue in found[0] for cue in cues), (sign.source, reading)


@hypothesis.given(strategies.data())
@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_match_holds_a_cue(pattern: str, data: strategies.DataObject) -> None:
    text = data.draw(strategies.from_regex(pattern))
    cues = cues_of(pattern)
    assert not cues or any(cue in text for cue in cues)


@pytest.mark.parametrize(
    ("pattern", "cues"),
    [
        (r"(kill|killing) (my|her)self", {"kill myself", "kill herself", "killing myself", "killing herself"}),
        (r"(\w+ ){0,3}(end|ending) it all\b", {"end it all", "ending it all"}),
        (r"gone(?= \.)|dea[dr]", {"gone", "dead", "dear"}),
        (r"so long .a short", {"so long"}),
        (r"(so long\.)?a short", {"so long", "a short"}),
        (r"\w+|known", set()),
        (r"(once)?", set()),
        (r"", set()),
    ],
)
def test_cues_are_telling(pattern: str, cues: set[str]) -> None:
    assert cues_of(pattern) == cues


def test_patterns_without_cues_are_always_tried() -> None:
    cues = Cues([r"\w+", "known", "other|known"])
    assert cues.candidates("it is known") == {0, 1, 2}
    assert cues.candidates("any other") == {0, 2}
    assert cues.candidates("") == {0}
