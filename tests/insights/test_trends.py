"""The slope and its test."""

import itertools
from datetime import timedelta

import numpy as np
import pytest

from evoke.domains.insights import trends
from evoke.domains.insights.moments import Moment
from tests.insights.journals import START, entry


def line(values: list[float]) -> list[Moment]:
    return [entry(day, intensity=value) for day, value in enumerate(values)]


def test_the_test_is_exact_for_a_few_points() -> None:
    for count in (4, 5, 6):
        orders = list(itertools.permutations(range(count)))
        scores = [sum(np.sign(b - a) for a, b in itertools.combinations(order, 2)) for order in orders]
        for order, score in zip(orders[:40], scores[:40], strict=True):
            exact = sum(abs(other) >= abs(score) for other in scores) / len(scores)
            assert trends.mann_kendall([float(each) for each in order]) == pytest.approx(min(1.0, exact))


def test_ties_are_corrected_for() -> None:
    assert trends.mann_kendall([0.5] * 30) == 1.0
    assert trends.mann_kendall([0.2] * 15 + [0.8] * 15) < 1e-4
    assert trends.mann_kendall([0.2, 0.8] * 15) > 0.3


def test_one_extreme_entry_does_not_bend_the_slope() -> None:
    times = np.arange(9.0)
    assert trends.theil_sen(times, np.array([0, 1, 2, 3, 100, 5, 6, 7, 8.0])) == pytest.approx(1)
    assert trends.theil_sen(np.zeros(5), np.arange(5.0)) == 0


def test_five_entries_that_rise_are_a_trend_and_four_are_none() -> None:
    rising = [0.1, 0.3, 0.5, 0.7, 0.9]
    found = trends.of_intensity(line(rising))
    assert found.direction == "increasing"
    assert found.change == pytest.approx(0.8)
    assert trends.of_intensity(line(rising[::-1])).direction == "decreasing"
    assert trends.of_intensity(line(rising[:4])).direction == "stable"
    assert trends.of_intensity([]) == trends.STABLE


def test_entries_of_one_day_have_an_order_too() -> None:
    moments = [Moment(START + timedelta(minutes=number), ("joy",), 0.1 * number) for number in range(8)]
    assert trends.of_intensity(moments[::-1]).direction == "increasing"


def test_a_trend_that_nobody_feels_is_none() -> None:
    assert trends.of_intensity(line([0.5 + 0.0001 * day for day in range(200)])).direction == "stable"


def test_a_jump_in_the_middle_does_not_need_halves() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 60)
    drift = [float(np.clip(0.3 + 0.006 * day + noise[day], 0, 1)) for day in range(60)]
    assert trends.of_intensity(line(drift)).direction == "increasing"


def test_many_entries_are_looked_at_by_day_and_by_week() -> None:
    for days in (300, 1500, 4000):
        chance = np.random.default_rng(days)
        moments = [
            entry(day, hour=hour, intensity=float(np.clip(0.2 + 0.5 * day / days + chance.normal(0, 0.2), 0, 1)))
            for day in range(days)
            for hour in (9, 20)
        ]
        found = trends.of_intensity(moments)
        assert found.direction == "increasing"
        assert found.change == pytest.approx(0.5, abs=0.1)


def test_chance_alone_shows_a_trend_in_one_journal_of_twenty() -> None:
    found = [
        trends.of_intensity(line([float(each) for each in np.random.default_rng(seed).random(40)])).direction
        for seed in range(400)
    ]
    wrong = sum(direction != "stable" for direction in found)
    assert wrong <= 0.05 * 400 + 3 * (400 * 0.05 * 0.95) ** 0.5
