"""What is said of a story that speaks of self-harm: calm words, written for it, in place of an analysis.

Nothing is concluded from the story, nothing is advised and nothing drawn; the crisis lines stand beside it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from evoke.platform.generation.local import library
from evoke.platform.generation.ports import Factor, StoryAnalysis

_FILE: Final = "gentle.toml"


def calm_story_analysis(language: str) -> StoryAnalysis:
    """A gentle stressor and three factors in `language` (ISO 639-1), or in English where they are not written yet."""
    texts = _texts()
    spoken = language if language in texts else "en"
    entry = texts[spoken]
    return StoryAnalysis(
        stressor=entry["name"],
        factors=tuple(Factor(factor["label"], factor["insight"]) for factor in entry["factors"]),
        language=spoken,
        made_by="local",
    )


def languages() -> tuple[str, ...]:
    """The languages (ISO 639-1) in which it is written."""
    return tuple(_texts())


@cache
def _texts() -> Mapping[str, library.Table]:
    return library.read(_FILE)
