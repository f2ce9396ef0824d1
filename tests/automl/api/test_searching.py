from inspect import signature
from pathlib import Path

import pytest

from automl import DataProblem, UsageError
from automl.api import searching as module
from automl.api.searching import resume, search

PAIRS = [("a film", "good"), ("a plot", "bad")]


@pytest.fixture(autouse=True)
def asked(monkeypatch, tmp_path):
    """The requests for searches, none of which is run."""
    requests = []
    monkeypatch.setattr("automl.api.search_process.run_in_process", lambda request, console: requests.append(request))
    monkeypatch.setattr(module, "SearchResult", lambda outcome: outcome)
    monkeypatch.setattr(module, "_running_ray", lambda: None)
    monkeypatch.chdir(tmp_path)
    return requests


def test_arguments_are_fields_of_the_experiment_and_what_is_left_out_keeps_its_default(asked):
    search("reviews.csv", label="sentiment", time_budget="10m", space="linear", warm_start="auto", epochs=2, seed=3)
    (request,) = asked
    found = request.experiment
    assert (found.data.source, found.data.label, found.space.name) == ("reviews.csv", ("sentiment",), "linear")
    assert (found.search.time_budget, found.search.warm_start, found.search.seed) == (600.0, ("auto",), 3)
    assert (found.trial.epochs, found.search.metric, found.workspace) == (2, "macro_f1", Path("runs"))


def test_every_option_of_the_command_line_is_an_argument_here():
    from automl.cli.commands import search as commands

    renamed = {"source": "data", "objective": "objectives", "constraint": "constraints"}
    elsewhere = {"context", "json"}
    options = {renamed.get(name, name) for name in signature(commands.search).parameters} - elsewhere
    assert options - signature(search).parameters.keys() == set()
    options = set(signature(commands.resume).parameters) - elsewhere
    assert options - signature(resume).parameters.keys() == set()


def test_all_problems_come_in_one_error_as_on_the_command_line():
    with pytest.raises(UsageError, match=r"(?s)2 problems.*Did you mean 'tpe'"):
        search("reviews.csv", sampler="tpee", trials=0)
    with pytest.raises(DataProblem, match=r"data\.test must be one table"):
        search(PAIRS, test={"train": _frame(), "test": _frame()})
    with pytest.raises(UsageError, match=r"experiment file \(\.yaml\), not 'search\.json'"):
        search("reviews.csv", settings="search.json")
    with pytest.raises(UsageError, match=r"data\.source is missing"):
        search()


def test_a_study_is_resumed_with_limits_as_the_command_line_has_them(asked):
    resume("reviews", trials="+20", time_budget=90, workspace="there")
    (request,) = asked
    assert (request.study, request.trials, request.time_budget) == ("reviews", "+20", "90")
    assert request.workspace.folder == Path("there")


def test_trials_run_on_the_ray_of_the_program_unless_another_is_named(asked, monkeypatch):
    monkeypatch.setattr(module, "_running_ray", lambda: "10.0.0.1:6379")
    search("reviews.csv")
    search("reviews.csv", address="head:6379")
    resume("reviews")
    assert [request.experiment.resources.address for request in asked[:2]] == ["10.0.0.1:6379", "head:6379"]
    assert asked[2].address == "10.0.0.1:6379"


def _frame():
    import pandas as pd

    return pd.DataFrame(PAIRS, columns=["text", "label"])
