import re

from automl.core.events import StopReason
from automl.core.objectives import Goals, objective_of, parse_constraint
from automl.tracking.mlflow.names import (
    SEARCH_STATUS,
    experiment_note,
    run_name,
    runs_address,
    search_name,
    trial_key,
)


def test_every_stop_has_a_status() -> None:
    assert set(SEARCH_STATUS) == set(StopReason)


def test_a_run_is_named_by_the_number_of_its_trial_and_by_what_it_is() -> None:
    params = {"algorithm": "finetune", "architecture.checkpoint": "minilm", "finetune.optimizer.learning_rate": 2e-4}
    assert run_name(12, params) == "#12 finetune minilm lr 2e-4"
    assert sorted(map(trial_key, (10, 2))) == ["trial-0002", "trial-0010"]


def test_the_run_of_a_search_is_named_by_its_study_and_by_when_it_began() -> None:
    name = search_name("100% new", 1_780_000_000_000)
    assert re.fullmatch(r"100% new, search of 2026-\d\d-\d\d \d\d:\d\d:\d\d", name)


def test_an_experiment_says_what_is_searched_and_how_to_go_on() -> None:
    goals = Goals((objective_of("macro_f1"), objective_of("latency_ms")), (parse_constraint("latency_ms<=20"),))
    note = experiment_note("my news", goals)
    assert "largest macro_f1, smallest latency_ms, keeping latency_ms<=20" in note
    assert "`automl resume 'my news'`" in note


def test_the_address_lands_on_the_runs_of_a_training_experiment() -> None:
    page = "http://host:5000/#/experiments/3/runs?workflowType=machine_learning"
    assert runs_address("http://host:5000/", "3", None) == page
    assert runs_address("http://host:5000", "3", "automl") == f"{page}&viewStateShareKey=automl"


def test_an_address_for_the_eyes_has_no_user_and_no_password() -> None:
    assert runs_address("https://me:secret@host:5000/mlflow/", "3", None).startswith("https://host:5000/mlflow/#/exp")
