"""What MLflow shows of a trial: one place for the writer, who adds piece by piece, and for the sync, which compares.

Free of MLflow itself.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from automl.core import EFFECTS, Lineage, TrialRecord
from automl.storage import LONGEST_CAUSE
from automl.tracking.mlflow.names import (
    BEST,
    BUDGET_SHARE,
    CAUSE_TAG,
    DEVIATION,
    DRIVER_TAG,
    END_TAG,
    FOLDS,
    PARENT_STEP_TAG,
    PARENT_TRIAL_TAG,
    POPULATION_TAG,
    SYSTEM,
    VALIDATION,
    run_name,
)
from search_spaces import Value
from trials.protocol import Cost, Evaluation, TrialEnd
from trials.serving_costs import SERVING_COSTS

Point: TypeAlias = tuple[str, int]
"""A metric's name and its step: training examples seen."""

RUNNING, KILLED = "RUNNING", "KILLED"

STATUS_WITHOUT_END = {"COMPLETE": "FINISHED", "PRUNED": "FINISHED", "FAIL": "FAILED"}
"""By Optuna's state, for a trial that was ended by another tool than ours."""


@dataclass(frozen=True)
class RunContent:
    """What MLflow is to show of one trial. The status of a trial that runs depends on whether its driver lives."""

    params: Mapping[str, str]
    metrics: Mapping[Point, float]
    tags: Mapping[str, str]
    status: str


def run_content(trial: TrialRecord, metric: str) -> RunContent | None:
    """The trial as MLflow is to show it, None for one that has never begun. `metric` is what the study looks at."""
    if trial.state == "WAITING" and trial.end is None:
        return None
    metrics: dict[Point, float] = {}
    for evaluation in trial.evaluations:
        metrics |= evaluation_metrics(evaluation, metric)
    if trial.cost is not None:
        metrics |= cost_metrics(trial.cost)
    tags = begin_tags("") if trial.state == "RUNNING" else end_tags(trial.end, trial.cause)
    return RunContent(shown(trial.params), metrics, tags | lineage_tags(trial.lineage), _status(trial))


def evaluation_metrics(evaluation: Evaluation, metric: str) -> dict[Point, float]:
    """All that is recorded of one evaluation. What a single fold gave stands apart from what the trial is worth."""
    seen = VALIDATION if evaluation.fold is None else FOLDS
    values = {
        **{measured_name(name, seen): value for name, value in evaluation.metrics.items()},
        **{f"{DEVIATION}/{name}": value for name, value in (evaluation.deviations or {}).items()},
        **{f"{SYSTEM}/{name}": value for name, value in (evaluation.usage or {}).items()},
        "train/loss": evaluation.train_loss,
        "train/learning_rate": evaluation.learning_rate,
        "cost/seconds": evaluation.seconds,
        BUDGET_SHARE: round(evaluation.fraction, 3),
    }
    if evaluation.is_best and metric in evaluation.metrics:
        values[best_name(metric)] = evaluation.metrics[metric]
    return {(name, evaluation.examples): float(value) for name, value in values.items()}


def cost_metrics(cost: Cost) -> dict[Point, float]:
    """All that is recorded of what a trial has cost when it ends."""
    told = {name: value for name, value in asdict(cost).items() if value is not None}
    return {(f"cost/{name}", cost.examples): float(value) for name, value in told.items()}


def measured_name(name: str, seen: str = VALIDATION) -> str:
    """The metric that holds a score on what was `seen`, which is validation as a rule, or what a model costs in use."""
    return f"serving/{name}" if name in SERVING_COSTS else f"{seen}/{name}"


def best_name(metric: str) -> str:
    """The metric that holds the best value so far."""
    return f"{BEST}/{metric}"


def shown(values: Mapping[str, Value]) -> dict[str, str]:
    """Parameters as MLflow keeps them: as text."""
    return {name: str(value) for name, value in values.items()}


def begin_tags(driver: str) -> dict[str, str]:
    """The tags of a trial that runs: what an earlier end left is gone."""
    return {END_TAG: "", CAUSE_TAG: "", DRIVER_TAG: driver}


def lineage_tags(lineage: Lineage | None) -> dict[str, str]:
    """The tags of a trial that is of a population."""
    if lineage is None:
        return {}
    tags = {POPULATION_TAG: str(lineage.population)}
    if lineage.parent is not None:
        tags |= {PARENT_TRIAL_TAG: run_name(lineage.parent), PARENT_STEP_TAG: str(lineage.step)}
    return tags


def end_tags(end: TrialEnd | None, cause: str) -> dict[str, str]:
    """The tags of a trial that runs no more. Of a long cause the end is kept, where the error stands."""
    return {END_TAG: end.value if end else "", CAUSE_TAG: cause[-LONGEST_CAUSE:], DRIVER_TAG: ""}


def _status(trial: TrialRecord) -> str:
    if trial.state == "RUNNING":
        return RUNNING
    if trial.state == "WAITING":
        return KILLED
    return STATUS_WITHOUT_END[trial.state] if trial.end is None else EFFECTS[trial.end].mlflow_status
