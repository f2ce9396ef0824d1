"""The best trials of a whole search are trained again, and a kill among these trainings costs nothing."""

import json

import pytest

from tests.integration.command import automl, write_reviews

pytestmark = pytest.mark.slow


def test_a_search_that_is_killed_while_it_confirms_goes_on_with_the_same_trials(tmp_path, running):
    write_reviews(tmp_path / "reviews.csv", rows=300, wrong=0.2)
    searching = running("--trials", 5, "--confirm", "50%", "--epochs", 2, "--pruner", "none")
    searching.wait_for("it confirms", 300)
    searching.kill()
    done = automl("resume", "s", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["trials"], told["confirmations"], told["confirmation"]["rounds"]) == (5, 6, 2)
    assert told["confirmation"]["best_in_search"] == told["choice"]["best_by_validation"]
    assert "The best trials were trained 2 times more" in told["confirmation_because"]
    shown = json.loads(automl("show", "s", "--json", cwd=tmp_path).stdout)
    assert [trial["number"] for trial in shown["trials"] if trial["confirms"] is not None] == [5, 6, 7, 8, 9, 10]
    assert automl("doctor", "s", cwd=tmp_path).returncode == 0
