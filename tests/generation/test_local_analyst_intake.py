"""The guided conversation, over all of its paths, and what is written about entries."""

import itertools
import re
from collections.abc import AsyncIterator

import pytest

from evoke.platform.generation import ports
from evoke.platform.generation.local import emotions, intake, library
from evoke.platform.generation.local.analyst import LocalAnalyst

SOMEBODY = ports.Payer()
ANALYST = LocalAnalyst()
HARD = {
    "en": "my boss criticised me in the meeting",
    "de": "mein Chef hat mich in der Besprechung kritisiert",
    "fr": "mon chef m’a critiqué en réunion",
    "es": "mi jefe me criticó en la reunión",
}


async def walk(situation: str, language: str, choices: tuple[int, ...]) -> AsyncIterator[ports.Questions]:
    """Every answer of a conversation in which the options of these numbers are chosen, in turn."""
    turns: tuple[ports.Turn, ...] = ()
    for choice in itertools.cycle(choices):
        questions = await ANALYST.ask(ports.Conversation(situation, turns, language), SOMEBODY)
        yield questions
        if questions.is_complete:
            return
        scenario = questions.scenarios[0]
        option = scenario.options[choice % len(scenario.options)]
        turns = (*turns, ports.Turn(scenario.question, option.text))


@pytest.mark.parametrize("language", library.LANGUAGES)
@pytest.mark.parametrize("choices", list(itertools.product(range(4), repeat=2)))
async def test_it_ends_after_two_to_five_different_questions(language: str, choices: tuple[int, ...]) -> None:
    asked: list[str] = []
    async for questions in walk(HARD[language], language, choices):
        assert questions.made_by == "local"
        assert questions.context.strip()
        asked += [scenario.question for scenario in questions.scenarios]
        for scenario in questions.scenarios:
            texts = [option.text for option in scenario.options]
            assert 2 <= len(texts) == len(set(texts)) <= 5
    assert 2 <= len(asked) <= 5
    assert len(set(asked)) == len(asked)


async def test_answers_that_agree_end_it_sooner() -> None:
    lengths = set()
    for choices in itertools.product(range(4), repeat=3):
        lengths.add(len([questions async for questions in walk("it is hard to say what it is", "en", choices)]) - 1)
    assert (min(lengths), max(lengths)) == (intake.FEWEST, intake.MOST)


async def test_what_was_told_is_not_asked() -> None:
    async def first(situation: str) -> str:
        questions = await ANALYST.ask(ports.Conversation(situation), SOMEBODY)
        return questions.scenarios[0].question

    body = "When you think of it now, what does your body do?"
    assert await first("I failed") == body
    assert await first("my chest is tight and my hands are shaking since the talk") != body


async def test_pleasant_stories_get_pleasant_questions() -> None:
    hard = {entry["ask"] for entry in library.conversation("en")["questions"] if entry["mood"] == "hard"}
    async for questions in walk("I passed my exam and I am so proud", "en", (0, 1)):
        assert hard.isdisjoint(scenario.question for scenario in questions.scenarios)


async def test_questions_of_another_maker_count() -> None:
    turns = tuple(ports.Turn(f"Question {n}?", "Something else that was offered.") for n in range(intake.MOST))
    questions = await ANALYST.ask(ports.Conversation("I failed", turns), SOMEBODY)
    assert questions.is_complete


async def test_a_language_without_questions_is_asked_in_english() -> None:
    questions = await ANALYST.ask(ports.Conversation("上司に怒られた", language="ja"), SOMEBODY)
    assert questions.scenarios[0].question in {entry["ask"] for entry in library.conversation("en")["questions"]}


@pytest.mark.parametrize("language", library.LANGUAGES)
async def test_summary(language: str) -> None:
    asked = await ANALYST.ask(ports.Conversation(HARD[language], language=language), SOMEBODY)
    scenario = asked.scenarios[0]
    turn = ports.Turn(scenario.question, scenario.options[1].text, "xyzzy plugh, ")
    conversation = ports.Conversation(HARD[language], (turn,), language)
    summary = await ANALYST.summarize(conversation, ("anger", "sadness"), 0.9, SOMEBODY)
    own = HARD[language]
    assert summary.situation.startswith(own[0].upper() + own[1:] + ". ")
    assert scenario.options[1].text in summary.situation
    assert "Xyzzy plugh." in summary.situation
    assert "{" not in summary.situation + summary.text
    assert all(re.match(r"[A-ZÀ-Ý¿«„“0-9]", part) for part in re.split(r"(?<=[.!?…]) ", summary.situation))
    for emotion in ("anger", "sadness"):
        assert library.conversation(language)["emotions"][emotion]["name"] in summary.situation
    assert library.stressors(language)["boss_conflict"].name in summary.text
    assert 1 <= len(summary.insights) <= 5
    assert len(set(summary.insights)) == len(summary.insights)


async def test_summary_of_the_longest_conversation_fits_an_entry() -> None:
    turns = tuple(ports.Turn("?", "I keep thinking that it is not fair.", "so much more " * 30) for _ in range(2))
    summary = await ANALYST.summarize(ports.Conversation("very long " * 500, turns), (), 0.5, SOMEBODY)
    assert len(summary.situation) <= 5000


@pytest.mark.parametrize("language", library.LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 5])
async def test_entry(language: str, count: int) -> None:
    felt = ports.EMOTIONS[:count]
    brief = ports.EntryBrief(HARD[language], "", felt, 0.2, "diagram", language)
    analysis = await ANALYST.analyze_entry(brief, SOMEBODY)
    assert analysis == await ANALYST.analyze_entry(brief, SOMEBODY)
    assert analysis.made_by == "local"
    assert library.conversation(language)["emotions"][felt[0]]["name"] in analysis.summary
    assert 1 <= len(analysis.insights) <= 5
    assert 2 <= len(analysis.palette) == len(set(analysis.palette)) <= ports.MAX_COLORS
    assert all(re.fullmatch("#[0-9A-F]{6}", color) for color in analysis.palette)
    assert 1 <= len(analysis.shapes) <= 4
    assert 1 <= len(analysis.labels) <= 5
    assert all(2 <= len(label.split()) <= 4 for label in analysis.labels)


@pytest.mark.parametrize("emotion", ports.EMOTIONS)
def test_colours_stay_muted_and_get_paler(emotion: str) -> None:
    def spread(color: str) -> int:
        parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        return max(parts) - min(parts)

    strong, faint = emotions.palette([emotion], 1.0), emotions.palette([emotion], 0.0)
    assert strong[0] == emotions.EMOTION_COLORS[emotion]
    assert spread(faint[0]) < spread(strong[0]) <= 90


def test_category_of_emotions() -> None:
    assert emotions.category_of(["joy", "surprise"]) == "good"
    assert emotions.category_of(["anger", "surprise"]) == "bad"
    assert emotions.category_of(["joy", "anger"]) == "not_sure"
    assert emotions.category_of(["surprise"]) == "not_sure"
