"""The fits of linear models, by task; those of classes are in `test_model.py`."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

from trials.data import SoftTargets
from trials.linear.fits import FitSettings, fit_targets, fit_weights
from trials.linear.rank_fit import fit_ranks

GENERATOR = np.random.default_rng(0)
FEATURES = GENERATOR.normal(size=(200, 5))
SCORES = 1000.0 + 40.0 * FEATURES @ [1.0, 0.0, -2.0, 0.0, 0.5] + GENERATOR.normal(size=200)


def test_numbers_have_a_ridge_regression_on_their_own_scale() -> None:
    weights, biases = fit_weights(FitSettings(4.0, False, 300), csr_matrix(FEATURES), SCORES, 1)
    assert (weights.shape, biases.shape) == ((1, 5), (1,))
    deviation = SCORES.std()
    expected = Ridge(alpha=1.0).fit(FEATURES, (SCORES - SCORES.mean()) / deviation)
    np.testing.assert_allclose(weights[0], expected.coef_ * deviation, rtol=1e-3, atol=0.02)
    assert biases[0] == pytest.approx(expected.intercept_ * deviation + SCORES.mean(), abs=0.05)


def test_a_larger_penalty_draws_numbers_to_their_mean() -> None:
    spread = [
        (FEATURES @ fit_weights(FitSettings(inverse, False, 300), csr_matrix(FEATURES), SCORES, 1)[0].T).std()
        for inverse in (0.001, 0.1, 10.0)
    ]
    assert spread == sorted(spread)


def test_int32_labels_are_fitted_as_ranks() -> None:
    ranks = np.digitize(FEATURES[:, 0] + GENERATOR.normal(size=200), [-1.5, -0.5, 0.5, 1.5])
    weights, _ = fit_weights(FitSettings(10.0, False, 300), csr_matrix(FEATURES), ranks.astype(np.int32), 5)
    plain, _ = fit_weights(FitSettings(10.0, False, 300), csr_matrix(FEATURES), ranks, 5)
    expected, _ = fit_ranks(csr_matrix(FEATURES), ranks, 5, 10.0, 300, balanced=False)
    np.testing.assert_allclose(weights, expected)
    assert np.abs(weights - plain).max() > 0.1


def test_means_of_few_iterations_follow_the_probabilities() -> None:
    targets = SoftTargets(np.array([[0.9, 0.1], [0.1, 0.9]], dtype=np.float32))
    counts = csr_matrix(np.eye(2, dtype=np.float32))
    weights, _ = fit_targets(FitSettings(1.0, False, 1), counts, targets, np.array([0, 1]))
    np.testing.assert_allclose(weights, np.array([[0.9, 0.1], [0.1, 0.9]]) / np.hypot(0.9, 0.1), rtol=1e-5)


def test_the_largest_of_very_small_probabilities_is_learned() -> None:
    probabilities = np.full((2000, 1000), 0.0005, dtype=np.float32)
    answers = np.arange(2000) % 2
    probabilities[np.arange(2000), answers] = 0.0015
    features = csr_matrix(np.eye(2, dtype=np.float32)[answers])
    weights, biases = fit_targets(FitSettings(1.0, False, 50), features, SoftTargets(probabilities), answers)
    given = features[:2] @ weights.T + biases
    np.testing.assert_array_equal(given.argmax(axis=1), [0, 1])
