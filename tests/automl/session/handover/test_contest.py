from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

from automl.core import TrialRecord
from automl.core.workspace import Workspace
from automl.export import ModelScores
from automl.selection import ConfirmationResult, Confirmed
from automl.session.handover.contest import Contest, contest
from tests.automl.goals import goals_for
from tests.automl.report.records import make_study, make_trial
from tests.automl.session.plans import make_plan
from trials.data import Split
from trials.files import write_validation_logits
from trials.metrics import Outputs, evaluate
from trials.tasks import MULTI_LABEL

STUDY = make_study(*(make_trial(number, (0.1, value)) for number, value in enumerate((0.5, 0.9, 0.7))))

LABELS = np.arange(60, dtype=np.int64) % 2


def outputs(wrong: int) -> np.ndarray:
    """Logits of two classes for `LABELS`, of which the last `wrong` are wrong if it is even, else the first."""
    rows = np.arange(60)
    return np.eye(2)[np.where((rows if wrong % 2 else rows[::-1]) < wrong, 1 - LABELS, LABELS)] * 3.0


class Scored:
    """Scores made-up models: by number of the trial, how many of 60 rows each gets wrong on any split."""

    def __init__(self, **wrong: int) -> None:
        self.wrong = wrong

    def __call__(self, folder: Path, split: Split) -> ModelScores:
        logits = outputs(self.wrong[f"t{int(folder.name)}"])
        return ModelScores(evaluate(logits, split.labels), Outputs(logits, split.labels).confusion, logits)


def decided(
    folder: Path,
    best: int,
    default: int,
    wrong: dict[str, int],
    confirmation: ConfirmationResult | None = None,
    absent: int | None = None,
    **search: object,
) -> Contest:
    plan = make_plan(folder, **search)
    split = Split(("text",) * 60, LABELS)
    prepared = replace(plan.prepared, dataset=replace(plan.prepared.dataset, validation=split, test=split))
    trials = STUDY.trials
    new = replace(plan, prepared=prepared)

    def is_here(trial: TrialRecord) -> bool:
        return trial.number != absent

    return contest(new, STUDY, trials[best], trials[default], Scored(**wrong), confirmation, is_here)


def test_a_lead_of_one_row_hands_over_the_default_unless_the_margin_is_zero(tmp_path):
    close = {"t0": 6, "t1": 5}
    found = decided(tmp_path, 1, 0, close)
    assert found.choice.passes_over and found.chosen.trial.number == 0 and found.best.trial.number == 1
    assert not decided(tmp_path, 1, 0, close, margin=0.0).choice.passes_over
    assert decided(tmp_path, 1, 0, {"t0": 20, "t1": 5}).chosen.trial.number == 1


def test_a_trial_that_is_shown_to_lead_is_handed_over_in_the_place_of_one_with_a_better_score(tmp_path):
    """Trial 1 is right on one row more than the default, but errs on others; trial 2 errs only where the default does.

    Of trial 2 the rows say more, although the study has a better score of trial 1.
    """
    folders = Workspace(tmp_path).study("news")
    for number, wrong in enumerate((10, 9, 8)):
        folders.model(number).mkdir(parents=True)
        (folders.model(number) / "config.json").touch()
        write_validation_logits(folders.model(number), outputs(wrong))
    found = decided(tmp_path, 1, 0, {"t0": 10, "t1": 9, "t2": 8})
    assert found.chosen.trial.number == 2 and found.searched is found.chosen and not found.choice.keeps_default
    assert found.chosen.scores.test["accuracy"] == 52 / 60
    elsewhere = decided(tmp_path, 1, 0, {"t0": 10, "t1": 9}, absent=2)
    assert elsewhere.choice.keeps_default, "the model that is here may be an older one"
    failed = ConfirmationResult(1, (Confirmed(1, (0.9, 0.9), {}),), (2,), 1, 1.0)
    again = decided(tmp_path, 1, 0, {"t0": 10, "t1": 9}, confirmation=failed)
    assert again.choice.keeps_default and again.searched is again.best, "what could not be trained again cannot win"


def test_a_default_that_is_the_best_is_scored_once_and_handed_over(tmp_path):
    found = decided(tmp_path, 0, 0, {"t0": 6})
    assert found.default is found.best is found.chosen and found.choice.evidence is None


def test_with_constraints_the_best_is_handed_over_whatever_its_lead(tmp_path):
    goals = goals_for("macro_f1", constraints=["latency_ms<=20"])
    plan, split = make_plan(tmp_path), Split(("text",) * 60, LABELS)
    prepared = replace(plan.prepared, dataset=replace(plan.prepared.dataset, validation=split, test=split))
    study = replace(STUDY, goals=goals)
    score = Scored(t0=6, t1=5)
    found = contest(replace(plan, prepared=prepared), study, study.trials[1], study.trials[0], score)
    assert found.chosen.trial.number == 1 and found.optimism is None


def test_the_optimism_comes_from_the_logits_of_all_models_that_are_kept(tmp_path):
    assert decided(tmp_path, 1, 1, {"t1": 5}).optimism is None, "one model has none"
    other = np.roll(outputs(5), 10, axis=0)
    folder = Workspace(tmp_path).study("news").model(2)
    folder.mkdir(parents=True)
    write_validation_logits(folder, other)
    assert decided(tmp_path, 1, 1, {"t1": 5}).optimism > 0
    write_validation_logits(folder, other[:30])
    assert decided(tmp_path, 1, 1, {"t1": 5}).optimism is None, "logits of other rows are not compared"


def test_cross_validated_trials_have_outputs_of_all_rows_and_are_compared_fold_by_fold(tmp_path):
    """Trial 1 leads by .01 in each of its folds, which is sure, while one row of 160 more would not be."""

    def folded(number: int, scores: Sequence[float]) -> TrialRecord:
        made = make_trial(number, (0.1, fmean(scores)))
        last = replace(made.evaluations[-1], deviations={"macro_f1": 0.0})
        folds = tuple(
            replace(last, fold=fold, metrics={"macro_f1": each, "log_loss": 1 - each})
            for fold, each in enumerate(scores)
        )
        return replace(made, evaluations=(*folds, last))

    trials = folded(0, (0.8, 0.7, 0.9)), folded(1, (0.811, 0.71, 0.91))
    plan, split = make_plan(tmp_path, folds=3), Split(("text",) * 60, LABELS)
    prepared = replace(plan.prepared, dataset=replace(plan.prepared.dataset, validation=split, test=split))
    wrong = np.roll(np.eye(2)[np.concatenate([prepared.dataset.train.labels, LABELS])], 1, axis=1) * 3.0
    for number, rows in ((0, wrong), (1, wrong[:60])):
        plan.workspace.study("news").model(number).mkdir(parents=True)
        write_validation_logits(plan.workspace.study("news").model(number), rows)
    found = contest(replace(plan, prepared=prepared), make_study(*trials), trials[1], trials[0], Scored(t0=6, t1=6))
    assert found.chosen.trial.number == 1 and found.choice.evidence.errors > 5
    np.testing.assert_allclose(found.default.validation, wrong)
    assert found.best.validation is None, "outputs of the validation rows alone are not those of the folds"
    assert found.best.scores.validation["macro_f1"] == pytest.approx(fmean((0.811, 0.71, 0.91)))


def test_validation_rows_are_scored_by_what_the_trials_left_there_without_reading_them_again(tmp_path):
    folders = Workspace(tmp_path).study("news")
    for number, wrong in ((0, 6), (1, 5)):
        folders.model(number).mkdir(parents=True)
        write_validation_logits(folders.model(number), outputs(wrong))
    found = decided(tmp_path, 1, 0, {"t0": 30, "t1": 30})
    assert found.best.scores.validation["accuracy"] == 55 / 60
    assert found.default.scores.validation["accuracy"] == 54 / 60
    assert found.best.scores.test["accuracy"] == 0.5
    np.testing.assert_allclose(found.best.validation, outputs(5))


def test_the_tuned_thresholds_of_a_single_model_of_several_labels_are_optimism(tmp_path):
    generator = np.random.default_rng(0)
    labels = generator.random((60, 8)) < 0.2
    logits = generator.normal(size=labels.shape) + 2.0 * labels - 1.0
    tuned = MULTI_LABEL.calibrate(logits, labels).outputs(logits)
    scores = ModelScores(MULTI_LABEL.evaluate(tuned, labels), MULTI_LABEL.counts(tuned, labels), tuned)
    plan, split = make_plan(tmp_path), Split(("text",) * 60, labels)
    prepared = replace(plan.prepared, dataset=replace(plan.prepared.dataset, validation=split, test=split))
    study = replace(STUDY, goals=goals_for("micro_f1"))
    trial = study.trials[1]
    found = contest(replace(plan, prepared=prepared), study, trial, trial, lambda folder, split: scores)
    assert found.optimism is not None and found.optimism > 0


def test_trials_that_were_confirmed_are_compared_by_their_means(tmp_path):
    close = {"t0": 6, "t1": 5}
    means = (Confirmed(1, (0.9, 0.9, 0.9), {"log_loss": 0.2}), Confirmed(0, (0.8, 0.8, 0.8), {"log_loss": 0.5}))
    found = decided(tmp_path, 1, 0, close, confirmation=ConfirmationResult(1, means, (), 2, 1.0))
    assert found.choice.evidence.gain == pytest.approx(0.1) and found.choice.evidence.divisions == 3
    assert not found.choice.passes_over, "the same lead on the validation rows alone is not enough"
    other = ConfirmationResult(1, (means[0], replace(means[1], trial=2)), (), 2, 1.0)
    assert decided(tmp_path, 1, 0, close, confirmation=other).choice.passes_over


def test_a_winner_by_confirmation_alone_has_no_optimism_of_the_best_score(tmp_path):
    folder = Workspace(tmp_path).study("news").model(2)
    folder.mkdir(parents=True)
    write_validation_logits(folder, np.roll(outputs(5), 10, axis=0))
    changed = ConfirmationResult(2, (Confirmed(1, (0.8, 0.9), {}), Confirmed(2, (0.9, 0.7), {})), (), 1, 1.0)
    assert decided(tmp_path, 1, 1, {"t1": 5}, confirmation=changed).optimism is None
    assert decided(tmp_path, 1, 1, {"t1": 5}, confirmation=replace(changed, leader=1)).optimism > 0
