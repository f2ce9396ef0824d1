"""Logs a classifier's folder as a model of a run, with explicit ids: no global state of MLflow is touched."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, LoggedModelOutput, LoggedModelStatus, Metric

from automl.core import FACTS_FILE
from automl.tracking.mlflow import names
from automl.tracking.mlflow.model.contents import write_model
from trials.decision import DECISION_FILE

NAME = "best"
"""Name of a logged model, as its folder in the workspace is called."""


def log_model(client: MlflowClient, run_id: str, folder: Path, at: int) -> LoggedModel:
    """Log a model that was handed over as the model of a run, with its test scores; a second call changes nothing.

    A model for which `automl decide` has found another rule since is logged again.

    Args:
        client: client of the MLflow store.
        run_id: the run of the search.
        folder: the folder of the model, with its `automl.json`.
        at: time of the scores, in milliseconds since 1970.
    """
    facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    experiment_id = client.get_run(run_id).info.experiment_id
    identity = _identity(folder, facts["created"])
    model = _find(client, experiment_id, identity)
    if model is not None and model.status == LoggedModelStatus.READY:
        return model
    if model is None:
        model = _created(client, experiment_id, run_id, facts, identity)
    with TemporaryDirectory(prefix="automl-model-") as temporary:
        contents = Path(temporary) / "model"
        write_model(folder, contents, facts["label_names"])
        client.log_model_artifacts(model.model_id, str(contents))
    _log_scores(client, model, facts, at)
    client.set_tag(model.source_run_id, names.MODEL_TAG, model.model_uri)
    return client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)


def _identity(folder: Path, created: str) -> str:
    """Return what tells a model from the earlier ones of its study: when it was handed over, and its decision."""
    try:
        decision = (folder / DECISION_FILE).read_bytes()
    except FileNotFoundError:
        return created
    return f"{created} {hashlib.sha256(decision).hexdigest()[:16]}"


def _find(client: MlflowClient, experiment_id: str, identity: str) -> LoggedModel | None:
    condition = f"tags.`{names.CREATED_TAG}` = '{identity}'"
    found = client.search_logged_models([experiment_id], filter_string=condition, max_results=1)
    return found[0] if found else None


def _created(
    client: MlflowClient, experiment_id: str, run_id: str, facts: dict[str, Any], identity: str
) -> LoggedModel:
    tags = {
        names.STUDY_TAG: facts["study"],
        names.WINNER_TAG: names.trial_key(facts["trial"]),
        names.CREATED_TAG: identity,
    }
    model = client.create_logged_model(
        experiment_id, name=NAME, source_run_id=run_id, tags=tags, model_type="text-classification"
    )
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
    return model


def _handed_over(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the scores of the model; a model of an early version is the winner itself."""
    scores: dict[str, dict[str, Any]] = facts["scores"]
    return scores["handed_over"] if "handed_over" in scores else scores["winner"]


def _log_scores(client: MlflowClient, model: LoggedModel, facts: dict[str, Any], at: int) -> None:
    scores = {name: value for name, value in _handed_over(facts)["test"].items() if value is not None}
    logged = [Metric(f"handed_over_test/{name}", value, at, 0, model.model_id) for name, value in scores.items()]
    client.log_batch(model.source_run_id, metrics=logged)
