"""What MLflow shows of a trial over folds: each fold apart from what the trial is worth."""

from dataclasses import replace

from automl.tracking.mlflow_projection import evaluation_metrics, project
from tests.automl.tracking.news import evaluation
from tests.automl.tracking.studies import trial
from trials.record import BUDGET_STEPS, Folds, TrialEnd

FOLDS = Folds(3, 0)
PARTS = [replace(evaluation(FOLDS.step(fold), 0.8 + fold / 64, is_best=False), fold=fold) for fold in range(3)]
MEAN = replace(evaluation(BUDGET_STEPS, 0.81), deviations={"macro_f1": 0.01, "accuracy": 0.01})


def test_a_fold_is_no_validation_score():
    names = {name for name, _ in evaluation_metrics(PARTS[0], "macro_f1")}
    assert "fold/macro_f1" in names
    assert not any(name.startswith(("validation", "best")) for name in names)


def test_the_mean_stands_with_its_deviation():
    values = {name: value for (name, _), value in evaluation_metrics(MEAN, "macro_f1").items()}
    assert (values["validation/macro_f1"], values["validation_deviation/macro_f1"], values["best/macro_f1"]) == (
        0.81,
        0.01,
        0.81,
    )


def test_a_trial_has_all_its_folds_and_one_validation_score():
    told = replace(trial(0, TrialEnd.COMPLETED), evaluations=(*PARTS, MEAN))
    projection = project(told, "macro_f1")
    assert [value for (name, _), value in projection.metrics.items() if name == "fold/macro_f1"] == [
        0.8,
        0.8 + 1 / 64,
        0.8 + 2 / 64,
    ]
    assert [value for (name, _), value in projection.metrics.items() if name == "validation/macro_f1"] == [0.81]
