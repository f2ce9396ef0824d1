"""The expected improvement of a normal distribution."""

import numpy as np
import pytest

from automl.hpo.samplers.expected_improvement import expected_improvement


@pytest.mark.parametrize(("ahead", "spread"), [(0.0, 1.0), (0.3, 0.2), (-0.1, 0.05), (2.0, 0.5)])
def test_it_is_the_mean_of_what_draws_gain(ahead, spread):
    """`ahead` is how far the mean of the draws lies above the best value."""
    draws = np.random.default_rng(0).normal(size=400_000) * spread
    gained = np.maximum(draws + ahead, 0.0).mean()
    assert expected_improvement(ahead, spread) == pytest.approx(gained, abs=0.01 * spread)


def test_a_larger_lead_and_a_larger_spread_promise_more():
    assert 0.0 <= expected_improvement(-9.0, 1.0) < expected_improvement(-1.0, 1.0) < expected_improvement(-1.0, 2.0)
    assert (expected_improvement(0.2, 0.0), expected_improvement(-0.2, 0.0)) == (0.2, 0.0)
