"""Several labels a text: calibration, means of probabilities, strata."""

import numpy as np
import pytest

from trials.tasks import MULTI_LABEL, Calibration, calibrated_logits, evaluate

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.random((500, 4)) < [0.5, 0.3, 0.1, 0.05]
LOG_ODDS = GENERATOR.normal(size=(500, 4)) + 2.0 * LABELS - 1.0


def test_a_temperature_undoes_logits_that_are_too_sure() -> None:
    plain, sure = (MULTI_LABEL.calibrate(LOG_ODDS * factor, LABELS) for factor in (1.0, 3.0))
    assert sure.temperature == pytest.approx(3.0 * plain.temperature, rel=0.05)
    assert MULTI_LABEL.calibrate(LOG_ODDS, LABELS, tempered=False).temperature == 1.0
    before, after = (evaluate(each, LABELS)["log_loss"] for each in (LOG_ODDS * 3.0, sure.outputs(LOG_ODDS * 3.0)))
    assert after < before


def test_thresholds_raise_the_f1_of_the_rows_that_they_are_tuned_on() -> None:
    found = MULTI_LABEL.calibrate(LOG_ODDS - 1.5, LABELS)
    outputs = found.outputs(LOG_ODDS - 1.5)
    assert evaluate(outputs, LABELS)["micro_f1"] > evaluate(LOG_ODDS - 1.5, LABELS)["micro_f1"] + 0.05
    assert MULTI_LABEL.right(outputs, LABELS).mean() == evaluate(outputs, LABELS)["subset_accuracy"]
    np.testing.assert_allclose(calibrated_logits(outputs), (LOG_ODDS - 1.5) / found.temperature)


def test_the_mean_of_models_is_that_of_their_probabilities() -> None:
    others = LOG_ODDS[::-1]
    mean = MULTI_LABEL.mean([LOG_ODDS, others], [0.25, 0.75])
    expected = 0.25 * MULTI_LABEL.probabilities(LOG_ODDS) + 0.75 * MULTI_LABEL.probabilities(others)
    np.testing.assert_allclose(MULTI_LABEL.probabilities(mean), expected)


def test_a_row_belongs_to_the_stratum_of_its_rarest_label() -> None:
    labels = np.array([[True, False], [True, True], [False, False], [True, False]])
    assert MULTI_LABEL.strata(labels).tolist() == [0, 1, 2, 0]
    assert set(MULTI_LABEL.drawn_within(labels)) == {0}


def test_balance_matters_where_few_rows_have_a_label() -> None:
    assert MULTI_LABEL.imbalance(LABELS) > 10
    assert MULTI_LABEL.imbalance(np.array([[True], [False]])) == 1.0
    assert MULTI_LABEL.class_rows(LABELS).tolist() == LABELS.sum(axis=0).tolist()


def test_folds_have_all_labels_alike() -> None:
    parts = MULTI_LABEL.divide(LABELS, 5, 0)
    counts = np.array([LABELS[parts == part].sum(axis=0) for part in range(5)])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 2


def test_the_calibration_of_folds_is_their_mean() -> None:
    mean = Calibration.mean([Calibration(2.0, (0.2, 0.5)), Calibration(0.5, (0.8, 0.5))])
    assert (mean.temperature, mean.thresholds) == (pytest.approx(1.0), pytest.approx((0.5, 0.5)))
    assert Calibration.mean([Calibration(2.0), Calibration(0.5)]).thresholds == ()
