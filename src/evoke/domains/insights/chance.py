"""How likely something is by chance alone."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SMALLEST = 1e-16
"""What 1 minus a sum of floats can tell from 0; no p-value is given as less."""
EXACT_UP_TO = 2000
"""Trials beyond which the sum of Bernoulli trials is taken as normal."""


def hypergeometric_tail(population: int, marked: int, drawn: int, at_least: int) -> float:
    """P(X ≥ at_least) of the marked ones among `drawn` of `population` without putting back: Fisher's exact test,
    one-sided."""
    most = min(marked, drawn)
    if at_least > most:
        return 0.0
    if at_least <= max(0, drawn + marked - population):
        return 1.0
    whole = _log_choose(population, drawn)
    total = math.fsum(
        math.exp(_log_choose(marked, hit) + _log_choose(population - marked, drawn - hit) - whole)
        for hit in range(at_least, most + 1)
    )
    return min(1.0, max(SMALLEST, total))


def all_marked(population: int, marked: int, drawn: int) -> float:
    """The probability that each of `drawn` particular ones is marked, when `marked` of `population` are, by lot."""
    if drawn > marked:
        return 0.0
    return math.exp(_log_choose(population - drawn, marked - drawn) - _log_choose(population, marked))


def bernoulli_sum_tail(groups: Sequence[tuple[int, float]], at_least: int) -> float:
    """P(X ≥ at_least) of a sum of independent trials, given as (how many, with which probability).

    Exact up to EXACT_UP_TO trials, by convolution of binomials; beyond, normal with continuity correction.
    """
    if at_least <= 0:
        return 1.0
    if sum(count for count, _ in groups) > EXACT_UP_TO:
        mean = sum(count * share for count, share in groups)
        variance = sum(count * share * (1 - share) for count, share in groups)
        return max(SMALLEST, normal_tail((at_least - 0.5 - mean) / math.sqrt(variance))) if variance else 1.0
    below = np.zeros(at_least)
    below[0] = 1.0
    for count, share in groups:
        below = np.convolve(below, _binomial(count, share, at_least))[:at_least]
    return float(min(1.0, max(SMALLEST, 1.0 - below.sum())))


def normal_tail(z: float) -> float:
    """P(Z ≥ z)."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def holm(p_values: Sequence[float], alpha: float) -> list[bool]:
    """Which hypotheses fall when all are tried at once: the chance that any falls wrongly is at most `alpha`.

    Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979).
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    fallen = [False] * len(p_values)
    for place, index in enumerate(order):
        if p_values[index] > alpha / (len(p_values) - place):
            break
        fallen[index] = True
    return fallen


def _binomial(trials: int, share: float, below: int) -> Floats:
    """The probabilities of 0, 1, … successes, as far as they are below `below`."""
    if share <= 0:
        return np.ones(1)
    if share >= 1:
        certain = np.zeros(min(trials, below) + 1)
        certain[-1] = 1.0 if trials < below else 0.0
        return certain
    hits = range(min(trials, below - 1) + 1)
    log_hit, log_miss = math.log(share), math.log1p(-share)
    return np.array([math.exp(_log_choose(trials, hit) + hit * log_hit + (trials - hit) * log_miss) for hit in hits])


def _log_choose(of: int, chosen: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
