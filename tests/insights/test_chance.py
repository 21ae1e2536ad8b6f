"""Probabilities against those that are counted out, or known from books."""

import itertools
import math

import pytest

from evoke.domains.insights import chance


def test_the_lady_tasting_tea() -> None:
    """Fisher's own example: all four of eight cups by luck is one in seventy, three or more seventeen in seventy."""
    assert chance.hypergeometric_tail(8, 4, 4, 4) == pytest.approx(1 / 70)
    assert chance.hypergeometric_tail(8, 4, 4, 3) == pytest.approx(17 / 70)


def test_the_hypergeometric_tail_is_what_counting_gives() -> None:
    for population, marked, drawn in ((7, 3, 4), (6, 6, 2), (5, 0, 3), (6, 2, 6)):
        draws = list(itertools.combinations(range(population), drawn))
        for at_least in range(drawn + 2):
            hits = sum(sum(each < marked for each in draw) >= at_least for draw in draws)
            assert chance.hypergeometric_tail(population, marked, drawn, at_least) == pytest.approx(hits / len(draws))


def test_all_of_some_are_marked() -> None:
    assert chance.all_marked(10, 4, 2) == pytest.approx(4 / 10 * 3 / 9)
    assert chance.all_marked(10, 4, 5) == 0.0
    assert chance.all_marked(10, 10, 3) == pytest.approx(1)


def test_the_sum_of_trials_is_what_counting_gives() -> None:
    groups = [(2, 0.3), (1, 0.9), (1, 0.0), (1, 1.0)]
    shares = [share for count, share in groups for _ in range(count)]
    for at_least in range(len(shares) + 2):
        exact = sum(
            math.prod(share if hit else 1 - share for hit, share in zip(hits, shares, strict=True))
            for hits in itertools.product((0, 1), repeat=len(shares))
            if sum(hits) >= at_least
        )
        assert chance.bernoulli_sum_tail(groups, at_least) == pytest.approx(exact, abs=1e-12)


def test_many_trials_are_as_good_as_normal() -> None:
    few = [(1000, 0.3), (900, 0.1)]
    many = [(1100, 0.3), (1000, 0.1)]
    exact = chance.bernoulli_sum_tail(few, 420)
    mean, variance = 1000 * 0.3 + 900 * 0.1, 1000 * 0.21 + 900 * 0.09
    assert chance.normal_tail((419.5 - mean) / math.sqrt(variance)) == pytest.approx(exact, rel=0.05)
    assert 0.05 < chance.bernoulli_sum_tail(many, 440) < 0.5


def test_holm_goes_on_until_the_first_that_holds() -> None:
    assert chance.holm([0.01, 0.04, 0.03, 0.005], 0.05) == [True, False, False, True]
    assert chance.holm([0.02, 0.02], 0.05) == [True, True]
    assert chance.holm([0.03, 0.2], 0.05) == [False, False]
    assert chance.holm([], 0.05) == []
