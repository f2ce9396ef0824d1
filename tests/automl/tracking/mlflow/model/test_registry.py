from pathlib import Path

from mlflow import MlflowClient

from automl.tracking.mlflow.model.logged_model import log_model
from automl.tracking.mlflow.model.registry import register
from tests.automl.tracking.mlflow.model.conftest import write_facts
from tests.trials.toy import LABELS


def test_each_model_is_one_version_and_the_alias_points_to_the_newest(
    mlflow_uri: str, mlflow_workspace: Path, linear: Path
) -> None:
    client, name = MlflowClient(mlflow_uri), "it's ours"
    experiment = client.create_experiment(name, artifact_location=(mlflow_workspace / "artifacts" / "v").as_uri())
    run_id = client.create_run(experiment).info.run_id
    first = log_model(client, run_id, linear, 1000)
    assert [register(client, first, name, "champion") for _ in range(2)] == ["1", "1"]
    write_facts(linear, LABELS, "2026-01-03T00:00:00+00:00")
    assert register(client, log_model(client, run_id, linear, 1000), name, "champion") == "2"
    found = client.get_model_version_by_alias(name, "champion")
    assert (str(found.version), found.run_id) == ("2", run_id)
    assert found.description == "The winner of study s, trial-0003"
