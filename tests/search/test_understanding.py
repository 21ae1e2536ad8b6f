"""What a question means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evoke.domains.search import understanding
from evoke.domains.search.errors import TooManyTerms
from evoke.domains.search.understanding import Question

TODAY = date(2025, 11, 22)


def understand(q: str) -> Question:
    return understanding.understand(q, TODAY)


def test_words_and_dates_part() -> None:
    question = understand("sunset beach march 2019")
    assert question.text == "sunset beach"
    assert [time.words for time in question.times] == ["march 2019"]


def test_a_quoted_date_is_text() -> None:
    question = understand('"march 2019"')
    assert question.times == ()
    assert [term.exact for term in question.terms] == ["('march' <1> '2019')"]


def test_what_is_left_out() -> None:
    question = understand('dog -cat -"red car" -2019 --bird')
    assert question.text == "dog"
    assert [term.text for term in question.excluded] == ["cat", '"red car"', "bird"]
    assert [time.words for time in question.excluded_times] == ["2019"]


def test_small_words_go_when_there_are_others() -> None:
    assert understand("photos of my dog").text == "dog"
    assert understand("photos from 2019").text == ""
    assert understand("the").text == "the"


@pytest.mark.parametrize("q", ["", "   ", "!!", "-", '"', '""', "-''", "—"])
def test_nothing_to_look_for(q: str) -> None:
    assert understand(q) == Question()


@pytest.mark.parametrize("q", ["“blue sky”", "„blue sky“", "«blue sky»", '"blue sky', '"blue sky"'])
def test_quotes_of_every_kind(q: str) -> None:
    assert [term.exact for term in understand(q).terms] == ["('blue' <1> 'sky')"]


def test_neighbouring_months_are_alternatives() -> None:
    (term,) = understand("june july").terms
    assert term.date == "('@m06' | '@m07')"
    assert len(understand("june sunday").terms) == 2


def test_lexemes_are_quoted() -> None:
    (term,) = understand("o'neil&!(x)|a:*").terms
    assert "'o' <1> 'neil'" in term.exact
    assert all(character not in term.exact for character in "&!:")


def test_limits_of_times() -> None:
    start, end = understanding.limits(understand("2018 2020 before 2019-06").times)
    assert (str(start), str(end)) == ("2018-01-01 00:00:00", "2019-06-01 00:00:00")
    assert understanding.limits(()) == (None, None)


def test_times_read_as_words() -> None:
    question = understand("in march 1945 dog").with_times_as_words()
    assert [term.text for term in question.terms] == ["dog", "march", "1945"]
    assert question.times == ()


def test_too_many_words() -> None:
    assert len(understand("a1 " * 32).terms) == 32
    with pytest.raises(TooManyTerms) as caught:
        understand("a1 " * 33)
    assert caught.value.details["max_terms"] == 32
    assert caught.value.details["actual_terms"] == 33


@given(st.text(max_size=100))
def test_any_text_means_something(q: str) -> None:
    try:
        question = understand(q)
    except TooManyTerms:
        return
    for term in (*question.terms, *question.excluded):
        assert term.any
