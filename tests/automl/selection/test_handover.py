import math
from dataclasses import replace

import numpy as np
import pytest

from automl.selection.handover import Evidence, choose_model, evidence_of_folds, evidence_of_rows
from tests.automl.goals import MACRO_F1, goals_for
from tests.automl.report.records import make_trial

BEST, DEFAULT = make_trial(7, (0.9,)), make_trial(1, (0.8,))


@pytest.mark.parametrize(
    ("gain", "margin", "chosen"), [(0.009, 1.0, 1), (0.011, 1.0, 7), (0.011, 2.0, 1), (0.001, 0.0, 7)]
)
def test_the_default_is_handed_over_unless_the_lead_exceeds_the_margin(gain, margin, chosen):
    choice = choose_model(BEST, DEFAULT, Evidence(gain, 0.01), margin)
    assert choice.chosen == chosen and choice.passes_over == (chosen == 1)


def test_without_a_default_or_without_evidence_the_best_is_handed_over():
    assert choose_model(BEST, None, None, 1.0).chosen == 7
    assert choose_model(BEST, DEFAULT, None, 1.0).chosen == 7
    itself = choose_model(DEFAULT, DEFAULT, None, 1.0)
    assert itself.chosen == 1 and not itself.passes_over


def test_a_gain_without_an_error_is_certain_and_none_is_no_gain():
    assert Evidence(0.1, 0.0).errors == math.inf and Evidence(0.0, 0.0).errors == 0.0
    assert choose_model(BEST, DEFAULT, Evidence(0.0, 0.0), 1.0).chosen == 1, "an equal score goes to the default"


def test_the_evidence_of_rows_has_the_direction_of_the_metric():
    labels = np.arange(300) % 3
    good = np.eye(3)[labels] * 2.0
    bad = np.where((np.arange(300) % 5 == 0)[:, None], np.roll(good, 1, axis=1), good)
    for metric in ("macro_f1", "log_loss"):
        found = evidence_of_rows(metric, good, bad, labels)
        assert found.gain > 0 and found.errors > 5
        assert evidence_of_rows(metric, bad, good, labels).gain == pytest.approx(-found.gain)


def folded(number: int, *scores: float, metric: str = "macro_f1"):
    trial = make_trial(number, scores[:4], metric=metric)
    return replace(trial, evaluations=tuple(replace(each, fold=fold) for fold, each in enumerate(trial.evaluations)))


def test_the_evidence_of_folds_is_that_of_the_differences_in_the_same_folds():
    found = evidence_of_folds(MACRO_F1, folded(7, 0.9, 0.7, 0.8), folded(1, 0.88, 0.69, 0.77))
    assert found is not None and found.gain == pytest.approx(0.02)
    assert found.error == pytest.approx(0.01 * math.sqrt(1 / 3 + 1 / 2))
    losses = [folded(number, *own, metric="log_loss") for number, own in ((7, (0.5, 0.4)), (1, (0.6, 0.6)))]
    smaller = evidence_of_folds(goals_for("log_loss"), *losses)
    assert smaller is not None and smaller.gain == pytest.approx(0.15)


def test_trials_without_the_same_folds_give_no_evidence():
    assert evidence_of_folds(MACRO_F1, BEST, DEFAULT) is None
    assert evidence_of_folds(MACRO_F1, folded(7, 0.9, 0.8), folded(1, 0.9)) is None
