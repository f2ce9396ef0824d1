from pathlib import Path

from mlflow import MlflowClient

from automl.tracking.mlflow_database import make_database


def test_what_a_killed_process_left_half_made_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".mlflow.db.new").write_bytes(b"SQLite format 3\x00, and then the power went")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]
    assert MlflowClient(uri).create_experiment("study")


def test_a_database_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    make_database(uri)
    made = MlflowClient(uri).create_experiment("study")
    make_database(uri)
    assert MlflowClient(uri).get_experiment(made).name == "study"
