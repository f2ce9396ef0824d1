"""Metrics of numbers, against scikit-learn and SciPy, and what is kept of errors."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from trials.tasks.numbers import NUMBER_METRICS, NumberOutputs, residuals

GENERATOR = np.random.default_rng(0)
TRUE = GENERATOR.normal(50.0, 12.0, 300).round()
PREDICTED = (TRUE + GENERATOR.normal(2.0, 5.0, 300)).round(1)


def scores(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    outputs = NumberOutputs(predicted[:, None], true)
    return {name: metric.function(outputs) for name, metric in NUMBER_METRICS.items()}


def test_the_metrics_are_those_of_scikit_learn_and_scipy() -> None:
    assert scores(PREDICTED, TRUE) == pytest.approx(
        {
            "r2": r2_score(TRUE, PREDICTED),
            "rmse": root_mean_squared_error(TRUE, PREDICTED),
            "mae": mean_absolute_error(TRUE, PREDICTED),
            "spearman": spearmanr(TRUE, PREDICTED).statistic,
        }
    )


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_they_are_finite_for_equal_numbers(shift: float) -> None:
    same = np.full(10, 7.0)
    assert scores(same + shift, same) == {"r2": float(shift == 0.0), "rmse": shift, "mae": shift, "spearman": 0.0}


def test_errors_are_kept_by_true_value() -> None:
    kept = residuals(NumberOutputs(PREDICTED[:, None], TRUE))
    assert kept.rows == sum(band.rows for band in kept.bands) == 300
    assert kept.bias == pytest.approx((PREDICTED - TRUE).mean())
    assert kept.quantiles == tuple(sorted(kept.quantiles))
    ends = [(band.low, band.high) for band in kept.bands]
    assert all(high < low for (_, high), (low, _) in pairwise(ends)), "equal numbers are in one band"
    first = kept.bands[0].high >= TRUE
    assert kept.bands[0].mae == pytest.approx(np.abs(PREDICTED - TRUE)[first].mean())


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_fewer_rows_than_bands_have_a_band_each(rows: int) -> None:
    true = np.arange(float(rows))
    assert [band.rows for band in residuals(NumberOutputs(true[:, None], true)).bands] == [1] * rows


def test_equal_numbers_are_one_band() -> None:
    (band,) = residuals(NumberOutputs(np.arange(6.0)[:, None], np.full(6, 2.0))).bands
    assert (band.low, band.high, band.rows) == (2.0, 2.0, 6)
