"""What further trials promise."""

import numpy as np
import pytest

from automl.hpo.samplers.algorithms.upper_tail import PRIOR_SHAPE, first_value, next_record, of_further


@pytest.mark.parametrize("gap", [0.0, 0.5, 2.0])
def test_without_an_excess_it_is_the_prior_mean_by_quadrature(gap):
    """1/s has a gamma distribution, and the mean excess over a gap is s exp(-gap / s)."""
    rates = np.random.default_rng(0).gamma(PRIOR_SHAPE, 1 / (PRIOR_SHAPE - 1), 400_000)
    expected = np.mean(np.exp(-gap * rates) / rates)
    assert next_record([0.0], -gap, 1.0) == pytest.approx(expected, rel=0.02)
    assert first_value(gap, 1.0) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("draws", [1, 5, 40])
def test_the_gain_of_a_record_is_as_many_draws_say(draws):
    """Of exponential values the next record gains s / (n + 1) on average. The sceptical threshold may say less."""
    generator = np.random.default_rng(1)
    values = generator.exponential(1.0, (4000, draws + 1))
    gains = (values[:, -1] - values[:, :-1].max(axis=1)).clip(0)
    predicted = [next_record(-row[:-1], -row[:-1].max(), 1.0) / (draws + 1) for row in values[:500]]
    assert 0.6 * gains.mean() <= np.mean(predicted) <= 1.1 * gains.mean()


def test_values_below_the_threshold_change_nothing():
    good = [-0.80, -0.799, -0.798]
    assert next_record([*good, -0.5, -0.1], -0.82, 0.02) == next_record(good, -0.82, 0.02)


def test_the_closer_the_best_values_are_together_the_less_is_promised():
    records = [next_record([-0.8 + apart * place for place in range(20)], -0.8, 0.02) for apart in (0.01, 0.001, 0.0)]
    assert records == sorted(records, reverse=True) and records[0] > 2 * records[2]


def test_several_further_trials_promise_the_sum_of_what_each_promises():
    assert of_further(0.3, 4, 10) == pytest.approx(sum(0.3 / (5 + place) for place in range(10)), rel=0.01)
    assert of_further(0.3, 4, 0) == 0
