"""The names that a search uses in MLflow: tags, metric prefixes, run statuses, addresses.

This module does not import MLflow, which takes seconds.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from automl.core import StopReason, StudyIdentity

EXPERIMENT_KIND_TAG = "mlflow.experimentKind"
MODEL_TRAINING = "custom_model_development"
"""The kind of experiment that MLflow shows with its runs first. The bare address of an experiment may ignore it."""

PARENT_TAG = "mlflow.parentRunId"
STUDY_TAG = "automl.study"
UUID_TAG = "automl.study_uuid"
"""Of the experiment and of every run: names may be given twice on a shared server, this is one study's alone."""

DRIVER_TAG = "automl.driver"
"""Of the run of a search, and of a trial's run while that driver works on it; empty afterwards."""

SEARCH_STATUS_TAG = "automl.status"
WINNER_TAG = "automl.winner"
TRIAL_TAG = "automl.trial"
POPULATION_TAG = "automl.population"
PARENT_TRIAL_TAG = "automl.parent"
PARENT_STEP_TAG = "automl.parent_step"
"""Of a trial of population-based training: its population, and whose training it went on with, from which step."""

END_TAG = "automl.end"
CAUSE_TAG = "automl.cause"

BEST = "best"
"""Prefix of the metric that the search looks at: the best value of a trial so far, and on the parent of all trials."""

VALIDATION, FOLDS, DEVIATION = "validation", "fold", "validation_deviation"
"""Prefixes of metrics: of a trial, the mean of its folds where there are some; of each fold; and from fold to fold."""

BUDGET_SHARE = "cost/budget"

SYSTEM = "system"
"""Prefix of what a trial used of its machine: MLflow's page has a tab for metrics that are called so."""

SQLITE = "sqlite:///"

RUNNING = "running"
DRIVER_DIED = "its driver died"
"""Two words for the status tag of a search that did not end by itself."""

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
    """The name of a trial's run, with leading zeros, so that runs sort by number."""
    return f"trial-{number:04d}"


def is_server(uri: str) -> bool:
    """True if `uri` names a tracking server, False if it names a database or a folder."""
    return uri.startswith(("http://", "https://"))


def sqlite_file(uri: str) -> Path | None:
    """The file of a SQLite database; None if `uri` names anything else."""
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def page_address(server: str) -> str:
    """The server's address for a browser, without user name and password, so that it may be printed."""
    parts = urlsplit(server)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


def runs_address(server: str, experiment_id: str, view: str | None) -> str:
    """The address of an experiment's table of runs; `view` is the key of a view shared in the experiment's tags."""
    # Without the workflow type, MLflow shows its navigation for GenAI around the table.
    shared = f"&viewStateShareKey={quote(view)}" if view else ""
    return f"{page_address(server)}/#/experiments/{experiment_id}/runs?workflowType=machine_learning{shared}"
