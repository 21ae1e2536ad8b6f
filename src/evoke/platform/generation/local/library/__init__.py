"""What stories are about: stressors, their factors with insights, and the words that point to them.

One file for each language beside this one. English has the structure (kinds, areas, tones, example sentences); the
others have the same ids and as many factors, in the same order. Read once, at first use: about 0.2 s a language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Kind = Literal["good", "bad", "any"]
Tone = Literal["anger", "fear", "sadness", "flat", "joy", "calm"]

Table = Mapping[str, Any]

LANGUAGES: Final = ("en", "de", "fr", "es")
GENERAL: Final = {"good": "general_good", "bad": "general_bad", "not_sure": "general_not_sure"}
"""The stressors for texts in which nothing particular was found, by category. They claim nothing more."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase that points somewhere. `any_ending`: its last word may go on; `is_name`: capitals are meant."""

    words: str
    weight: float
    any_ending: bool
    is_name: bool


@dataclass(frozen=True, slots=True)
class Factor:
    label: str
    insight: str
    tone: Tone
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Stressor:
    """`kind`: the feelings that go with it; `area`: the part of life; `examples`: English sentences of such stories."""

    id: str
    name: str
    kind: Kind
    area: str
    cues: tuple[Cue, ...]
    examples: tuple[str, ...]
    factors: tuple[Factor, ...]


def spoken(language: str) -> str:
    """The language itself where the library has it, English where not."""
    return language if language in LANGUAGES else "en"


@cache
def stressors(language: str) -> Mapping[str, Stressor]:
    """All stressors by id, in one of LANGUAGES."""
    structure = read("en.toml")["stressors"]
    words = {entry["id"]: entry for entry in structure} if language == "en" else read(f"{language}.toml")
    return {entry["id"]: _stressor(entry, words[entry["id"]]) for entry in structure}


@cache
def conversation(language: str) -> Mapping[str, Any]:
    """The questions of the intake and the sentences around them, in one of LANGUAGES."""
    return read(f"intake.{language}.toml")


def _stressor(structure: Mapping[str, Any], words: Mapping[str, Any]) -> Stressor:
    return Stressor(
        id=structure["id"],
        name=words["name"],
        kind=structure["kind"],
        area=structure["area"],
        cues=cues(words["cues"]),
        examples=tuple(structure["examples"]),
        factors=tuple(
            Factor(label=told["label"], insight=told["insight"], tone=model["tone"], cues=cues(told["cues"]))
            for model, told in zip(structure["factors"], words["factors"], strict=True)
        ),
    )


def cues(text: str) -> tuple[Cue, ...]:
    """Cues as the files have them: `first | second phrase^3 | any ending*`."""
    return tuple(_cue(part.strip()) for part in text.split("|") if part.strip())


def _cue(text: str) -> Cue:
    words, _, weight = text.partition("^")
    any_ending = words.endswith("*")
    words = words.removesuffix("*").strip()
    usual = 2.0 if " " in words else 1.0
    return Cue(words, float(weight) if weight else usual, any_ending, words[:1].isupper())


def read(name: str) -> dict[str, Any]:
    """A file of this folder."""
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))
