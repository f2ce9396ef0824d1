"""The experiment of a study in MLflow, and what earlier searches of that study left in it."""

from collections.abc import Iterator
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run

from automl.tracking import mlflow_names as names


def open_experiment(client: MlflowClient, study: str, artifact_root: Path | None) -> str:
    """The id of the study's experiment, which is made, brought back from the bin or re-used.

    `artifact_root` is where a new experiment keeps its files; None leaves that to the tracking server.
    """
    found = client.get_experiment_by_name(study)
    tags = {names.EXPERIMENT_KIND_TAG: names.MODEL_TRAINING, names.STUDY_TAG: study}
    if found is None:
        location = None if artifact_root is None else (artifact_root.resolve() / study).as_uri()
        return str(client.create_experiment(study, artifact_location=location, tags=tags))
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    for name, value in tags.items():
        if found.tags.get(name) != value:
            client.set_experiment_tag(found.experiment_id, name, value)
    return str(found.experiment_id)


def trial_runs(client: MlflowClient, experiment_id: str) -> dict[int, str]:
    """Run ids by trial number; of two runs of one number the younger counts."""
    runs = _runs(client, experiment_id, f"tags.`{names.TRIAL_TAG}` LIKE '%'")
    return {int(run.data.tags[names.TRIAL_TAG]): run.info.run_id for run in runs}


def close_abandoned_runs(client: MlflowClient, experiment_id: str) -> None:
    """Ends the runs that a driver left running when it was killed: one driver at a time works on a study."""
    for run in _runs(client, experiment_id, f"attributes.status = 'RUNNING' AND tags.`{names.STUDY_TAG}` LIKE '%'"):
        client.set_terminated(run.info.run_id, "KILLED")


def _runs(client: MlflowClient, experiment_id: str, condition: str) -> Iterator[Run]:
    """Runs from the oldest to the youngest, page by page."""
    token: str | None = None
    while True:
        page = client.search_runs([experiment_id], condition, order_by=["attributes.start_time ASC"], page_token=token)
        yield from page
        token = page.token
        if not token:
            return
