from pathlib import Path
from uuid import uuid4

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType

from automl.core.records import StudyIdentity
from automl.tracking.mlflow.delete import delete_experiments
from automl.tracking.mlflow.experiment import open_experiment
from automl.tracking.mlflow.sync import delete_study_from_mlflow, repair_differences
from tests.automl.tracking.reading import runs_of
from tests.automl.tracking.studies import one_of_each, study, trial
from trials.protocol import TrialEnd


def test_nothing_is_left_and_a_new_study_of_that_name_starts_afresh(mlflow_uri: str, tmp_path: Path) -> None:
    root, record, client = tmp_path / "artifacts", one_of_each("gone"), MlflowClient(mlflow_uri)
    neighbour = study("gone too", trial(0, TrialEnd.PRUNED))
    for one in (record, neighbour):
        repair_differences(mlflow_uri, root, one)
        client.log_text(runs_of(mlflow_uri, one.name)[0].info.run_id, "hello", "note.txt")
    assert delete_study_from_mlflow(mlflow_uri, record.identity, root)
    assert [path.name for path in root.iterdir()] == ["gone too"]
    everything = client.search_experiments(view_type=ViewType.ALL)
    assert not [one.name for one in everything if one.name.startswith("gone") and one.name != "gone too"]
    assert not delete_study_from_mlflow(mlflow_uri, record.identity, root)
    repair_differences(mlflow_uri, root, study("gone", trial(0, TrialEnd.PRUNED), uuid="another"))
    assert len(runs_of(mlflow_uri, "gone")) == 1
    assert len(runs_of(mlflow_uri, "gone too")) == 1


def test_on_a_server_it_goes_to_the_bin_and_its_name_is_free(mlflow_uri: str) -> None:
    client = MlflowClient(mlflow_uri)
    uuid = uuid4().hex
    made = open_experiment(client, StudyIdentity("binned", uuid), None)
    assert delete_experiments(client, StudyIdentity("binned", uuid), None, forget=False)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert not delete_experiments(client, StudyIdentity("binned", uuid), None, forget=False)
    again = open_experiment(client, StudyIdentity("binned", uuid4().hex), None)
    assert client.get_experiment(again).name == "binned"


def test_a_study_that_somebody_put_into_the_bin_is_deleted_as_well(mlflow_uri: str) -> None:
    client = MlflowClient(mlflow_uri)
    uuid = uuid4().hex
    made = open_experiment(client, StudyIdentity("in-the-bin", uuid), None)
    client.delete_experiment(made)
    assert delete_study_from_mlflow(mlflow_uri, StudyIdentity("in-the-bin", uuid), None)
    assert client.get_experiment_by_name("in-the-bin") is None


@pytest.mark.parametrize("place", ["outside", "root"])
def test_files_outside_of_our_root_are_never_touched(mlflow_uri: str, tmp_path: Path, place: str) -> None:
    client, name = MlflowClient(mlflow_uri), f"placed-{place}"
    uuid = uuid4().hex
    root, location = tmp_path / "root", tmp_path / place
    for folder in (root, location):
        folder.mkdir(exist_ok=True)
        (folder / "precious.txt").write_text("precious")
    client.create_experiment(name, artifact_location=location.as_uri())
    open_experiment(client, StudyIdentity(name, uuid), root)
    assert delete_study_from_mlflow(mlflow_uri, StudyIdentity(name, uuid), root)
    assert (location / "precious.txt").exists() and (root / "precious.txt").exists()


def test_another_study_of_that_name_is_not_deleted(mlflow_uri: str) -> None:
    client = MlflowClient(mlflow_uri)
    uuid = uuid4().hex
    made = open_experiment(client, StudyIdentity("not-mine", uuid), None)
    assert not delete_study_from_mlflow(mlflow_uri, StudyIdentity("not-mine", uuid4().hex), None)
    assert not delete_study_from_mlflow(mlflow_uri, StudyIdentity("not-mine", ""), None)
    assert client.get_experiment(made).lifecycle_stage == "active"


def test_an_experiment_that_was_made_by_hand_is_not_deleted(mlflow_uri: str) -> None:
    made = MlflowClient(mlflow_uri).create_experiment("by-hand")
    assert not delete_study_from_mlflow(mlflow_uri, StudyIdentity("by-hand", ""), None)
    assert MlflowClient(mlflow_uri).get_experiment(made).lifecycle_stage == "active"


def test_deleting_makes_no_database(tmp_path: Path) -> None:
    assert not delete_study_from_mlflow(
        f"sqlite:///{tmp_path / 'mlflow.db'}", StudyIdentity("nothing", uuid4().hex), tmp_path
    )
    assert not list(tmp_path.iterdir())
