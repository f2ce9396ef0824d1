"""One label a text is what it was before there were tasks."""

import numpy as np
import pytest

from trials.calibration import fit_temperature
from trials.metrics import Outputs, log_loss, log_softmax
from trials.tasks import SINGLE_LABEL, evaluate

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.integers(0, 3, 200)
LOGITS = GENERATOR.normal(size=(200, 3)) + np.eye(3)[LABELS]


def test_outputs_are_calibrated_logits() -> None:
    found = SINGLE_LABEL.calibrate(LOGITS, LABELS)
    assert (found.temperature, found.thresholds) == (fit_temperature(LOGITS, LABELS), ())
    np.testing.assert_array_equal(found.outputs(LOGITS), LOGITS / found.temperature)


def test_scores_are_those_of_the_most_probable_class() -> None:
    assert evaluate(LOGITS, LABELS)["accuracy"] == SINGLE_LABEL.right(LOGITS, LABELS).mean()
    assert -SINGLE_LABEL.log_likelihoods(LOGITS, LABELS).mean() == pytest.approx(log_loss(Outputs(LOGITS, LABELS)))
    np.testing.assert_array_equal(SINGLE_LABEL.probabilities(LOGITS), np.exp(log_softmax(LOGITS)))
    assert SINGLE_LABEL.counts(LOGITS, LABELS).rows == 200


def test_strata_are_the_classes() -> None:
    assert SINGLE_LABEL.strata(LABELS) is SINGLE_LABEL.drawn_within(LABELS) is LABELS
    assert SINGLE_LABEL.imbalance(np.array([0, 0, 0, 2])) == 3.0
