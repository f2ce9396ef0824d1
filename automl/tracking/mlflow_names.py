"""The names under which a search stands in MLflow: tags, metric prefixes, run statuses, addresses.

Free of MLflow itself, which takes seconds to import.
"""

from urllib.parse import quote

from automl.search.events import StopReason

EXPERIMENT_KIND_TAG = "mlflow.experimentKind"
MODEL_TRAINING = "custom_model_development"
"""The kind of experiment that MLflow shows with its runs first. The bare address of an experiment may ignore it."""

PARENT_TAG = "mlflow.parentRunId"
STUDY_TAG = "automl.study"
SEARCH_STATUS_TAG = "automl.status"
WINNER_TAG = "automl.winner"
TRIAL_TAG = "automl.trial"
END_TAG = "automl.end"
CAUSE_TAG = "automl.cause"

BEST = "best"
"""Prefix of the metric that the search looks at: the best value of a trial so far, and on the parent of all trials."""

BUDGET_SHARE = "cost/budget"

SEARCH_STATUS: dict[StopReason, str] = {
    StopReason.TRIALS: "FINISHED",
    StopReason.TIME: "FINISHED",
    StopReason.INTERRUPTED: "KILLED",
    StopReason.REQUESTED: "KILLED",
    StopReason.DISK: "FAILED",
    StopReason.FAILED: "FAILED",
}


def run_name(number: int) -> str:
    """The name of a trial's run; zeros in front, so that runs sort by number."""
    return f"trial-{number:04d}"


def is_server(uri: str) -> bool:
    """True if `uri` is of a tracking server, False if it is of a database or a folder."""
    return uri.startswith(("http://", "https://"))


def runs_address(server: str, experiment_id: str, view: str | None) -> str:
    """The page with the table of runs of one experiment; `view` is the key of a view that the experiment carries."""
    # Without the workflow type MLflow shows the navigation of its GenAI side around the table.
    shared = f"&viewStateShareKey={quote(view)}" if view else ""
    return f"{server.rstrip('/')}/#/experiments/{experiment_id}/runs?workflowType=machine_learning{shared}"
