"""What is planted is found, and what is not there is not."""

import re

import numpy as np
import pytest

from evoke.domains.insights import pairs, patterns, peaks, streaks
from evoke.domains.insights.moments import Moment
from evoke.domains.journal.emotions import IDS
from tests.insights.journals import TODAY, at, by_chance, entry

JOURNALS = 120


def kinds(moments: list[Moment]) -> set[tuple[str, tuple[str, ...]]]:
    return {(each.kind, each.emotions) for each in patterns.find(moments, TODAY)}


def test_chance_alone_shows_a_pattern_in_less_than_one_journal_of_twenty() -> None:
    wrong = [seed for seed in range(JOURNALS) if patterns.find(by_chance(seed), TODAY)]
    assert len(wrong) <= 0.05 * JOURNALS + 3 * (JOURNALS * 0.05 * 0.95) ** 0.5


def test_naming_many_emotions_at_times_is_no_pattern() -> None:
    """Somebody who names one emotion or five at once: a table of two emotions would tie all of them together."""
    wrong = 0
    for seed in range(100):
        chance = np.random.default_rng(seed)
        moments = [
            entry(day, *(IDS[index] for index in chance.permutation(8)[: (1 if chance.random() < 0.6 else 5)]))
            for day in range(0, 200, 2)
        ]
        wrong += any(kind == "together" for kind, _ in kinds(moments))
    assert wrong <= 5 + 3 * (100 * 0.05 * 0.95) ** 0.5


def test_emotions_that_come_together_are_found() -> None:
    moments = [entry(3 * day, "anxiety", "frustration") for day in range(8)]
    moments += [entry(3 * day + 1, IDS[day % 5]) for day in range(25)]
    assert kinds(moments) == {("together", ("anxiety", "frustration"))}
    (found,) = patterns.find(moments, TODAY)
    assert (found.times, found.of) == (8, 33)
    assert found.expected is not None
    assert found.expected < 2
    assert found.text.startswith("Anxiety and frustration come together in 8 of 33 entries")


def test_a_pair_among_many_others_is_found() -> None:
    chance = np.random.default_rng(4)
    moments = by_chance(4, 150)
    moments += [
        entry(int(chance.integers(0, 120)), "fear", "disgust", hour=int(chance.integers(8, 22))) for _ in range(40)
    ]
    assert ("together", ("disgust", "fear")) in kinds(moments)


def test_what_is_always_there_is_no_pattern() -> None:
    assert patterns.find([entry(2 * day, "joy", "excitement") for day in range(20)], TODAY) == []
    assert patterns.find([], TODAY) == []
    assert patterns.find([entry(0)], TODAY) == []


def test_as_many_pairs_are_expected_as_there_are() -> None:
    for seed in range(5):
        moments = by_chance(seed, 400)
        compared = pairs.compare(moments)
        assert len(compared) == 45
        there = sum(len(moment.emotions) * (len(moment.emotions) - 1) / 2 for moment in moments)
        assert sum(pair.expected for pair in compared) == pytest.approx(there)
        assert sum(pair.together for pair in compared) == there


def test_a_weekday_is_found() -> None:
    moments = [entry(day, "contentment") for day in range(0, 140, 3)]
    moments += [entry(7 * week, "anger", hour=9) for week in range(14)]
    found = [each for each in patterns.find(moments, TODAY) if each.kind == "weekday"]
    assert [(each.emotions, each.where, each.times, each.of) for each in found] == [(("anger",), "monday", 14, 14)]
    assert "on Mondays" in found[0].text


def test_one_bad_monday_is_no_pattern() -> None:
    moments = [entry(day, "contentment") for day in range(0, 140, 2)]
    moments += [entry(14, "anger", hour=hour) for hour in range(6, 22)]
    assert not any(each.kind == "weekday" for each in patterns.find(moments, TODAY))


def test_whoever_writes_on_sundays_only_has_no_sunday_emotion() -> None:
    moments = [entry(7 * week + 6, IDS[week % 3]) for week in range(40)]
    assert peaks.by_weekday(moments)
    assert min(peak.p_value for peak in peaks.by_weekday(moments)) == 1.0


def test_a_time_of_day_is_found() -> None:
    moments = [entry(2 * day, "joy", hour=10) for day in range(40)]
    moments += [entry(2 * day + 1, "anxiety", hour=(23, 1, 3)[day % 3]) for day in range(15)]
    found = [
        each for each in patterns.find(moments, TODAY) if each.kind == "time_of_day" and "anxiety" in each.emotions
    ]
    assert [(each.where, each.times, each.of) for each in found] == [("night", 15, 15)]
    assert "at night" in found[0].text


def test_parts_of_the_day() -> None:
    parts = [entry(0, hour=hour).part for hour in range(24)]
    assert parts == ["night"] * 5 + ["morning"] * 7 + ["afternoon"] * 5 + ["evening"] * 5 + ["night"] * 2
    assert entry(1, hour=2).part_of_day == entry(0, hour=23).part_of_day


def test_runs_of_days() -> None:
    days = [at(day).date() for day in (0, 1, 2, 5, 6, 9, 9)]
    assert [run.length for run in streaks.runs(days)] == [3, 2, 1]
    assert streaks.runs([]) == []
    last = days[-1]
    for late, goes_on in ((0, True), (1, True), (2, False)):
        assert (streaks.current(days, at(9 + late).date()) is not None) is goes_on
    assert streaks.current(days, last) == streaks.Run(last, last)


def test_days_in_a_row_with_an_emotion_are_found() -> None:
    moments = [entry(day, "contentment", hour=10) for day in range(60)]
    moments += [entry(day, "sadness", hour=18 + day % 3) for day in range(20, 27)]
    found = [each for each in patterns.find(moments, TODAY) if each.kind == "streak"]
    assert [(each.emotions, each.times) for each in found] == [(("sadness",), 7)]
    assert (found[0].first_day, found[0].last_day) == (at(20).date(), at(26).date())


def test_writing_day_after_day_is_told_while_it_goes_on() -> None:
    moments = [entry(day) for day in range(10)]
    today = at(10).date()
    found = patterns.find(moments, today)
    assert [(each.kind, each.times, each.p_value) for each in found] == [("writing_streak", 10, None)]
    assert found[0].text == "You have written on 10 days in a row."
    assert patterns.find(moments, at(11).date()) == []
    assert patterns.find(moments[:2], at(1).date()) == []


def test_sentences_are_about_what_was_counted() -> None:
    moments = [entry(3 * day, "anxiety", "frustration") for day in range(8)]
    moments += [entry(3 * day + 1, IDS[day % 5]) for day in range(25)]
    for each in patterns.find(moments, TODAY):
        assert str(each.times) in each.text
        assert each.p_value is not None
        assert each.p_value < patterns.ALPHA
        assert not re.search(r"disorder|depress|diagnos|should|must", each.text)
