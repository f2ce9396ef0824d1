"""Numbers of texts: division by quantiles, means of models, comparisons."""

import math

import numpy as np
import pytest

from trials.tasks import REGRESSION, UNCALIBRATED

LABELS = np.random.default_rng(0).lognormal(3.0, 1.0, 500)


def test_splits_and_folds_have_small_and_large_numbers_alike() -> None:
    kept, off = REGRESSION.split_off(LABELS, 0.2, 0)
    assert sorted([*kept, *off]) == list(range(500))
    for quantile in (0.25, 0.5, 0.75):
        below = np.quantile(LABELS, quantile) > LABELS
        assert below[off].mean() == pytest.approx(quantile, abs=0.04)
    parts = REGRESSION.divide(LABELS, 5, 0)
    tops = [(LABELS[parts == part] > np.quantile(LABELS, 0.9)).sum() for part in range(5)]
    assert max(tops) - min(tops) <= 1


@pytest.mark.parametrize(
    "labels", [[1.0, 1.0], [1.0, 2.0, 3.0], [0.0] * 30 + [5.0], [0.0, *[9.0] * 30], list(range(12))]
)
def test_each_bin_can_be_divided_in_two(labels: list[float]) -> None:
    strata = REGRESSION.strata(np.array(labels))
    assert np.bincount(strata)[np.unique(strata)].min() >= 2


def test_several_models_give_the_mean_of_their_numbers() -> None:
    first, second = np.array([[1.0], [2.0]]), np.array([[3.0], [6.0]])
    assert REGRESSION.mean([first, second], [0.25, 0.75]).tolist() == [[2.5], [5.0]]
    assert REGRESSION.loss_of_mixed(REGRESSION.mixable(first, np.ones(2)), np.array([1.0, 4.0])) == 0.5 * math.log(2.0)
    assert math.isfinite(REGRESSION.loss_of_mixed(np.ones(2), np.ones(2)))


def test_a_model_wins_the_rows_on_which_it_is_closer() -> None:
    labels = np.array([0.0, 0.0, 0.0, 0.0])
    first, second = np.array([[1.0], [-3.0], [2.0], [0.0]]), np.array([[2.0], [1.0], [-2.0], [4.0]])
    assert REGRESSION.wins(first, second, labels) == (2, 1)


def test_nothing_is_calibrated_and_there_are_no_classes_to_balance() -> None:
    assert REGRESSION.calibrate(LABELS[:, None], LABELS) is UNCALIBRATED
    assert REGRESSION.imbalance(LABELS) == 1.0
    assert set(REGRESSION.drawn_within(LABELS)) == {0}
