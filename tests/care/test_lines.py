"""The lines on file, and which of them a reader sees."""

import re

import pytest

from evoke.platform.care import lines
from evoke.platform.care.lines import support_for

PROMISED = {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "he", "hi", "ja", "zh", "ko", "sv"}


def test_enough_countries_and_languages_are_on_file() -> None:
    assert len(lines.countries()) >= 40
    assert set(lines.languages()) >= PROMISED


@pytest.mark.parametrize("country", lines.countries())
def test_what_is_on_file_can_be_used(country: str) -> None:
    support = support_for("en", country)
    assert re.fullmatch("[A-Z]{2}", country)
    assert support.country == country
    assert support.emergency
    assert all(re.fullmatch(r"\d{2,5}", number) for number in support.emergency)
    for number in support.emergency:
        assert number in support.message
    assert len({line.phone or line.text for line in support.lines[:-2]}) == len(support.lines) - 2
    for line in support.lines[:-2]:
        assert line.country == country
        assert line.name.strip()
        assert line.languages
        assert all(re.fullmatch("[a-z]{2}", code) for code in line.languages)
        assert line.source
        assert re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2]))?", line.as_of)
        assert line.phone or line.text
        for number in (line.phone, line.text):
            assert number is None or re.fullmatch(r"[+*]?\d[\d -]+", number)
        assert line.url is None or re.fullmatch(r"https://[\w.-]+(/\S*)?", line.url)
        assert line.hours is None or line.hours == lines.ALWAYS or re.fullmatch(r"\d\d:\d\d–\d\d:\d\d", line.hours)


@pytest.mark.parametrize("language", lines.languages())
def test_every_message_names_where_to_call(language: str) -> None:
    known, unknown = support_for(language, "DE"), support_for(language, "AQ")
    assert known.language == unknown.language == language
    assert "112" in known.message
    assert "112" in unknown.message
    assert "{" not in known.message + unknown.message
    assert not any(re.search(r"\bmust\b|\bshould\b", text) for text in (known.message, unknown.message))


def test_lines_in_the_readers_language_come_first() -> None:
    assert support_for("fr", "BE").lines[0].phone == "0800 32 123"
    assert support_for("nl", "BE").lines[0].phone == "1813"
    assert support_for("de", "BE").lines[0].phone == "108"
    assert support_for("en", "JP").lines[0].languages[0] == "ja"  # speaks English, too
    assert support_for("fr", "US").lines[0].phone == "988"


def test_the_directories_are_always_there() -> None:
    for support in (support_for("en", "US"), support_for("en"), support_for("xx", "ZZ"), support_for("tr", "TR")):
        assert [line.url for line in support.lines[-2:]] == ["https://findahelpline.com", "https://befrienders.org"]
    assert support_for("de").lines[-1].name == "Hilfe in einem anderen Land finden: befrienders.org"


def test_a_language_of_one_country_names_it() -> None:
    assert support_for("ja").country == "JP"
    assert support_for("ja", "US").country == "US"
    assert support_for("en").country is None
    assert support_for("de").country is None


def test_what_is_not_known_is_answered_in_english_without_a_guess() -> None:
    support = support_for("xx", "ZZ")
    assert (support.language, support.country, support.emergency) == ("en", None, ())
    assert "emergency number where you are" in support.message
    assert support_for("EN", "us").country == "US"
