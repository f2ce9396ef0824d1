from automl.core.events import StopReason
from automl.tracking.mlflow.names import SEARCH_STATUS, run_name, runs_address


def test_every_stop_has_a_status() -> None:
    assert set(SEARCH_STATUS) == set(StopReason)


def test_run_names_sort_by_number() -> None:
    assert run_name(7) == "trial-0007"
    assert sorted(map(run_name, (10, 2))) == ["trial-0002", "trial-0010"]


def test_the_address_lands_on_the_runs_of_a_training_experiment() -> None:
    page = "http://host:5000/#/experiments/3/runs?workflowType=machine_learning"
    assert runs_address("http://host:5000/", "3", None) == page
    assert runs_address("http://host:5000", "3", "automl") == f"{page}&viewStateShareKey=automl"


def test_an_address_for_the_eyes_has_no_user_and_no_password() -> None:
    assert runs_address("https://me:secret@host:5000/mlflow/", "3", None).startswith("https://host:5000/mlflow/#/exp")
