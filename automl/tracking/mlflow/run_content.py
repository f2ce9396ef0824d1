"""Maps a trial to its MLflow run. The writer uses it to log events, and the repair uses it to compare.

This module does not import MLflow.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from automl.core import EFFECTS, Confirmation, Lineage, TrialRecord
from automl.storage import LONGEST_CAUSE
from automl.tracking.mlflow.names import (
    ALGORITHM_TAG,
    BEST,
    BUDGET_SHARE,
    CAUSE_TAG,
    CONFIRMS_TAG,
    DEVIATION,
    DRIVER_TAG,
    EAGER_TAG,
    END_TAG,
    FOLDS,
    FORMAT_TAG,
    PARENT_STEP_TAG,
    PARENT_TRIAL_TAG,
    POPULATION_TAG,
    ROUND_TAG,
    SYSTEM,
    TRIAL_TAG,
    VALIDATION,
    trial_key,
)
from search_spaces import Value, algorithm_of
from trials.protocol import Cost, Evaluation, TrialEnd
from trials.serving_costs import SERVING_COSTS

Point: TypeAlias = tuple[str, int]
"""A metric's name and its step: training examples seen."""

RUNNING, KILLED = "RUNNING", "KILLED"

STATUS_WITHOUT_END = {"COMPLETE": "FINISHED", "PRUNED": "FINISHED", "FAIL": "FAILED"}
"""Run status by Optuna's state, for a trial that was ended by another tool."""


@dataclass(frozen=True)
class RunContent:
    """The expected content of a trial's MLflow run: a projection of the trial in the database.

    Attributes:
        params: parameters as text.
        metrics: values by metric name and step (training examples seen).
        tags: tags by name; an empty value means that the tag is absent or empty.
        status: status of the run; RUNNING holds only while the driver of the trial is alive, else KILLED is expected.
    """

    params: Mapping[str, str]
    metrics: Mapping[Point, float]
    tags: Mapping[str, str]
    status: str


def run_content(trial: TrialRecord, metric: str) -> RunContent | None:
    """Return the expected content of the trial's run; None for a trial that has never started.

    Args:
        trial: the trial as the database has it.
        metric: name of the study's first objective.
    """
    if trial.state == "WAITING" and trial.end is None:
        return None
    metrics: dict[Point, float] = {}
    for evaluation in trial.evaluations:
        metrics |= evaluation_metrics(evaluation, None if trial.confirms is not None else metric)
    if trial.cost is not None:
        metrics |= cost_metrics(trial.cost)
    is_running = trial.state == "RUNNING"
    tags = begin_tags("") if is_running else end_tags(trial.end, trial.cause) | cost_tags(trial.cost)
    return RunContent(shown(trial.params), metrics, tags | origin_tags(trial.lineage, trial.confirms), _status(trial))


def evaluation_metrics(evaluation: Evaluation, metric: str | None) -> dict[Point, float]:
    """Return the metrics that are logged for one evaluation; scores of a single fold get a prefix of their own.

    Args:
        evaluation: an evaluation of a trial, or of one of its folds.
        metric: name of the study's first objective, whose best value so far is also logged; None for a trial that
            confirms another, which would stand among the best in MLflow's table.

    Returns:
        Values by metric name and step (training examples seen).
    """
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
    if evaluation.is_best and metric is not None and metric in evaluation.metrics:
        values[best_name(metric)] = evaluation.metrics[metric]
    return {(name, evaluation.examples): float(value) for name, value in values.items()}


def cost_metrics(cost: Cost) -> dict[Point, float]:
    """Return the metrics that are logged for the `cost` of a trial when it ends, by name and training examples seen."""
    numbers = {name: value for name, value in asdict(cost).items() if isinstance(value, int | float)}
    if cost.members == 1:
        del numbers["members"]  # runs of earlier versions lack it, and are as complete as others
    return {(f"cost/{name}", cost.examples): float(value) for name, value in numbers.items()}


def cost_tags(cost: Cost | None) -> dict[str, str]:
    """Return the tags for what the numbers of the `cost` do not show; none if there is nothing to say."""
    if cost is None:
        return {}
    told = {EAGER_TAG: cost.eager_because, FORMAT_TAG: cost.number_format}
    return {name: value for name, value in told.items() if value}


def measured_name(name: str, seen: str = VALIDATION) -> str:
    """Return the MLflow metric for the score `name`: with the prefix `seen`, or `serving` for the cost of inference."""
    return f"serving/{name}" if name in SERVING_COSTS else f"{seen}/{name}"


def best_name(metric: str) -> str:
    """Return the MLflow metric for the best value so far."""
    return f"{BEST}/{metric}"


def shown(values: Mapping[str, Value]) -> dict[str, str]:
    """Convert the parameters in `values` to text, as MLflow stores them."""
    return {name: str(value) for name, value in values.items()}


def trial_tags(number: int, params: Mapping[str, Value]) -> dict[str, str]:
    """Return the tags by which a trial's run is found and told apart; they never change.

    Args:
        number: number of the trial.
        params: its parameters by name.
    """
    return {TRIAL_TAG: str(number), ALGORITHM_TAG: algorithm_of(params) or "own"}


def begin_tags(driver: str) -> dict[str, str]:
    """Return the tags of a running trial; they clear the tags of an earlier end."""
    return {END_TAG: "", CAUSE_TAG: "", EAGER_TAG: "", DRIVER_TAG: driver}


def origin_tags(lineage: Lineage | None, confirms: Confirmation | None) -> dict[str, str]:
    """Return the tags of a trial in a population, or of one that confirms another; none for other trials.

    Args:
        lineage: its place in a population; None outside of one.
        confirms: what it confirms; None for a trial that the search proposed.
    """
    if confirms is not None:
        return {CONFIRMS_TAG: trial_key(confirms.trial), ROUND_TAG: str(confirms.round)}
    if lineage is None:
        return {}
    tags = {POPULATION_TAG: str(lineage.population)}
    if lineage.parent is not None:
        tags |= {PARENT_TRIAL_TAG: trial_key(lineage.parent), PARENT_STEP_TAG: str(lineage.step)}
    return tags


def end_tags(end: TrialEnd | None, cause: str) -> dict[str, str]:
    """Return the tags of a trial that has ended.

    A long cause is truncated at its start, because its error is at its end.
    """
    return {END_TAG: end.value if end else "", CAUSE_TAG: cause[-LONGEST_CAUSE:], DRIVER_TAG: ""}


def _status(trial: TrialRecord) -> str:
    if trial.state == "RUNNING":
        return RUNNING
    if trial.state == "WAITING":
        return KILLED
    return STATUS_WITHOUT_END[trial.state] if trial.end is None else EFFECTS[trial.end].mlflow_status
