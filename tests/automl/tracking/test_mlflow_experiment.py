from pathlib import Path

from mlflow import MlflowClient

from automl.tracking.mlflow_experiment import open_experiment
from automl.tracking.mlflow_names import EXPERIMENT_KIND_TAG, MODEL_TRAINING


def test_an_experiment_is_of_the_training_kind_and_is_found_again(mlflow_uri: str, tmp_path: Path) -> None:
    client = MlflowClient(mlflow_uri)
    made = open_experiment(client, "experiment", tmp_path)
    assert open_experiment(client, "experiment", None) == made
    experiment = client.get_experiment(made)
    assert experiment.tags[EXPERIMENT_KIND_TAG] == MODEL_TRAINING
    assert experiment.artifact_location == (tmp_path / "experiment").as_uri()


def test_an_experiment_that_somebody_else_made_or_deleted_is_taken_over(mlflow_uri: str) -> None:
    client = MlflowClient(mlflow_uri)
    made = client.create_experiment("taken-over")
    client.delete_experiment(made)
    assert open_experiment(client, "taken-over", None) == made
    experiment = client.get_experiment(made)
    assert experiment.lifecycle_stage == "active"
    assert experiment.tags[EXPERIMENT_KIND_TAG] == MODEL_TRAINING
