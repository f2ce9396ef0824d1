import numpy as np
import pytest

from automl.decisions.temperature import best_temperature


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 4.0])
def test_probabilities_that_are_too_sure_by_a_factor_are_divided_by_it(sharpness):
    generator = np.random.default_rng(0)
    logits = 2 * generator.normal(size=(20_000, 3))
    odds = np.exp(logits)
    cumulated = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    labels = (generator.random((20_000, 1)) > cumulated).sum(axis=1)

    assert best_temperature(sharpness * logits, labels) == pytest.approx(sharpness, rel=0.05)


def test_rows_that_are_all_right_still_give_a_finite_temperature():
    assert 0 < best_temperature(np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([0, 0])) < 1
