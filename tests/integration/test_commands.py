"""Commands about a study that is searched, or was, by other processes: stop, doctor, retry, delete."""

import textwrap
from pathlib import Path

import pytest

from tests.automl.small_study import contents
from tests.integration.command import automl, overrides, write_reviews
from tests.integration.running import record
from trials.protocol import TrialEnd

FRAGILE = """
from pathlib import Path
from traceback import extract_stack
from search_spaces import SPACES

def space(suggest):
    point = SPACES["encoder"](suggest)
    is_search = any("/search/" in frame.filename for frame in extract_stack())  # it is checked before, too
    if is_search and Path("broken").exists():
        raise RuntimeError("the space is broken")
    return point
"""


@pytest.mark.slow
def test_stop_ends_a_search_from_another_shell_in_good_order(tmp_path, running):
    searching = running("--time-budget", "10m", "--epochs", 200)
    searching.wait_for("trial 0 at 1%")
    refused = automl("delete", "s", "--yes", cwd=tmp_path)
    assert refused.returncode == 2 and "s" in refused.stderr
    stopped = automl("stop", "s", "--timeout", 120, cwd=tmp_path)
    assert stopped.returncode == 0, stopped.stderr
    assert f"process {searching.process.pid}" in stopped.stdout and "automl resume s" in stopped.stdout
    assert searching.end(timeout=90) == 0, searching.said
    assert {trial.state for trial in record(tmp_path).trials} <= {"WAITING", "COMPLETE", "PRUNED"}
    assert automl("stop", "s", cwd=tmp_path).stdout == "No driver searches study 's'.\n"
    healthy = automl("doctor", cwd=tmp_path)
    assert (healthy.returncode, healthy.stdout) == (0, "All is well.\n")


@pytest.mark.slow
def test_doctor_tells_and_mends_what_a_killed_driver_left(tmp_path, running):
    searching = running("--time-budget", "10m", "--epochs", 200)
    searching.wait_for("trial 0 at 1%")
    searching.kill()
    before = contents(tmp_path / "runs")
    told = automl("doctor", "s", cwd=tmp_path)
    assert told.returncode == 1, told.stderr
    assert "no driver works on it: trial 0" in told.stdout and "--fix" in told.stdout
    assert contents(tmp_path / "runs") == before
    mended = automl("doctor", "s", "--fix", cwd=tmp_path)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "- repaired: study 's': running in the database" in mended.stdout
    trial = record(tmp_path).trials[0]
    assert (trial.state, trial.end) == ("WAITING", TrialEnd.PREEMPTED)
    assert automl("doctor", cwd=tmp_path).stdout == "All is well.\n"


@pytest.mark.slow
def test_retry_runs_failed_trials_again_and_delete_leaves_nothing(tmp_path):
    write_reviews(tmp_path / "reviews.csv", rows=300)
    (tmp_path / "fragile.py").write_text(textwrap.dedent(FRAGILE))
    (tmp_path / "broken").touch()
    arguments = ["reviews.csv", "--study", "s", "--epochs", 1, "--trials", 2]
    assert automl("search", *arguments, *overrides(space="fragile:space"), cwd=tmp_path).returncode == 1
    assert [trial.end for trial in record(tmp_path).trials] == [TrialEnd.ERROR] * 2
    (tmp_path / "broken").unlink()
    tried = automl("retry", "s", "--failed", "--now", cwd=tmp_path)
    assert tried.returncode == 0, tried.stderr
    assert "2 trials will be retried under new numbers: 2, 3" in tried.stdout
    trials = record(tmp_path).trials
    assert len(trials) == 4 and {trial.end for trial in trials[2:]} <= {TrialEnd.COMPLETED, TrialEnd.PRUNED}
    asked = automl("delete", "s", cwd=tmp_path)
    assert asked.returncode == 2 and "--yes" in asked.stderr and "runs in MLflow" in asked.stdout
    assert automl("delete", "s", "--yes", cwd=tmp_path).returncode == 0
    assert not Path(tmp_path / "runs" / "s").exists()
    assert "no study 's'" in automl("show", "s", cwd=tmp_path).stderr
