"""One workspace or one database, and more than one search."""

import pytest

from automl.core.workspace import Workspace
from tests.integration.command import automl
from tests.integration.running import RunningSearch, record, search
from trials.protocol import TrialEnd


@pytest.mark.slow
def test_two_studies_at_once_in_one_workspace(tmp_path, running):
    both = [running("--trials", 3, "--slots", 1, "--epochs", 4, study=name, name=name) for name in ("one", "two")]
    for name, searching in zip(("one", "two"), both, strict=True):
        assert searching.end() == 0, searching.said
        trials = record(tmp_path, name).trials
        assert [trial.number for trial in trials] == [0, 1, 2]
        assert all(trial.end in {TrialEnd.COMPLETED, TrialEnd.PRUNED} for trial in trials)
        assert (tmp_path / "runs" / name / "best" / "model.safetensors").is_file()


@pytest.mark.slow
def test_a_second_driver_is_refused_on_sqlite(tmp_path, running):
    first = running("--time-budget", "60s", "--epochs", 100)
    first.wait_for("trial 0 at 1%")
    second = automl("resume", "s", cwd=tmp_path)
    assert second.returncode == 2
    assert "another process" in second.stderr
    assert "Traceback" not in second.stderr
    assert first.process.poll() is None, "the first one is none the worse for it"


@pytest.mark.slow
def test_two_drivers_share_a_study_on_postgresql(tmp_path, postgres_url, running, until_end):
    """They begin exactly as many trials as were asked for, each of them once, and the second learns from the first."""
    storage = {"AUTOML_STORAGE_URL": postgres_url}
    first = running("--trials", 10, "--slots", 1, "--epochs", 6, name="first", **storage)
    first.wait_for("trial 0 started")
    second = until_end(RunningSearch(tmp_path, "resume", "s", name="second", **storage))
    assert first.end() == 0, first.said
    assert second.end() == 0, second.said
    trials = record(tmp_path, "s", postgres_url).trials
    assert [trial.number for trial in trials] == list(range(10))
    assert all(trial.end in {TrialEnd.COMPLETED, TrialEnd.PRUNED} for trial in trials)
    begun = [{line.split("trial ")[1].split()[0] for line in said.splitlines() if " started:" in line}
             for said in (first.said, second.said)]  # fmt: skip
    assert begun[0] and begun[1] and not begun[0] & begun[1], begun


@pytest.mark.slow
def test_a_dead_drivers_trials_are_taken_over_by_the_other(tmp_path, postgres_url, running, until_end):
    storage = {"AUTOML_STORAGE_URL": postgres_url}
    words = ["--trials", 4, "--slots", 1, "--epochs", 60, "--pruner", "none"]
    first = running(*words, name="first", **storage)
    first.wait_for("trial 0 at 11%")
    second = until_end(RunningSearch(tmp_path, "resume", "s", name="second", **storage))
    second.wait_for("trial 1 at 1%")
    first.kill()
    assert second.end() == 0, second.said
    trials = record(tmp_path, "s", postgres_url).trials
    assert [trial.end for trial in trials] == [TrialEnd.COMPLETED] * 4
    assert "trial 0 at 100%" in second.said
    assert "trial 0 at 1%" not in second.said, "it went on from its last evaluation"


@pytest.mark.slow
def test_a_study_with_a_troublesome_name_in_a_path_with_spaces(tmp_path):
    name = "../up/and 'away' \"now\" 🙂 $(touch owned)"
    place = tmp_path / "a path with spaces"
    place.mkdir()
    searching = search(place, "--trials", 1, "--epochs", 2, study=name)
    assert searching.end() == 0, searching.said
    folder = Workspace(place / "runs").study(name).folder
    assert folder.parent == (place / "runs").resolve()
    assert (folder / "best" / "config.json").is_file()
    shown = automl("show", name, cwd=place)
    assert shown.returncode == 0 and "completed" in shown.stdout
    assert automl("resume", name, "--trials", "+1", cwd=place).returncode == 0
    assert len(record(place, name).trials) == 2
    deleted = automl("delete", name, "--yes", cwd=place)
    assert deleted.returncode == 0, deleted.stderr
    assert not folder.exists()
    assert {path.name for path in tmp_path.iterdir()} == {place.name}
    assert not list(tmp_path.rglob("owned"))
