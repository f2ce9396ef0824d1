"""The names that a search uses in MLflow: tags, metric prefixes, run statuses, addresses.

This module does not import MLflow, which takes seconds.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from automl.core import StopReason, StudyIdentity

EXPERIMENT_KIND_TAG = "mlflow.experimentKind"
MODEL_TRAINING = "custom_model_development"
"""The kind of experiment for which MLflow shows the runs first. A bare address of an experiment may ignore it."""

PARENT_TAG = "mlflow.parentRunId"
STUDY_TAG = "automl.study"
UUID_TAG = "automl.study_uuid"
"""Tag of the experiment and of every run. Names are not unique on a shared server, but this is."""

DRIVER_TAG = "automl.driver"
"""Tag of the run of a search, and of a trial's run while that driver works on it; empty afterwards."""

SEARCH_STATUS_TAG = "automl.status"
WINNER_TAG = "automl.winner"
ENSEMBLE_TAG = "automl.ensemble"
MODEL_TAG = "automl.model"
"""Tag of the run of a search: the URI of the MLflow model that it handed over."""

CREATED_TAG = "automl.created"
"""Tag of an MLflow model: when it was handed over, by which a model of a study is told from its earlier ones."""

TRIAL_TAG = "automl.trial"
POPULATION_TAG = "automl.population"
PARENT_TRIAL_TAG = "automl.parent"
PARENT_STEP_TAG = "automl.parent_step"
"""Tag of a trial of population-based training: its population, its parent, and the step at which it continued."""

END_TAG = "automl.end"
CAUSE_TAG = "automl.cause"
EAGER_TAG = "automl.eager_because"
"""Tag with the reason why a trial on a GPU did not use CUDA graphs; absent if it did."""

FORMAT_TAG = "automl.number_format"
"""Tag with the format of a trial's large products: bf16, fp16 or fp32."""

BEST = "best"
"""Prefix of the metric that is optimized: the best value of a trial so far, and of all trials on the parent run."""

VALIDATION, FOLDS, DEVIATION = "validation", "fold", "validation_deviation"
"""Prefixes of metrics of a trial: means over its folds, if it has any; values of one fold; deviations between folds."""

BUDGET_SHARE = "cost/budget"

SYSTEM = "system"
"""Prefix of metrics of the machine, for which MLflow's page has a tab."""

SQLITE = "sqlite:///"

RUNNING = "running"
DRIVER_DIED = "its driver died"
"""Value of the status tag of a search that did not end by itself."""

SEARCH_STATUS: dict[StopReason, str] = {
    StopReason.TRIALS: "FINISHED",
    StopReason.GRID: "FINISHED",
    StopReason.TIME: "FINISHED",
    StopReason.PLATEAU: "FINISHED",
    StopReason.INTERRUPTED: "KILLED",
    StopReason.REQUESTED: "KILLED",
    StopReason.DISK: "FAILED",
    StopReason.CLUSTER: "FAILED",
    StopReason.FAILED: "FAILED",
}


@dataclass(frozen=True)
class TrackedStudy:
    """The study and the driver whose events are recorded.

    Attributes:
        study: name and uuid of the study.
        driver: id of the driver that records the events.
    """

    study: StudyIdentity
    driver: str


def run_name(number: int) -> str:
    """Return the name of a trial's run, with leading zeros, so that runs sort by number."""
    return f"trial-{number:04d}"


def is_server(uri: str) -> bool:
    """Return True if `uri` names a tracking server, False if it names a database or a folder."""
    return uri.startswith(("http://", "https://"))


def sqlite_file(uri: str) -> Path | None:
    """Return the file of a SQLite database; None if `uri` names anything else."""
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def page_address(server: str) -> str:
    """Return the server's address for a browser, without user name and password, so that it may be printed."""
    parts = urlsplit(server)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def runs_address(server: str, experiment_id: str, view: str | None) -> str:
    """Return the address of an experiment's table of runs.

    `view` is the key of a view that is shared in the experiment's tags.
    """
    # Without the workflow type, MLflow shows its navigation for GenAI around the table.
    shared = f"&viewStateShareKey={quote(view)}" if view else ""
    return f"{page_address(server)}/#/experiments/{experiment_id}/runs?workflowType=machine_learning{shared}"
