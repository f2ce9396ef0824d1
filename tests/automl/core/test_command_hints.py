import shlex
from pathlib import Path

import pytest

from automl.core.command_hints import near, next_command
from automl.core.workspace import Workspace

PLACE = "postgresql+psycopg://me:secret@db/studies"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTOML_STORAGE_URL", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_the_default_is_not_said(here):
    assert (
        next_command(Workspace(Path("runs")), "resume", "news", "--trials", "+20") == "automl resume news --trials +20"
    )
    assert next_command(Workspace(here / "runs"), "show", "news") == "automl show news"


@pytest.mark.parametrize("name", ["it's", "a b", "$HOME", "semi;colon", "*", "a\tb", "ü"])
def test_a_shell_reads_the_names_as_they_are(here, name):
    command = next_command(Workspace(here / name), "show", name)
    assert shlex.split(command) == ["automl", "show", name, "--workspace", name]


def test_a_workspace_is_named_from_here_if_it_is_below_and_else_as_a_whole(here, monkeypatch):
    (here / "deep").mkdir()
    monkeypatch.chdir(here / "deep")
    assert near(Path("a/../b")) == Path("b")
    assert near(here / "deep") == Path()
    assert near(Path("..") / "deeper") == here / "deeper"
    assert next_command(Workspace(here / "runs"), "show", "news") == f"automl show news --workspace {here / 'runs'}"


def test_each_command_gets_the_database_that_it_reads_without_its_password(monkeypatch):
    workspace = Workspace(Path("runs"), PLACE, "http://me:secret@mlflow:5000")
    assert shlex.split(next_command(workspace, "show", "news"))[3:] == [
        "--storage",
        "postgresql+psycopg://me:***@db/studies",
    ]
    assert shlex.split(next_command(workspace, "ui", "news"))[3:] == ["--tracking-uri", "http://me:***@mlflow:5000"]
    monkeypatch.setenv("AUTOML_STORAGE_URL", PLACE)
    assert next_command(workspace, "show", "news") == "automl show news", "the environment says it"
    monkeypatch.setenv("AUTOML_STORAGE_URL", "sqlite:///other.db")
    assert "--storage" in next_command(workspace, "show", "news")
