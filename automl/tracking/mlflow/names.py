"""The names that a search uses in MLflow: tags, metric prefixes, run statuses, addresses.

This module does not import MLflow, which takes seconds.
"""

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from sqlalchemy.engine import make_url

from automl.core import Confirmation, Goals, StopReason, StudyIdentity
from search_spaces import Value, point_name

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
SOUP_TAG = "automl.soup"
MODEL_TAG = "automl.model"
"""Tag of the run of a search: the URI of the MLflow model that it handed over."""

CREATED_TAG = "automl.created"
"""Tag of an MLflow model: when it was handed over, and a digest of its decision if it has one, by which a model of a
study is told from its earlier ones.
"""

TRIAL_TAG = "automl.trial"
ALGORITHM_TAG = "automl.algorithm"
NOTE_TAG = "mlflow.note.content"
"""Tag whose text MLflow shows as the description of a run or of an experiment, in Markdown."""

LONGEST_NOTE = 5000
"""Characters of such a text; MLflow takes somewhat more."""

POPULATION_TAG = "automl.population"
PARENT_TRIAL_TAG = "automl.parent"
PARENT_STEP_TAG = "automl.parent_step"
"""Tag of a trial of population-based training: its population, its parent, and the step at which it continued."""

CONFIRMS_TAG = "automl.confirms"
ROUND_TAG = "automl.round"
"""Tags of a trial that confirms another: which one, and in which round."""

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


def trial_key(number: int) -> str:
    """Return what tags call a trial: `trial-0007`. Runs of earlier versions have it as their name."""
    return f"trial-{number:04d}"


def run_name(number: int, params: Mapping[str, Value], confirms: Confirmation | None = None) -> str:
    """Return the name of a trial's run: its number and what it is, such as `#12 finetune minilm lr 2e-4`.

    Args:
        number: number of the trial.
        params: its parameters by name.
        confirms: what it confirms; None for a trial that the search proposed.
    """
    again = "" if confirms is None else f"confirms #{confirms.trial}: "
    return f"#{number} {again}{point_name(params)}"


def search_name(study: str, at: int) -> str:
    """Return the name of the run of a search: the study, and when the search began.

    Args:
        study: name of the study.
        at: milliseconds since 1970.
    """
    return time.strftime(f"{study.replace('%', '%%')}, search of %Y-%m-%d %H:%M:%S", time.localtime(at / 1000))


def experiment_note(study: str, goals: Goals) -> str:
    """Return the description of a study's experiment, in Markdown.

    Args:
        study: name of the study.
        goals: its objectives and constraints.
    """
    aims = ", ".join(f"{'largest' if each.maximize else 'smallest'} {each.name}" for each in goals.objectives)
    kept = f", keeping {' and '.join(map(str, goals.constraints))}" if goals.constraints else ""
    name = shlex.quote(study)
    return (
        f"A study of `automl search`: {aims}{kept}. Each trial is a run below the run of the search that tried it, "
        "named by its number and by what it is. The run of a search has what was found: the verdict as its "
        f"description, the model, its card, and the report of the study. `automl show {name}` lists the trials, "
        f"`automl resume {name}` goes on."
    )


def is_server(uri: str) -> bool:
    """Return True if `uri` names a tracking server, False if it names a database or a folder."""
    return uri.startswith(("http://", "https://"))


def sqlite_file(uri: str) -> Path | None:
    """Return the file of a SQLite database; None if `uri` names anything else."""
    database = make_url(uri).database if uri.startswith("sqlite:///") else None
    return Path(database) if database else None


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
