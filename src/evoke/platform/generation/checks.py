"""What a generator returned, held to the contract before anybody sees it.

Whatever can be mended is: labels are cut and put into Title Case, lists shortened, unknown ids dropped. The rest raises
Unusable, and whoever asked treats it as no answer.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from evoke.platform.generation import labels, sentences
from evoke.platform.generation.labels import Unusable
from evoke.platform.generation.ports import (
    EMOTIONS,
    MAX_COLORS,
    EntryAnalysis,
    Factor,
    Maker,
    Option,
    Questions,
    Scenario,
    StoryAnalysis,
    Summary,
)

FEWEST_QUESTIONS = 2
MOST_QUESTIONS = 5
MOST_FACTORS = 5
FEWEST_FACTORS = 3
MOST_OPTIONS = 5
FEWEST_OPTIONS = 2
MOST_INSIGHTS = 5
MOST_SHAPES = 4

__all__ = [
    "FEWEST_QUESTIONS",
    "MOST_QUESTIONS",
    "Unusable",
    "color",
    "emotions",
    "entry_analysis",
    "language",
    "questions",
    "scenario",
    "story_analysis",
    "summary",
]

_HEX = re.compile(r"#?([0-9A-Fa-f]{6})")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
_QUIET_COLORS = ("#D4C4E8", "#A8E6CF")
"""Lavender and mint, which go with any colour that a palette of one may hold."""


def emotions(given: Iterable[str]) -> tuple[str, ...]:
    """Those that are of EMOTIONS, each once, in their order."""
    return tuple(dict.fromkeys(known for each in given if (known := each.strip().casefold()) in EMOTIONS))


def language(given: str, *, fallback: str) -> str:
    """A code of ISO 639-1, of what may also be a longer tag (`pt-BR`)."""
    match = _LANGUAGE.fullmatch(given.strip())
    return match[1].lower() if match else fallback


def color(given: str) -> str | None:
    """#RRGGBB in capitals, or None."""
    match = _HEX.fullmatch(given.strip())
    return f"#{match[1].upper()}" if match else None


def scenario(question: str, options: Iterable[tuple[str, Sequence[str]]]) -> Scenario:
    """A question with its options (text, emotions). Raises Unusable with fewer than two that differ."""
    chosen: dict[str, Option] = {}
    for text, indicators in options:
        try:
            shown = sentences.passage(text, most=2, longest=200)
        except Unusable:
            continue
        chosen.setdefault(shown.casefold(), Option(shown, emotions(indicators)))
    if len(chosen) < FEWEST_OPTIONS:
        raise Unusable("a question has too few options")
    return Scenario(sentences.passage(question, most=3, longest=400), tuple(chosen.values())[:MOST_OPTIONS])


def questions(asked: int, scenarios: Iterable[Scenario], *, context: str, made_by: Maker) -> Questions:
    """What to ask after `asked` questions: something before the second, nothing after the fifth, else what was given.

    Raises Unusable when nothing is given too early.
    """
    left = tuple(scenarios)[: max(0, MOST_QUESTIONS - asked)]
    if not left and asked < FEWEST_QUESTIONS:
        raise Unusable("the conversation ends too early")
    return Questions(left, _or_nothing(context), made_by)


def summary(situation: str, text: str, insights: Iterable[str], *, made_by: Maker) -> Summary:
    return Summary(
        situation=sentences.passage(situation),
        text=sentences.insight(text, most=6, longest=1500),
        insights=_some(insights, sentences.insight, MOST_INSIGHTS),
        made_by=made_by,
    )


def entry_analysis(
    *,
    summary: str,
    insights: Iterable[str],
    palette: Iterable[str],
    shapes: Iterable[str],
    words: Iterable[str],
    language: str,
    made_by: Maker,
) -> EntryAnalysis:
    return EntryAnalysis(
        summary=sentences.insight(summary, most=4, longest=1000),
        insights=_some(insights, sentences.insight, MOST_INSIGHTS),
        palette=_palette(palette),
        shapes=_some(shapes, lambda shape: sentences.passage(shape, most=1, longest=120), MOST_SHAPES),
        labels=_some(words, lambda word: labels.label(word, language=language), MOST_FACTORS),
        made_by=made_by,
    )


def story_analysis(
    *, stressor: str, factors: Iterable[tuple[str, str]], language: str, made_by: Maker
) -> StoryAnalysis:
    """Factors that cannot be mended are left out; fewer than three raise Unusable."""
    center = labels.label(stressor, language=language, fewest=1, most=5)
    usable: dict[str, Factor] = {}
    for name, insight in factors:
        try:
            factor = Factor(labels.label(name, language=language), sentences.insight(insight))
        except Unusable:
            continue
        usable.setdefault(factor.label.casefold(), factor)
    usable.pop(center.casefold(), None)
    if len(usable) < FEWEST_FACTORS:
        raise Unusable("a story has too few factors")
    return StoryAnalysis(center, tuple(usable.values())[:MOST_FACTORS], language, made_by)


def _palette(given: Iterable[str]) -> tuple[str, ...]:
    found = [known for each in given if (known := color(each)) is not None]
    if not found:
        raise Unusable("a palette has no colours")
    more = _QUIET_COLORS if len(set(found)) == 1 else ()
    return tuple(dict.fromkeys([*found, *more]))[:MAX_COLORS]


def _some(given: Iterable[str], mend: Callable[[str], str], most: int) -> tuple[str, ...]:
    """One to `most` of them, each once. Raises Unusable when none can be mended."""
    usable: dict[str, str] = {}
    for each in given:
        try:
            mended = mend(each)
        except Unusable:
            continue
        usable.setdefault(mended.casefold(), mended)
    if not usable:
        raise Unusable("a list has nothing usable")
    return tuple(usable.values())[:most]


def _or_nothing(text: str) -> str:
    try:
        return sentences.insight(text, most=2, longest=500)
    except Unusable:
        return ""
