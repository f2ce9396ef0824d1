"""Optuna's own dashboard and command line look at a study in the middle of a search, and do not disturb it."""

import io
import json

import pytest
from optuna.cli import main
from optuna.storages import get_storage
from optuna_dashboard import wsgi

from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, made, opened, states


@pytest.fixture
def driven(storage_url, tmp_path):
    """A study in which trial 0 has ended and trial 1 runs, with its driver."""
    store = made(storage_url)
    with store.study(NEW.name).join(tmp_path, beat_seconds=0.1) as driver:
        study = opened(store)
        study.tell(begin(study, driver), 0.5)
        begin(study, driver)
        yield store, driver
    store.close()


def goes_on(store: StudyStore, driver) -> None:
    """The driver still has its trial, ends it, and begins the next one."""
    study = opened(store)
    assert driver.take_over() == []
    with driver.owning(1) as ours:
        assert ours
        study.tell(1, 0.75)
    assert begin(study, driver) == 2
    assert states(store) == {0: "COMPLETE", 1: "COMPLETE", 2: "RUNNING"}


def get(app, path: str) -> dict[str, object]:
    answered: list[str] = []
    environment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "here",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    body = b"".join(app(environment, lambda status, headers, error=None: answered.append(status)))
    assert answered[-1].startswith("200"), (answered, body)
    content: dict[str, object] = json.loads(body)
    return content


def test_the_dashboard_shows_a_study_that_is_being_searched(driven, storage_url):
    app = wsgi(storage_url)
    (summary,) = get(app, "/api/studies")["study_summaries"]
    assert summary["study_name"] == NEW.name
    detail = get(app, f"/api/studies/{summary['study_id']}")
    assert [(trial["number"], trial["state"]) for trial in detail["trials"]] == [(0, "Complete"), (1, "Running")]
    goes_on(*driven)
    app = wsgi(storage_url)
    assert len(get(app, f"/api/studies/{summary['study_id']}")["trials"]) == 3


def test_the_command_line_reads_a_study_that_is_being_searched(driven, storage_url, monkeypatch, capsys):
    for arguments in (["studies"], ["trials", "--study-name", NEW.name], ["best-trial", "--study-name", NEW.name]):
        monkeypatch.setattr("sys.argv", ["optuna", *arguments, "--storage", storage_url, "-f", "json"])
        assert main() == 0
        assert json.loads(capsys.readouterr().out)
    goes_on(*driven)


def test_another_program_may_read_with_optunas_cache(driven, storage_url):
    storage = get_storage(storage_url)
    study_id = storage.get_study_id_from_name(NEW.name)
    assert [trial.state.name for trial in storage.get_all_trials(study_id)] == ["COMPLETE", "RUNNING"]
    goes_on(*driven)
    assert [trial.state.name for trial in storage.get_all_trials(study_id)] == ["COMPLETE", "COMPLETE", "RUNNING"]
