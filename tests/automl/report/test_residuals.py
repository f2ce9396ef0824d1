"""Errors of a model of numbers on its card."""

import numpy as np

from automl.report.residuals import residuals_section
from trials.tasks import REGRESSION, Residuals


def test_bias_spread_and_errors_by_true_value_are_told() -> None:
    true = np.arange(100.0)
    found = REGRESSION.counts((true + np.where(true < 50, 1.0, 3.0))[:, None], true)
    assert isinstance(found, Residuals)
    text = residuals_section(found)
    assert "+2 on average" in text
    assert "5% 1, 25% 1, 50% 2, 75% 3, 95% 3" in text
    assert "| 0 - 19 | 20 | 10.5 | 1.000 |" in text
    assert "| 80 - 99 | 20 | 92.5 | 3.000 |" in text
