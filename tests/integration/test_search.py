"""One search of 40 trials, run as a user runs it, and everything that it must leave behind."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import optuna
import pytest
from mlflow import MlflowClient

from automl.core.trial_states import EFFECTS
from automl.storage.study_store import StudyStore, sqlite_url
from tests.integration.command import automl, overrides, write_reviews
from trials.protocol import TrialEnd

TRIALS = 24


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("a search")
    write_reviews(folder / "reviews.csv")
    return folder


@pytest.fixture(scope="module")
def finished(place):
    """Learning rates far beyond reason are in the space, so that some trials diverge."""
    wild = overrides("optimizer.learning_rate={low: 1e-3, high: 1e30}", "optimizer.gradient_clip={low: 1, high: 1e9}")
    limits = ("--trials", TRIALS, "--epochs", 3, "--sampler", "random", "--seed", 1, "--storage-path", "shared")
    done = automl("search", "reviews.csv", "--study", "reviews", *limits, "--json", *wild, cwd=place)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def study(finished, place):
    store = StudyStore(sqlite_url(place / "runs"))
    yield store.study("reviews").record()
    store.close()


def test_what_was_read_is_told_before_anything_starts_and_is_in_the_json(finished):
    before = finished.stderr.partition("Starting Ray")[0]
    assert "What was read" in before and "reviews.csv: CSV, comma, utf-8, 300 rows" in before
    assert "sentiment, 2 classes: negative 150, positive 150" in before
    data = json.loads(finished.stdout)["data"]
    assert (data["text"], data["label"], data["rows_read"]) == ("review", "sentiment", 300)


def test_every_trial_ended_once_and_no_pruned_trial_is_complete(study):
    assert [trial.number for trial in study.trials] == list(range(TRIALS))
    for trial in study.trials:
        assert trial.end is not None
        assert trial.state == EFFECTS[trial.end].state
        assert (trial.fraction == 1.0) == (trial.end == TrialEnd.COMPLETED)
    ends = {trial.end for trial in study.trials}
    assert {TrialEnd.COMPLETED, TrialEnd.PRUNED, TrialEnd.DIVERGED} <= ends


def test_a_diverging_learning_rate_ends_its_trial_as_diverged_and_the_search_goes_on(study):
    diverged = [trial.number for trial in study.trials if trial.end == TrialEnd.DIVERGED]
    assert diverged
    assert diverged[0] < TRIALS - 1
    assert all(study.trials[number].params["optimizer.learning_rate"] > 0.01 for number in diverged)


def test_mlflow_optuna_and_show_agree_trial_by_trial(study, place):
    client = MlflowClient(tracking_uri=f"sqlite:///{place / 'runs' / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("reviews")
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    by_number = {int(run.data.tags["automl.trial"]): run for run in runs if "automl.trial" in run.data.tags}
    shown = automl("show", "reviews", cwd=place)
    assert shown.returncode == 0, shown.stderr
    found = re.findall(r"^[ *]*(\d+) +(.*)$", shown.stdout.partition("parameter ")[0], re.MULTILINE)
    lines = {int(number): line for number, line in found}

    assert by_number.keys() == lines.keys() == set(range(TRIALS))
    for trial in study.trials:
        run = by_number[trial.number]
        assert run.info.status == EFFECTS[trial.end].mlflow_status
        assert run.data.tags["automl.end"] == trial.end
        assert str(trial.end).replace("_", " ") in lines[trial.number].replace("_", " ")
        assert run.data.params.keys() >= trial.params.keys()
        if trial.value is not None:
            logged = client.get_metric_history(run.info.run_id, "validation/macro_f1")
            assert [point.value for point in logged] == pytest.approx(
                [e.metrics["macro_f1"] for e in trial.evaluations]
            )
    assert [run.info.status for run in runs if "automl.trial" not in run.data.tags] == ["FINISHED"]


def test_optunas_own_command_reads_the_study(study, place):
    url = f"sqlite:///{place / 'runs' / 'studies.db'}"
    command = [
        Path(sys.executable).with_name("optuna"),
        "trials",
        "--study-name",
        "reviews",
        "--storage",
        url,
        "-f",
        "json",
    ]
    read = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert len(json.loads(read.stdout)) == TRIALS
    best = optuna.load_study(study_name="reviews", storage=url).best_trial
    assert study.trials[best.number].end == TrialEnd.COMPLETED


def test_the_summary_tells_the_winner_and_what_it_had_to_beat(finished, study, place):
    facts = json.loads(finished.stdout)
    assert facts["trials"] == TRIALS
    assert sum(facts["ends"].values()) == TRIALS
    best = max(
        trial.best.metrics["macro_f1"] for trial in study.trials if trial.best and trial.end == TrialEnd.COMPLETED
    )
    card = json.loads((place / "runs/reviews/best/automl.json").read_text())
    assert card["scores"]["best_by_validation"]["validation"]["macro_f1"] == pytest.approx(best)
    assert best > 0.9
    text = (place / "runs/reviews/best/README.md").read_text()
    assert "TF-IDF" in text
    assert "trial 0" in text


def test_a_pipeline_loads_the_model_and_predict_agrees_with_it(finished, place):
    from transformers import pipeline

    write_reviews(place / "new.csv", rows=41, seed=9)
    done = automl("predict", "runs/reviews/best", "-i", "new.csv", "-o", "out.csv", cwd=place)
    assert done.returncode == 0, done.stderr
    with (place / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    classify = pipeline("text-classification", model=str(place / "runs/reviews/best"))
    by_pipeline = classify([row["review"] for row in rows])
    assert [row["label"] for row in rows] == [answer["label"] for answer in by_pipeline]
    assert [float(row["probability"]) for row in rows] == pytest.approx([a["score"] for a in by_pipeline], abs=1e-4)
    assert sum(row["label"] == row["sentiment"] for row in rows) > 37


def test_only_the_models_that_are_needed_are_kept(study, place):
    kept = {int(folder.name) for folder in (place / "runs/reviews/trials").iterdir()}
    completed = [trial for trial in study.trials if EFFECTS[trial.end].keeps_checkpoint and trial.number != 0]
    scores = {trial.number: trial.best.metrics[study.goals.first.name] for trial in completed}
    assert len(kept - {0}) == min(5, len(completed)), "keep_checkpoints is 5"
    assert 0 in kept and kept - {0} <= set(scores)
    assert all(scores[other] <= min(scores[number] for number in kept - {0}) for other in set(scores) - kept)


@pytest.mark.slow
def test_a_study_can_be_resumed_with_more_trials(study, place):
    done = automl("resume", "reviews", "--trials", "+3", "--json", cwd=place)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["trials"] == TRIALS + 3


def test_the_same_name_again_is_refused_and_says_how_to_go_on(study, place):
    done = automl("search", "reviews.csv", "--study", "reviews", "--trials", 1, cwd=place)
    assert done.returncode == 2
    assert "automl resume reviews" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_databases_use_the_write_ahead_log(study, place):
    with sqlite3.connect(place / "runs" / "studies.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_handed_over_is_in_the_second_place_too(finished, place):
    files = {path.name: path.read_bytes() for path in (place / "shared" / "reviews" / "best").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (place / "runs" / "reviews" / "best").iterdir()}
    assert "Copied to shared/reviews/best" in finished.stderr
