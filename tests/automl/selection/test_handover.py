import math
from dataclasses import replace

import numpy as np
import pytest

from automl.selection import Confirmed, handover
from automl.selection.handover import (
    MOST_COMPARED,
    MOST_ERRORS,
    Evidence,
    EvidenceOfRows,
    choose_model,
    evidence_of_confirmation,
    evidence_of_folds,
)
from tests.automl.goals import MACRO_F1, goals_for
from tests.automl.report.records import make_trial
from trials.tasks import MULTI_LABEL, SINGLE_LABEL

BEST, SECOND, THIRD, DEFAULT = (
    make_trial(number, (score,)) for number, score in ((7, 0.9), (5, 0.89), (6, 0.88), (1, 0.8))
)


def alone(gain: float, error: float = 0.01) -> Evidence:
    """Evidence of the metric, where the loss says the same."""
    return Evidence(gain, error, gain, error, 1.0)


@pytest.mark.parametrize(
    ("gain", "margin", "chosen"), [(0.009, 1.0, 1), (0.011, 1.0, 7), (0.011, 2.0, 1), (0.001, 0.0, 7)]
)
def test_the_default_is_handed_over_unless_the_lead_exceeds_the_margin(gain, margin, chosen):
    choice = choose_model([BEST], DEFAULT, lambda trial: alone(gain), margin)
    assert choice.chosen == chosen and choice.passes_over == choice.keeps_default == (chosen == 1)


def test_the_first_trial_whose_lead_is_shown_is_handed_over():
    leads = {7: alone(0.005), 5: alone(-0.1), 6: alone(0.02)}
    ranked = [BEST, SECOND, THIRD, DEFAULT]
    choice = choose_model(ranked, DEFAULT, lambda trial: leads[trial.number], 1.0)
    assert choice.chosen == 6 and choice.passes_over and not choice.keeps_default
    assert choice.evidence == leads[7] and choice.of_chosen == leads[6]
    assert choose_model([BEST, DEFAULT, THIRD], DEFAULT, lambda trial: leads[trial.number], 1.0).chosen == 1
    unknown = choose_model(ranked, DEFAULT, lambda trial: leads[trial.number] if trial is BEST else None, 1.0)
    assert unknown.keeps_default and unknown.of_chosen is None


def test_a_smaller_loss_alone_is_no_lead():
    better_loss = Evidence(0.0, 0.01, 0.5, 0.01, 0.0)
    assert better_loss.errors > 10
    assert choose_model([BEST], DEFAULT, lambda trial: better_loss, 1.0).keeps_default


def test_the_loss_adds_to_the_evidence_of_the_metric_as_far_as_it_errs_otherwise():
    independent, same = Evidence(0.01, 0.01, 0.02, 0.02, 0.0), Evidence(0.01, 0.01, 0.02, 0.02, 1.0)
    assert independent.errors == pytest.approx(math.sqrt(2)) and same.errors == pytest.approx(1.0)
    assert Evidence(0.01, 0.01, -0.02, 0.02, 0.5).errors == 0.0


def test_no_more_than_the_first_trials_are_compared():
    asked, many = [], [make_trial(10 + number, (0.9,)) for number in range(MOST_COMPARED + 5)]

    def evidence(trial):
        asked.append(trial.number)
        return alone(0.0)

    assert choose_model(many, DEFAULT, evidence, 1.0).chosen == 1
    assert len(asked) == MOST_COMPARED


def test_without_a_default_or_without_evidence_the_best_is_handed_over():
    assert choose_model([BEST], None, lambda trial: None, 1.0).chosen == 7
    assert choose_model([BEST, SECOND], DEFAULT, lambda trial: None, 1.0).chosen == 7
    itself = choose_model([DEFAULT, BEST], DEFAULT, lambda trial: alone(9.0), 1.0)
    assert itself.chosen == 1 and not itself.passes_over


def test_a_gain_without_an_error_counts_as_many_errors_and_none_as_no_gain():
    assert alone(0.1, 0.0).errors == MOST_ERRORS == alone(0.1, 1e-17).errors and alone(0.0, 0.0).errors == 0.0
    assert Evidence(0.1, 0.0, -0.1, 0.0, 0.0).errors == 0.0, "one does not outweigh the other"
    assert choose_model([BEST], DEFAULT, lambda trial: alone(0.0, 0.0), 1.0).chosen == 1, "an equal score"


def test_the_evidence_of_rows_has_the_direction_of_the_metric():
    labels = np.arange(300) % 3
    good = np.eye(3)[labels] * 2.0
    bad = np.where((np.arange(300) % 5 == 0)[:, None], np.roll(good, 1, axis=1), good)
    for metric in ("macro_f1", "log_loss"):
        found = EvidenceOfRows(metric, bad, labels).of(good)
        assert found.gain > 0 and found.errors > 5
        assert EvidenceOfRows(metric, good, labels).of(bad).gain == pytest.approx(-found.gain)
        assert found.loss_gain > 0 and 0 < found.correlation <= 1
    assert found.correlation == pytest.approx(1.0) and found.gain == found.loss_gain, "the metric is the loss"


def test_rows_with_the_same_answers_give_evidence_by_the_loss_alone():
    labels = np.arange(300) % 3
    sure, unsure = np.eye(3)[labels] * 3.0, np.eye(3)[labels] * 1.0
    found = EvidenceOfRows("macro_f1", unsure, labels).of(sure)
    assert (found.gain, found.error, found.correlation) == (0.0, 0.0, 0.0) and found.loss_gain > 0


@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_a_gain_on_the_only_row_of_a_class_is_not_certain(metric):
    """That row is in every sample within classes; on all others the trial is less sure than the default."""
    labels = np.array([0] * 100 + [1] * 99 + [2])
    default, trial = np.eye(3)[labels] * 4.0, np.eye(3)[labels] * 1.0
    default[-1] = [4.0, 0.0, 0.0]
    found = EvidenceOfRows(metric, default, labels).of(trial)
    assert found.gain > 0 and found.error == pytest.approx(found.gain, rel=0.05)
    assert found.errors < 0, "its loss is larger on nearly all rows"


def test_of_many_classes_with_one_row_each_some_stand_for_all(monkeypatch):
    labels = np.array([0] * 50 + [1] * 50 + list(range(2, 202)))
    default = np.eye(202)[labels] * 4.0
    trial = default.copy()
    default[-60:] = np.roll(default[-60:], 1, axis=1)
    left_out, scored = [], handover.oriented_scores
    monkeypatch.setattr(handover, "oriented_scores", lambda *args: left_out.append(len(args[2])) or scored(*args))
    found = EvidenceOfRows("accuracy", default, labels).of(trial)
    assert left_out == [299] * 2 * 20
    assert found.gain == pytest.approx(0.2) and 0.02 < found.error < 0.03, "60 of 300 rows: sqrt(60) / 300 and less"


def test_samples_of_the_default_are_scored_once(monkeypatch):
    labels, scored = np.arange(60) % 3, []
    sampled = handover.sampled_scores
    monkeypatch.setattr(handover, "sampled_scores", lambda *args: scored.append(args[1]) or sampled(*args))
    default, others = np.eye(3)[labels], [np.eye(3)[labels] * factor for factor in (2.0, 3.0)]
    rows = EvidenceOfRows("macro_f1", default, labels)
    assert [rows.of(each).gain for each in others] == [0.0, 0.0]
    assert sum(each is default for each in scored) == 1


def test_means_of_confirmed_trials_err_less_but_not_as_if_their_rows_were_independent():
    rows, loss = Evidence(0.01, 0.02, 0.03, 0.04, 0.5), MULTI_LABEL.loss_metric
    best, default = Confirmed(7, (0.9, 0.8, 0.7), {loss: 0.5}), Confirmed(1, (0.8, 0.7, 0.6), {loss: 0.7})
    found = evidence_of_confirmation(rows, best, default, MACRO_F1, MULTI_LABEL, share=0.2)
    factor = math.sqrt(1 / 3 + 0.2)
    assert found == Evidence(
        pytest.approx(0.1), pytest.approx(0.02 * factor), pytest.approx(0.2), pytest.approx(0.04 * factor), 0.5, 3
    )
    many = evidence_of_confirmation(rows, best, default, MACRO_F1, MULTI_LABEL, share=5.0)
    assert many.error == rows.error, "not more than on one division"
    assert evidence_of_confirmation(rows, best, replace(default, means={}), MACRO_F1, MULTI_LABEL, share=0.2) is rows
    losses = [Confirmed(number, (score,), {loss: score}) for number, score in ((7, 0.4), (1, 0.6))]
    smaller = evidence_of_confirmation(rows, *losses, goals_for("log_loss"), MULTI_LABEL, share=0.2)
    assert smaller.gain == pytest.approx(0.2)


def folded(number: int, *scores: float, metric: str = "macro_f1", losses: tuple[float, ...] = ()):
    trial = make_trial(number, scores[:4], metric=metric)
    more = [{} if not losses else {"log_loss": loss} for loss in losses or scores]
    folds = zip(trial.evaluations, more, strict=True)
    evaluations = [replace(each, fold=fold, metrics={**each.metrics, **m}) for fold, (each, m) in enumerate(folds)]
    return replace(trial, evaluations=tuple(evaluations))


def test_the_evidence_of_folds_is_that_of_the_differences_in_the_same_folds():
    best, default = (
        folded(7, 0.9, 0.7, 0.8, losses=(0.2, 0.3, 0.4)),
        folded(1, 0.88, 0.69, 0.77, losses=(0.3, 0.3, 0.4)),
    )
    found = evidence_of_folds(MACRO_F1, SINGLE_LABEL, best, default)
    assert found is not None and found.gain == pytest.approx(0.02)
    assert found.error == pytest.approx(0.01 * math.sqrt(1 / 3 + 1 / 2))
    assert found.loss_gain == pytest.approx(0.1 / 3) and found.correlation == 1.0
    losses = [folded(number, *own, metric="log_loss") for number, own in ((7, (0.5, 0.4)), (1, (0.6, 0.6)))]
    smaller = evidence_of_folds(goals_for("log_loss"), SINGLE_LABEL, *losses)
    assert smaller is not None and smaller.gain == smaller.loss_gain == pytest.approx(0.15)


def test_trials_without_the_same_folds_give_no_evidence():
    assert evidence_of_folds(MACRO_F1, SINGLE_LABEL, BEST, DEFAULT) is None
    uneven = folded(7, 0.9, 0.8, losses=(0.1, 0.1)), folded(1, 0.9, losses=(0.1,))
    assert evidence_of_folds(MACRO_F1, SINGLE_LABEL, *uneven) is None
    without = folded(7, 0.9, 0.8), folded(1, 0.9, 0.7)
    assert evidence_of_folds(MACRO_F1, SINGLE_LABEL, *without) is None, "their losses are unknown"
