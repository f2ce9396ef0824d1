"""Metrics of ranks, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from trials.metrics import Outputs, log_loss
from trials.tasks.ranks import RANK_METRICS, cut_log_likelihoods

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.integers(0, 5, 300)
LOGITS = GENERATOR.normal(size=(300, 5)) - 0.7 * np.abs(np.arange(5) - LABELS[:, None])


def score(name: str, logits: np.ndarray, labels: np.ndarray) -> float:
    return RANK_METRICS[name].function(Outputs(logits, labels))


def test_kappa_is_that_of_scikit_learn_and_the_error_is_in_ranks() -> None:
    predicted = LOGITS.argmax(axis=1)
    assert score("qwk", LOGITS, LABELS) == pytest.approx(cohen_kappa_score(LABELS, predicted, weights="quadratic"))
    assert score("mae", LOGITS, LABELS) == pytest.approx(np.abs(predicted - LABELS).mean())


def test_kappa_is_defined_where_all_ranks_are_equal_or_one_rank_is_always_predicted() -> None:
    always = np.tile([0.0, 0.0, 9.0, 0.0, 0.0], (300, 1))
    assert score("qwk", always, LABELS) == pytest.approx(0.0)
    assert score("qwk", always[:4], np.full(4, 2)) == 1.0


def test_the_probability_of_a_side_is_that_of_its_classes() -> None:
    shares = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    found = np.exp(cut_log_likelihoods(LOGITS, LABELS))
    for cut in range(4):
        below = shares[:, : cut + 1].sum(axis=1)
        np.testing.assert_allclose(found[:, cut], np.where(cut >= LABELS, below, 1 - below))
    two = score("ranked_log_loss", LOGITS[:, :2], LABELS % 2)
    assert two == pytest.approx(log_loss(Outputs(LOGITS[:, :2], LABELS % 2)))
