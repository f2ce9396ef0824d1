from pathlib import Path

import mlflow.pyfunc
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus

from automl.decisions import Decision, write_decision
from automl.tracking.mlflow.model import logged_model
from automl.tracking.mlflow.model.logged_model import log_model
from tests.trials.toy import LABELS


@pytest.fixture
def run_id(mlflow_uri: str, mlflow_workspace: Path, request: pytest.FixtureRequest) -> str:
    client, name = MlflowClient(mlflow_uri), request.node.name
    experiment = client.create_experiment(name, artifact_location=(mlflow_workspace / "artifacts" / name).as_uri())
    return str(client.create_run(experiment).info.run_id)


def test_a_model_belongs_to_its_run_has_its_scores_and_is_logged_once(
    mlflow_uri: str, run_id: str, linear: Path
) -> None:
    client = MlflowClient(mlflow_uri)
    model = log_model(client, run_id, linear, 1000)
    assert log_model(client, run_id, linear, 2000).model_id == model.model_id
    run = client.get_run(run_id)
    assert [output.model_id for output in run.outputs.model_outputs] == [model.model_id]
    assert run.data.tags["automl.model"] == model.model_uri
    metrics = {metric.key: metric.value for metric in client.get_logged_model(model.model_id).metrics}
    assert metrics == {"handed_over_test/macro_f1": 0.9}
    assert model.tags["automl.winner"] == "trial-0003"
    assert mlflow.pyfunc.load_model(model.artifact_location).predict(pd.DataFrame({"text": ["a text"]})).shape[0] == 1


def test_a_model_whose_labels_are_chosen_in_another_way_is_logged_again(
    mlflow_uri: str, run_id: str, linear: Path
) -> None:
    client = MlflowClient(mlflow_uri)
    plain = log_model(client, run_id, linear, 1000)
    write_decision(Decision(LABELS, offsets=(99.0, *(0.0 for _ in LABELS[1:]))), linear)
    decided = log_model(client, run_id, linear, 2000)
    assert decided.model_id != plain.model_id
    assert log_model(client, run_id, linear, 3000).model_id == decided.model_id
    answer = mlflow.pyfunc.load_model(decided.artifact_location).predict(pd.DataFrame({"text": ["a text", "b"]}))
    assert answer["label"].tolist() == [LABELS[0]] * 2


def test_a_model_whose_files_were_lost_on_the_way_is_completed_by_the_next_try(
    mlflow_uri: str, run_id: str, linear: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = MlflowClient(mlflow_uri)

    def away(*_: object) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="away"):
        patched.setattr(logged_model, "write_model", away)
        log_model(client, run_id, linear, 1000)
    model = log_model(client, run_id, linear, 2000)
    assert model.status == LoggedModelStatus.READY
    assert [one.model_id for one in client.search_logged_models([model.experiment_id])] == [model.model_id]
