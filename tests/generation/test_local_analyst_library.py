"""The hand-written library keeps its form, in every language."""

import re

import pytest

from evoke.platform.generation.local import emotions, gentle, library, matching
from evoke.platform.generation.ports import EMOTIONS, FEELINGS, Category

STRESSORS = [(language, entry) for language in library.LANGUAGES for entry in library.stressors(language).values()]
# The insights explain a bias and never name it; they advise nothing and diagnose nothing.
UNSAID = {
    "en": r"bias|fallacy|heuristic|catastrophi[sz]\w*|confirmation|spotlight effect|survivorship|disorder|depress\w+|"
    r"diagnos\w+|patholog\w+|symptoms? of|therap\w+|you should|you must|you need to|try to|make sure|consider",
    "de": r"bias|verzerrung|störung|depressi\w+|diagnos\w+|therapie|du solltest|du musst|versuche",
    "fr": r"biais|troubles?|dépressi\w+|diagnos\w+|thérapie|vous devriez|vous devez|essayez",
    "es": r"sesgo|trastorno|depresi\w+|diagnos\w+|terapia|deberías|debes|intenta",
}


def names_what_it_should_not(text: str, language: str) -> bool:
    return re.search(rf"\b({UNSAID.get(language, UNSAID['en'])})\b", text, re.IGNORECASE) is not None


def test_there_are_enough() -> None:
    found = library.stressors("en")
    assert len(found) - len(library.GENERAL) >= 50
    assert {entry.kind for entry in found.values()} == {"good", "bad", "any"}
    assert len([entry for entry in found.values() if entry.kind == "good"]) >= 6


@pytest.mark.parametrize(("language", "entry"), STRESSORS, ids=lambda value: getattr(value, "id", value))
def test_form(language: str, entry: library.Stressor) -> None:
    english = library.stressors("en")[entry.id]
    assert 1 <= len(entry.name.split()) <= 5
    assert 3 <= len(entry.factors) <= 6
    assert len(entry.factors) == len(english.factors)
    assert len({factor.label for factor in entry.factors}) == len(entry.factors)
    assert bool(entry.cues) == (entry.id not in library.GENERAL.values())
    for factor in entry.factors:
        words = factor.label.split()
        assert 2 <= len(words) <= 4, factor.label
        assert len(factor.label) <= 32, factor.label
        assert all(word[0].isupper() or not word[0].isalpha() for word in words), factor.label
        assert 1 <= len(re.findall(r"[.!?](?=\s|$)", factor.insight)) <= 3, factor.insight
        assert 60 <= len(factor.insight) <= 320, factor.insight
        assert not names_what_it_should_not(factor.insight, language), factor.insight
        assert factor.cues


@pytest.mark.parametrize("language", library.LANGUAGES)
def test_labels_and_insights_are_not_repeated(language: str) -> None:
    factors = [factor for entry in library.stressors(language).values() for factor in entry.factors]
    assert len({factor.label for factor in factors}) == len(factors)
    assert len({factor.insight for factor in factors}) == len(factors)


@pytest.mark.parametrize("language", library.LANGUAGES[1:])
def test_translations_are_translated(language: str) -> None:
    for entry in library.stressors(language).values():
        english = library.stressors("en")[entry.id]
        assert {factor.insight for factor in entry.factors}.isdisjoint(factor.insight for factor in english.factors)


def test_example_sentences_are_found_by_words() -> None:
    """Most of them: they are paraphrases for the text model, and words are the lesser means."""
    category: dict[library.Kind, Category] = {"good": "good", "bad": "bad", "any": "not_sure"}
    told = [
        (entry.id, [match.stressor.id for match in matching.rank(text, "en", category[entry.kind])[:1]])
        for entry in library.stressors("en").values()
        for text in entry.examples
    ]
    right = sum(found == [wanted] for wanted, found in told)
    assert right >= 0.93 * len(told), [pair for pair in told if pair[1] != [pair[0]]]


@pytest.mark.parametrize("language", library.LANGUAGES)
def test_questions(language: str) -> None:
    table = library.conversation(language)
    assert set(table["emotions"]) == set(EMOTIONS)
    questions = table["questions"]
    for mood in ("hard", "good"):
        assert len([question for question in questions if question["mood"] == mood]) >= 5
    texts = [option["text"] for question in questions for option in question["options"]]
    assert len(set(texts)) == len(texts)
    assert [question["id"] for question in questions] == [
        question["id"] for question in library.conversation("en")["questions"]
    ]
    for question in questions:
        assert question["ask"].endswith("?")
        assert 2 <= len(question["options"]) <= 5
        for option in question["options"]:
            assert option["text"].endswith(".")
            assert option["emotions"]
            assert set(option["emotions"]) <= set(EMOTIONS)


def test_every_feeling_and_emotion_has_a_tone_and_a_colour() -> None:
    assert set(emotions.FEELING_TONES) == {feeling for feelings in FEELINGS.values() for feeling in feelings}
    assert set(emotions.TONES) == set(emotions.EMOTION_COLORS) == set(EMOTIONS)
    assert len(set(emotions.EMOTION_COLORS.values())) == len(EMOTIONS)
    assert all(re.fullmatch("#[0-9A-F]{6}", color) for color in emotions.EMOTION_COLORS.values())


@pytest.mark.parametrize("language", [*gentle.languages(), "ja"])
def test_calm_words_for_heavy_stories(language: str) -> None:
    calm = gentle.calm_story_analysis(language)
    assert calm.language == (language if language in gentle.languages() else "en")
    assert calm.made_by == "local"
    assert len(calm.stressor.split()) <= 5
    assert len(calm.factors) == 3
    for factor in calm.factors:
        assert 2 <= len(factor.label.split()) <= 5
        assert not names_what_it_should_not(factor.insight, language)
    assert not re.search(r"suicid|death|die\b|kill|self-harm", f"{calm}", re.IGNORECASE)
