"""What each command hands on of what it is given."""

import pytest

from automl.cli import run_changes, run_search, run_views
from automl.cli.app import app
from automl.core.errors import UsageError
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
    assert all((command.callback.__doc__ or "").strip().endswith(".") for command in app.registered_commands)
