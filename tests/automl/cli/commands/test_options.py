from pathlib import Path

import pytest

from automl.cli import run_search, run_views
from automl.core.errors import UsageError


@pytest.fixture
def shown(monkeypatch):
    """The arguments of `automl studies`."""
    shown = []
    monkeypatch.setattr(run_views, "show_studies", lambda *arguments: shown.append(arguments))
    return shown


def test_a_folder_may_be_in_the_home_and_is_runs_by_default(run, shown, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for words in ((), ("--workspace", "~/runs"), ("-w", "a b"), ("--storage", "sqlite:///x.db")):
        assert run("studies", *words) == 0
    assert shown == [
        (Path("runs"), None),
        (tmp_path / "runs", None),
        (Path("a b"), None),
        (Path("runs"), "sqlite:///x.db"),
    ]


@pytest.mark.parametrize("option", ["--workspace", "--storage", "--tracking-uri", "--address"])
@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_is_refused_and_is_not_the_default(run, monkeypatch, option, value):
    """It usually comes from a variable of the shell that is not set."""
    monkeypatch.setattr(run_search, "run_resume", lambda *_, **__: pytest.fail("it has begun"))
    with pytest.raises(UsageError, match="must not be empty; leave the option out for its default"):
        run("resume", "s", option, value)
