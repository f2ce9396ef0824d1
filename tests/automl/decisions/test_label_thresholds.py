import numpy as np
import pytest

from automl.decisions.label_thresholds import METRICS_OF_SETS, best_cuts, cheapest_cuts, costs_of_rows
from trials.tasks import MULTI_LABEL


def shifted_rows(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of three labels, the second of which are too low by 2."""
    draw = np.random.default_rng(0)
    odds = draw.normal(0.0, 2.0, (rows, 3))
    labels = odds + draw.logistic(size=odds.shape) > 0
    return odds - [0.0, 2.0, 0.0], labels


@pytest.mark.parametrize("metric", METRICS_OF_SETS)
def test_a_label_whose_odds_are_too_low_gets_a_lower_threshold(metric):
    logits, labels = shifted_rows()

    cuts = best_cuts(metric, logits, labels, np.zeros(3))

    assert cuts[1] < -1.0
    score = MULTI_LABEL.score
    assert score(metric, logits - cuts, labels) > score(metric, logits, labels) + 0.01


@pytest.mark.parametrize("metric", METRICS_OF_SETS)
def test_what_no_other_rows_confirm_changes_nothing(metric):
    draw = np.random.default_rng(1)
    labels = draw.random((60, 3)) < 0.5
    logits = np.where(labels, 1.0, -1.0) + draw.normal(0, 0.8, labels.shape)

    assert best_cuts(metric, logits, labels, np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_the_cheapest_threshold_weighs_a_miss_against_a_wrong_label():
    """Giving a label of probability p costs (1 - p) * wrong, leaving it p * missed."""
    cuts = cheapest_cuts(np.array([[3.0, 1.0], [1.0, 1.0]]))

    assert MULTI_LABEL.probabilities(cuts) == pytest.approx([0.25, 0.5])


def test_a_row_costs_its_missed_and_its_wrong_labels():
    chosen, labels = np.array([[True, False], [True, True]]), np.array([[False, True], [True, True]])

    assert costs_of_rows(chosen, labels, np.array([[9.0, 2.0], [5.0, 9.0]])).tolist() == [7.0, 0.0]
