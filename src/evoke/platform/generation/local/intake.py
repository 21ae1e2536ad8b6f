"""The guided conversation: which question comes next, when enough is known, and the summary in the person's words.

Every chosen option counts 1 for its first emotion and a half for its others; emotions that the own words speak of
count a half, once each. The conversation is complete after two answers when the leading emotion has 2 at least and is
1 ahead of the next, and after five in any case, or when there is nothing left to ask.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from evoke.platform.generation.local import emotions, library, matching
from evoke.platform.generation.ports import Conversation, Option, Scenario

Mood = Literal["hard", "good"]
FEWEST: Final = 2
MOST: Final = 5
"""Answers after which a conversation may, and must, be complete."""
_CLEAR, _AHEAD = 2.0, 1.0
_PEOPLE: Final = frozenset({"love", "family", "friends"})
"""Parts of life that are about people by themselves: who is part of it is answered."""
_MAX_OWN_WORDS: Final = 4000
_MOST_NAMED: Final = 3
_SENTENCE_END = re.compile(r"[.!?…。！？]['\"”’»)]*$")


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    mood: Mood
    told_by: str
    scenario: Scenario


def next_question(conversation: Conversation, match: library.Stressor | None) -> Question | None:
    """What to ask now; None when the conversation is complete. `match`: what it seems to be about."""
    language = library.spoken(conversation.language)
    if len(conversation.turns) >= MOST:
        return None
    felt = tally(conversation)
    if len(conversation.turns) >= FEWEST and _is_clear(felt):
        return None
    mood = _mood(match, felt)
    asked = {turn.question for turn in conversation.turns}
    left = [
        question
        for question in _questions(language)
        if question.mood == mood and question.scenario.question not in asked
    ]
    if not left:
        return None
    said = f"{conversation.situation} {' '.join(turn.added for turn in conversation.turns)}"
    leading = list(felt)[:2]
    return max(left, key=lambda question: _worth(question, said, language, leading, match))


def tally(conversation: Conversation) -> dict[str, float]:
    """How much speaks for each emotion so far, the leading one first. What another maker offered is read by words."""
    language = library.spoken(conversation.language)
    felt: dict[str, float] = {}
    own = [conversation.situation]
    for turn in conversation.turns:
        indicators = _indicators(language).get(turn.chosen)
        own.append(turn.added if indicators is not None else f"{turn.chosen} {turn.added}")
        for place, emotion in enumerate(indicators or ()):
            felt[emotion] = felt.get(emotion, 0.0) + (1.0 if place == 0 else 0.5)
    for emotion in emotions.in_words(" . ".join(own), language):
        felt[emotion] = felt.get(emotion, 0.0) + 0.5
    return dict(sorted(felt.items(), key=lambda entry: (-entry[1], entry[0])))


def situation_of(conversation: Conversation, feelings: Sequence[str], intensity: float) -> str:
    """The conversation as one text in the first person: the own words, the chosen sentences, what is felt."""
    language = library.spoken(conversation.language)
    parts = [_whole(_shortened(conversation.situation))]
    for turn in conversation.turns:
        parts.append(_whole(turn.chosen))
        if turn.added.strip():
            parts.append(_whole(_shortened(turn.added)))
    if feelings:
        phrase = library.conversation(language)["phrases"]["feeling"]
        parts.append(phrase.format(emotions=named(feelings, language), strength=strength(intensity, language)))
    return " ".join(part for part in parts if part)


def named(feelings: Sequence[str], language: str) -> str:
    """`sadness, fear and anger`: at most three of one or more EMOTIONS, in one of the library's languages."""
    table = library.conversation(language)
    words = [table["emotions"][feeling]["name"] for feeling in dict.fromkeys(feelings) if feeling in table["emotions"]]
    *others, last = words[:_MOST_NAMED]
    return f"{', '.join(others)}{table['phrases']['joiner']}{last}" if others else str(last)


def strength(intensity: float, language: str) -> str:
    words = library.conversation(language)["phrases"]["strengths"]
    return str(words[min(int(intensity * 3), 2)])


def _is_clear(felt: Mapping[str, float]) -> bool:
    ordered = [*felt.values(), 0.0, 0.0]
    return ordered[0] >= _CLEAR and ordered[0] - ordered[1] >= _AHEAD


def _mood(match: library.Stressor | None, felt: Mapping[str, float]) -> Mood:
    if match is not None and match.kind != "any":
        return "good" if match.kind == "good" else "hard"
    return "good" if emotions.category_of(list(felt)) == "good" else "hard"


def _worth(
    question: Question, said: str, language: str, leading: list[str], match: library.Stressor | None
) -> tuple[float, float]:
    """How much an answer may tell: first whether it is not known yet, then which of the leading emotions it parts.

    Equal ones keep the order of the file: `max` takes the first.
    """
    told = matching.mentions(said, language, question.told_by)
    if question.id.startswith("who") and match is not None and match.area in _PEOPLE:
        told = True
    options = question.scenario.options
    parted = sum(
        any(emotion in option.emotion_indicators for option in options)
        and not all(emotion in option.emotion_indicators for option in options)
        for emotion in leading
    )
    return (0.0 if told else 1.0, float(parted))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _MAX_OWN_WORDS:
        return text
    return text[:_MAX_OWN_WORDS].rsplit(" ", 1)[0] + "…"


def _whole(text: str) -> str:
    """With a capital at the start and an end: a sentence."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if _SENTENCE_END.search(text) else f"{text.rstrip(',;:-– ')}."


@cache
def _questions(language: str) -> tuple[Question, ...]:
    return tuple(
        Question(
            id=entry["id"],
            mood=entry["mood"],
            told_by=entry["told_by"],
            scenario=Scenario(
                entry["ask"],
                tuple(Option(option["text"], tuple(option["emotions"])) for option in entry["options"]),
            ),
        )
        for entry in library.conversation(language)["questions"]
    )


@cache
def _indicators(language: str) -> dict[str, tuple[str, ...]]:
    return {
        option.text: option.emotion_indicators
        for question in _questions(language)
        for option in question.scenario.options
    }
