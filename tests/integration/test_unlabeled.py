"""A search with texts that have no labels, as a user runs it."""

import json

import mlflow
import pytest

from tests.integration.command import automl, overrides, write_reviews
from tests.integration.running import record


@pytest.fixture
def place(tmp_path):
    write_reviews(tmp_path / "reviews.csv", rows=120)
    others = write_reviews(tmp_path / "others.csv", rows=150, seed=1).read_text().splitlines()[1:]
    (tmp_path / "texts.txt").write_text("\n".join(line.rpartition(",")[0].strip('"') for line in others))
    return tmp_path


@pytest.mark.slow
def test_one_early_trial_is_pretrained_on_them_and_a_study_wants_them_as_they_were(place):
    done = automl(
        *("search", "reviews.csv", "--unlabeled", "texts.txt", "--study", "s", "--json"),
        *("--trials", 2, "--epochs", 1, *overrides()),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["trials"] == 2
    first, second = record(place).trials
    assert (first.params["pretraining.epochs"], second.params["pretraining.epochs"]) == (0.0, 2.0)
    assert first.cost.pretraining_loss is None
    assert 0 < second.cost.shared_seconds < second.cost.seconds and second.cost.pretraining_loss > 0
    assert len(list((place / "runs" / "cache").glob("pretraining-*"))) >= 1

    runs = mlflow.MlflowClient(f"sqlite:///{place / 'runs' / 'mlflow.db'}")
    (experiment,) = [found for found in runs.search_experiments() if found.name != "Default"]
    shown = [run.data.metrics.get("cost/pretraining_loss") for run in runs.search_runs([experiment.experiment_id])]
    assert pytest.approx(second.cost.pretraining_loss) in shown

    (place / "texts.txt").write_text("something else altogether\nand one more")
    refused = automl("resume", "s", "--trials", "+1", cwd=place)
    assert refused.returncode == 2 and "the data of study 's' must be what it was" in refused.stderr
