"""Draws around a value: where they lie, and how far from it."""

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from automl.core.priors import Confidence, Prior
from automl.hpo.samplers.prior_sampling import draw_around, is_possible

RATE = FloatDistribution(1e-5, 1e-3, log=True)


def draws(value, confidence, distribution, count=2000):
    generator = np.random.default_rng(0)
    return [draw_around(Prior(value, Confidence(confidence)), distribution, generator) for _ in range(count)]


@pytest.mark.parametrize(
    ("distribution", "value"),
    [
        (RATE, 1e-5),
        (RATE, 1e-3),
        (RATE, 3e-4),
        (FloatDistribution(0.0, 0.3), 0.0),
        (IntDistribution(1, 4), 4),
        (IntDistribution(2, 11, step=3), 8),
        (IntDistribution(1, 100, log=True), 1),
        (CategoricalDistribution(("a", "b", "c")), "b"),
        (CategoricalDistribution((1, 2.0, True)), True),
    ],
)
@pytest.mark.parametrize("confidence", Confidence)
def test_every_draw_is_one_of_the_distribution_and_most_lie_near_the_value(distribution, value, confidence):
    drawn = draws(value, confidence, distribution, 500)
    assert all(distribution._contains(distribution.to_internal_repr(each)) for each in drawn)
    if isinstance(distribution, FloatDistribution):
        scaled = np.log(drawn) if distribution.log else np.array(drawn)
        centre = np.log(value) if distribution.log else value
        low, high = (np.log((1e-5, 1e-3))) if distribution.log else (distribution.low, distribution.high)
        assert np.mean(np.abs(scaled - centre) < 0.31 * (high - low)) > 0.6
    else:
        assert max(set(drawn), key=drawn.count) == value


def test_the_surer_the_nearer_on_the_parameters_own_scale():
    spreads = {each: np.std(np.log10(draws(1e-4, each, RATE))) for each in Confidence}
    assert spreads[Confidence.HIGH] == pytest.approx(0.1, rel=0.1), "a twentieth of two decades"
    assert spreads[Confidence.HIGH] < spreads[Confidence.MEDIUM] < spreads[Confidence.LOW]
    centres = [np.median(draws(1e-4, each, RATE)) for each in Confidence]
    assert centres == pytest.approx([1e-4] * 3, rel=0.2)


def test_a_choice_has_a_mass_and_the_others_share_the_rest():
    options = CategoricalDistribution(("a", "b", "c", "d"))
    shares = {each: np.mean([drawn == "a" for drawn in draws("a", each, options)]) for each in Confidence}
    assert shares[Confidence.HIGH] == pytest.approx(0.925, abs=0.02)
    assert 0.5 < shares[Confidence.LOW] < shares[Confidence.MEDIUM] < shares[Confidence.HIGH]
    assert set(draws("a", "high", options)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("value", [2e-2, "fast"])
def test_a_value_that_a_later_range_leaves_out_is_not_possible(value):
    assert not is_possible(value, RATE)


def test_an_option_that_is_gone_is_not_possible():
    assert not is_possible("cosine", CategoricalDistribution(("linear",)))
    assert is_possible("linear", CategoricalDistribution(("linear", "cosine")))
