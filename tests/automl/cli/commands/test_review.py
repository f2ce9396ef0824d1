"""What each command that looks at a study again hands on of what it is given."""

from pathlib import Path

from automl.cli import run_review
from automl.core import Workspace


def test_errors_are_written_beside_the_user_unless_told_where(run, monkeypatch):
    told = []
    monkeypatch.setattr(run_review, "list_errors", lambda *given, **named: told.append((given, named)))

    assert run("errors", "s") == 0
    assert run("errors", "s", "-o", "e.tsv", "--model", "both", "--with-test", "--spreadsheet", "-w", "w") == 0

    assert told == [
        (("s", Path("errors.csv"), "auto", Workspace(Path("runs"))), {"with_test": False, "spreadsheet": False}),
        (("s", Path("e.tsv"), "both", Workspace(Path("w"))), {"with_test": True, "spreadsheet": True}),
    ]


def test_a_decision_is_for_a_metric_or_for_costs(run, monkeypatch):
    told = []
    monkeypatch.setattr(run_review, "decide", lambda *given: told.append(given))

    assert run("decide", "s") == 0
    assert run("decide", "s", "-m", "mcc", "-w", "w") == 0
    assert run("decide", "s", "--costs", "c.csv") == 0

    runs = Workspace(Path("runs"))
    assert told == [
        ("s", None, None, runs),
        ("s", "mcc", None, Workspace(Path("w"))),
        ("s", None, Path("c.csv"), runs),
    ]
