from pathlib import Path

import pytest
from mlflow import MlflowClient

from automl.core.records import StudyIdentity
from automl.tracking.mlflow.experiment import artifact_folder, find_experiment, open_experiment
from automl.tracking.mlflow.names import EXPERIMENT_KIND_TAG, MODEL_TRAINING, UUID_TAG

STRANGE_NAMES = ["../up", "a/b", "it's", 'a "quote"', "with space", "\N{ROCKET} go", "..", "%2e%2e", "a#b?c"]


def test_an_experiment_is_of_the_training_kind_and_is_found_again(mlflow_uri: str, tmp_path: Path) -> None:
    client = MlflowClient(mlflow_uri)
    made = open_experiment(client, StudyIdentity("experiment", "1" * 32), tmp_path)
    assert open_experiment(client, StudyIdentity("experiment", "1" * 32), None) == made
    experiment = client.get_experiment(made)
    assert experiment.tags[EXPERIMENT_KIND_TAG] == MODEL_TRAINING
    assert experiment.tags[UUID_TAG] == "1" * 32
    assert experiment.artifact_location == (tmp_path / "experiment").as_uri()


def test_an_experiment_that_somebody_made_by_hand_or_deleted_is_taken_over(mlflow_uri: str) -> None:
    client = MlflowClient(mlflow_uri)
    made = client.create_experiment("taken-over")
    client.delete_experiment(made)
    assert open_experiment(client, StudyIdentity("taken-over", "1" * 32), None) == made
    experiment = client.get_experiment(made)
    assert experiment.lifecycle_stage == "active"
    assert experiment.tags[EXPERIMENT_KIND_TAG] == MODEL_TRAINING


@pytest.mark.parametrize("other", ["2" * 32, ""])
def test_another_study_of_the_same_name_gets_an_experiment_of_its_own(mlflow_uri: str, other: str) -> None:
    client, name = MlflowClient(mlflow_uri), f"same-name-{other[:1]}"
    first = open_experiment(client, StudyIdentity(name, "1" * 32), None)
    second = open_experiment(client, StudyIdentity(name, other), None)
    assert first != second
    assert client.get_experiment(second).name == f"{name} ({other[:8] or 'no uuid'})"
    assert open_experiment(client, StudyIdentity(name, "1" * 32), None) == first
    assert open_experiment(client, StudyIdentity(name, other), None) == second
    client.delete_experiment(first)
    third = open_experiment(client, StudyIdentity(name, "3" * 32), None)
    assert client.get_experiment(third).name == f"{name} (33333333)", "the bin keeps the name"
    assert find_experiment(client, StudyIdentity(name, "4" * 32)) is None


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_files_stay_inside_the_root_whatever_the_study_is_called(mlflow_uri: str, tmp_path: Path, name: str) -> None:
    root = tmp_path / "root of # all"
    client = MlflowClient(mlflow_uri)
    made = open_experiment(client, StudyIdentity(name, "5" * 32), root)
    run = client.create_run(made)
    client.log_text(run.info.run_id, "hello", "note.txt")
    (file,) = tmp_path.rglob("note.txt")
    assert file.is_relative_to(artifact_folder(root, name))
    assert artifact_folder(root, name).parent == root
    assert client.download_artifacts(run.info.run_id, "note.txt", str(tmp_path))
