"""What each command hands on of what it is given."""

from pathlib import Path

import pytest

from automl.cli import run_changes, run_search, run_views
from automl.cli.study_commands import COMMANDS
from automl.config.field_errors import field_paths
from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.report import TrialChoice


@pytest.fixture
def told(monkeypatch):
    """The arguments of whatever command is run, by the name of what implements it."""
    told = {}

    def note(module, name, answer=None):
        def implement(*arguments, **named):
            told[name] = (arguments, named)
            return answer

        monkeypatch.setattr(module, name, implement)

    for name in ("run_search", "run_resume"):
        note(run_search, name)
    for name in ("run_retry", "delete_study"):
        note(run_changes, name)
    note(run_changes, "stop_study", False)
    note(run_changes, "examine", False)
    note(run_views, "show_study")
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


@pytest.mark.parametrize(("words", "code"), [(("stop", "s"), 1), (("doctor",), 1), (("show", "s"), 0)])
def test_what_could_not_be_done_or_is_not_in_order_is_exit_code_1(run, told, words, code):
    assert run(*words) == code


def test_the_trials_that_are_shown_and_their_form_can_be_chosen(run, told):
    assert run("show", "s", "--top", "5", "--sort", "best", "--csv") == 0
    assert told["show_study"][0][1:3] == (TrialChoice(5, "best"), "csv")
    assert run("show", "s", "--limit", "5") == 0
    assert told["show_study"][0][1:3] == (TrialChoice(5), None)


def test_ends_to_retry_are_those_that_are_named(run, told):
    assert run("retry", "s", "--diverged", "--out-of-memory") == 0
    assert told["run_retry"][0][1] == {"error": False, "diverged": True, "out_of_memory": True}


@pytest.mark.parametrize(
    "words",
    [
        ("show", "s", "--limit", "0"),
        ("show", "s", "--csv", "--json"),
        ("stop", "s", "--timeout", "-1"),
        ("ui", "--port", "65536"),
        ("predict", "m", "--batch-size", "0"),
        ("search", "--trials", "many"),
        ("resume",),
        ("retry", "s", "--failedd"),
    ],
)
def test_what_cannot_be_meant_is_told_with_where_to_read_on(run, told, words):
    with pytest.raises(UsageError, match=f"See: automl {words[0]} --help"):
        run(*words)
    assert told == {}


def test_every_command_says_what_it_does():
    assert all((command.__doc__ or "").strip().endswith(".") for command in COMMANDS)
