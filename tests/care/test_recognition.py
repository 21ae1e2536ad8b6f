"""What speaks of self-harm, and what only sounds like it."""

import tomllib
from pathlib import Path

import pytest

from evoke.platform.care import recognition
from evoke.platform.generation.local import library

BY_LANGUAGE = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
SPEAKS = [text for entry in BY_LANGUAGE.values() for text in entry["speaks"]]
EVERYDAY = [text for entry in BY_LANGUAGE.values() for text in entry["everyday"]]
PROMISED = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "he", "hi", "ja", "zh", "ko"]
PROMISED += ["sv", "da", "no", "fi"]


@pytest.mark.parametrize("text", SPEAKS, ids=lambda text: text[:50])
def test_speaks(text: str) -> None:
    assert recognition.speaks_of_self_harm(text)


@pytest.mark.parametrize("text", EVERYDAY, ids=lambda text: text[:50])
def test_everyday_language_is_left_alone(text: str) -> None:
    assert not recognition.speaks_of_self_harm(text)


@pytest.mark.parametrize("text", SPEAKS[:20], ids=lambda text: text[:30])
def test_it_is_found_in_the_middle_of_a_long_story(text: str) -> None:
    before = "We had lunch with the team, and then the afternoon went by with calls and letters. " * 20
    assert recognition.speaks_of_self_harm(f"{before}{text} And later I went home by bus, as always.")


@pytest.mark.parametrize("text", ["i want to kill myself", "i don't want to live anymore", "ich will nicht mehr leben"])
def test_case_spacing_and_quotes_do_not_hide_it(text: str) -> None:
    for disguised in (
        text.upper(),
        text.replace(" ", "   "),
        text.replace(" ", "\n"),
        text.replace(" ", "\u00a0"),
        text.replace("'", "\u2019"),
        text.replace("'", ""),
        text.replace("i", "\u200bi"),
        "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in text),
    ):
        assert recognition.speaks_of_self_harm(disguised), disguised


def test_two_sentences_are_not_read_as_one() -> None:
    assert not recognition.speaks_of_self_harm(
        "My old car was on its last legs, did it want to? Die Werkstatt said no."
    )
    assert not recognition.speaks_of_self_harm(
        "I will be late tonight, I have to kill. Myself and Tom play chess on Friday."
    )


def test_nothing_says_nothing() -> None:
    assert not recognition.speaks_of_self_harm("")
    assert not recognition.speaks_of_self_harm(" \n\u200b")
    assert not recognition.speaks_of_self_harm("\ud83d\ude00 " * 3000)


def test_hostile_text_ends_soon() -> None:
    """Patterns with bounded gaps: no text makes them try for ever. What takes too long is stopped by the suite."""
    for piece in ("want to ", "a" * 50, "i ", "* ", "k-", "my life ", "ich will ", "\u6d3b"):
        recognition.speaks_of_self_harm(piece * (recognition.MAX_CHARACTERS // len(piece)))


def test_the_languages_that_are_promised() -> None:
    assert set(PROMISED) <= set(recognition.languages())
    assert set(PROMISED) <= set(BY_LANGUAGE)


def test_what_we_say_ourselves_is_everyday_language() -> None:
    """Names, insights, examples and questions of the local analyst in four languages: about 1,500 sentences."""
    found = [
        text
        for language in library.LANGUAGES
        for entry in library.stressors(language).values()
        for text in (entry.name, *entry.examples, *(f"{one.label}. {one.insight}" for one in entry.factors))
        if recognition.speaks_of_self_harm(text)
    ]
    found += [
        option["text"]
        for language in library.LANGUAGES
        for question in library.conversation(language)["questions"]
        for option in question["options"]
        if recognition.speaks_of_self_harm(option["text"])
    ]
    assert found == []
