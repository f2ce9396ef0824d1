"""What MLflow shows of a trial: what it cost, and over folds each one apart from what the trial is worth."""

from dataclasses import replace

from automl.core.records import Confirmation
from automl.tracking.mlflow.run_content import cost_metrics, evaluation_metrics, run_content
from tests.automl.tracking.news import evaluation
from tests.automl.tracking.studies import trial
from trials.protocol import BUDGET_STEPS, Cost, Folds, TrialEnd

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
    projection = run_content(told, "macro_f1")
    assert [value for (name, _), value in projection.metrics.items() if name == "fold/macro_f1"] == [
        0.8,
        0.8 + 1 / 64,
        0.8 + 2 / 64,
    ]
    assert [value for (name, _), value in projection.metrics.items() if name == "validation/macro_f1"] == [0.81]


def test_the_loss_of_a_stage_is_shown_where_there_was_one() -> None:
    without = Cost(12.5, 400, 720.0, 1_250_000, 2**20)
    assert ("cost/pretraining_loss", 400) not in cost_metrics(without)
    with_stage = Cost(12.5, 400, 720.0, 1_250_000, 2**20, shared_seconds=3.0, pretraining_loss=5.5)
    shown = cost_metrics(with_stage)
    assert (shown["cost/pretraining_loss", 400], shown["cost/shared_seconds", 400]) == (5.5, 3.0)


def test_why_steps_were_no_graphs_is_a_tag_and_no_metric() -> None:
    cost = Cost(12.5, 400, 720.0, 1_250_000, 2**20, eager_because="memory was short")
    told = replace(trial(0, TrialEnd.COMPLETED), evaluations=(MEAN,), cost=cost)
    content = run_content(told, "macro_f1")
    assert content.tags["automl.eager_because"] == "memory was short"
    assert not any("eager" in name for name, _ in content.metrics)
    assert (
        "automl.eager_because" not in run_content(replace(told, cost=replace(cost, eager_because="")), "macro_f1").tags
    )


def test_what_a_trial_used_of_its_machine_stands_where_mlflow_has_a_tab_for_it():
    used = replace(evaluation(BUDGET_STEPS, 0.81), usage={"cpu_utilization_percentage": 98.0})
    values = {name: value for (name, _), value in evaluation_metrics(used, "macro_f1").items()}
    assert values["system/cpu_utilization_percentage"] == 98.0


def test_a_trial_that_trained_alone_has_the_metrics_of_earlier_versions():
    """Otherwise the runs of every earlier study would lack a metric."""
    alone = Cost(12.5, 100, 8.0, 1000, 1 << 20)
    assert ("cost/members", 100) not in cost_metrics(alone)
    assert cost_metrics(replace(alone, members=4))["cost/members", 100] == 4.0


def test_a_confirmation_names_its_trial_and_is_not_among_the_best() -> None:
    told = replace(trial(7, TrialEnd.COMPLETED), confirms=Confirmation(3, 2))
    content = run_content(told, "macro_f1")
    assert (content.tags["automl.confirms"], content.tags["automl.round"]) == ("trial-0003", "2")
    names = {name for name, _ in content.metrics}
    assert "validation/macro_f1" in names and "best/macro_f1" not in names
