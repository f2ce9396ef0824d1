"""Several objectives and constraints, as a user runs them."""

import json
from pathlib import Path

import pytest

from automl.export.load_model import load_classifier
from tests.integration.command import automl, overrides, write_reviews
from tests.integration.running import record

LIMITS = ("--epochs", 0.5, "--slots", 1)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("objectives")
    write_reviews(folder / "reviews.csv", rows=300)
    return folder


@pytest.mark.slow
def test_a_front_is_searched_shown_resumed_and_sound(place):
    wanted = ("--objective", "macro_f1", "--objective", "latency_ms", "--constraint", "bytes<=1e9")
    done = automl(
        "search", "reviews.csv", "--study", "s", *wanted, "--trials", 3, *LIMITS, *overrides(), "--json", cwd=place
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert [each["name"] for each in facts["objectives"]] == ["macro_f1", "latency_ms"]
    assert facts["trial"] in [each["trial"] for each in facts["front"]]
    assert all(each["values"]["latency_ms"] > 0 and each["values"]["bytes"] > 1000 for each in facts["front"])
    assert "## Objectives" in (Path(place / facts["folder"]) / "README.md").read_text()

    resumed = automl("resume", "s", "--trials", "+2", cwd=place)
    assert resumed.returncode == 0, resumed.stderr
    trials = record(place).trials
    assert len(trials) == 5
    assert all(trial.end is not None and "latency_ms" in trial.best.metrics for trial in trials)

    shown = automl("show", "s", cwd=place).stdout
    assert "Pareto front" in shown and "latency_ms minimized" in shown
    kept = place / "runs" / "s" / "trials" / f"{facts['front'][-1]['trial']:05d}"
    assert load_classifier(kept).logits(["good"]).shape == (1, 2)
    doctor = automl("doctor", "s", cwd=place)
    assert doctor.returncode == 0, doctor.stdout


@pytest.mark.slow
def test_where_no_model_keeps_a_constraint_none_is_handed_over_and_the_study_stays(place):
    wanted = ("--constraint", "bytes<=10", "--trials", 2)
    done = automl("search", "reviews.csv", "--study", "tiny", *wanted, *LIMITS, *overrides(), cwd=place)
    assert done.returncode == 1
    assert (
        "no model of study 'tiny' satisfies bytes<=10, so no model is handed over. The closest is trial" in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert not (place / "runs" / "tiny" / "best").exists()
    first, second = record(place, "tiny").trials
    assert (first.end, second.end) == ("completed", "pruned"), "trial 0 is the yardstick"
    assert "bytes<=10 must hold" in second.cause
