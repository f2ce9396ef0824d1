"""What the commands that search hand on of what they are given."""

from pathlib import Path

import pytest

from automl.cli import run_search
from automl.config.field_errors import field_paths
from automl.core.workspace import Workspace


@pytest.fixture
def told(monkeypatch):
    """The arguments of whatever command is run, by the name of what implements it."""
    told = {}

    def note(name):
        monkeypatch.setattr(run_search, name, lambda *arguments, **named: told.update({name: (arguments, named)}))

    note("run_search")
    note("run_resume")
    return told


def test_every_flag_of_a_search_is_a_field_of_the_experiment(run, told):
    words = ["search", "reviews.csv", "--set", "trial.precision=fp32", "--prior", "architecture.depth=2"]
    values = {
        "study": "s", "text": "body", "label": "topic", "task": "multi-label", "label-separator": "|",
        "split": "part", "validation": "v.csv", "test": "t.csv",
        "unlabeled": "u.txt", "corrections": "c.csv",
        "allow": "numeric-texts", "space": "auto", "checkpoint": "minilm", "metric": "accuracy",
        "objective": "macro_f1", "constraint": "latency_ms<=20", "sampler": "tpe", "pruner": "asha", "folds": "5",
        "warm-start": "earlier", "trials": "9", "time-budget": "10m", "epochs": "2", "seed": "7", "slots": "3",
        "address": "head", "keep-checkpoints": "4", "workspace": "w", "storage-path": "p", "storage": "sqlite:///x.db",
        "tracking-uri": "http://mlflow:5000", "register": "news", "ensemble": "off", "encoding": "cp1250",
        "delimiter": ";", "runtime": "onnx-int8", "sheet": "reviews", "group": "author", "time": "day",
        "also": "price", "also-track": "wandb", "pack": "6", "sql": "SELECT 1", "confirm": "20%", "soup": "off",
        "order": "low",
    }  # fmt: skip
    for option, value in values.items():
        words += [f"--{option}", value]
    words += ["--header", "--merge-labels", "--drop-near-duplicates"]
    assert run(*words) == 0
    (source, settings, flags, priors, dashboard), named = told["run_search"]
    assert (source, settings, priors) == ("reviews.csv", ["trial.precision=fp32"], ["architecture.depth=2"])
    assert (dashboard, named) == (None, {"json": False})
    assert all(value is not None for value in flags.values())
    given = {str(value[0] if isinstance(value, list) else value) for value in flags.values() if value is not True}
    assert given == set(values.values())
    fields = {".".join(path) for path in field_paths()}
    assert {name for name in flags if not name.startswith("space.overrides.")} <= fields


def test_what_is_not_given_is_left_to_the_experiment(run, told):
    assert run("search") == 0
    (source, settings, flags, priors, _), _ = told["run_search"]
    assert (source, settings, priors) == (None, [], [])
    assert set(flags.values()) == {None}


def test_trials_to_resume_may_be_added_to(run, told):
    assert run("resume", "s", "-n", "+20", "-t", "10m", "-w", "w", "--json") == 0
    arguments, named = told["run_resume"]
    assert arguments[:4] == ("s", Workspace(Path("w")), "+20", "10m")
    assert named == {"json": True}
