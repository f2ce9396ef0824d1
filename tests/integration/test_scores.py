"""Searches of scores and of ordered classes, from the command line to predictions, and the models in other tools."""

import csv
import json
import random
from pathlib import Path

import mlflow
import pytest
from transformers import pipeline

import automl as product
from tests.integration.command import BAD, GOOD, PLAIN, automl, overrides

MOODS = ("awful", "bad", "fair", "good", "great")


def write_ratings(path: Path, rows: int = 240) -> Path:
    """Made-up reviews: a price that grows with the good words among four, and a mood in words."""
    draw = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["review", "price", "mood"])
        for row in range(rows):
            good = row % 5
            words = [*draw.choices(GOOD, k=good), *draw.choices(BAD, k=4 - good), *draw.choices(PLAIN, k=4)]
            draw.shuffle(words)
            price = 1500.0 + 250.0 * good + draw.uniform(-20, 20)
            writer.writerow([f"{' '.join(words)}, no {row}", f"{price:.1f}", MOODS[good]])
    return path


def test_prices_come_back_in_their_unit_here_and_in_other_tools(tmp_path: Path) -> None:
    write_ratings(tmp_path / "reviews.csv")
    given = ("--text", "review", "--label", "price", "--trials", 1, "--epochs", 20, "--study", "s")
    done = automl("search", "reviews.csv", *given, *overrides(), "--task", "regression", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "numbers (regression) from" in " ".join(done.stderr.split())
    assert (told["metric"], told["task"], told["label_names"]) == ("r2", "regression", ["price"])
    scores = told["scores"]["handed_over"]["test"]
    assert scores["r2"] > 0.5
    assert scores["mae"] < 250
    assert told["comparisons"]["constant"]["low"] > 0
    assert "no better than" not in told["verdict"]

    best = tmp_path / "runs" / "s" / "best"
    predicted = automl("predict", best, "--input", "reviews.csv", "--output", "out.csv", cwd=tmp_path)
    assert predicted.returncode == 0, predicted.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8", newline="")))[:20]
    numbers = [float(row["predicted_price"]) for row in rows]
    texts = [row["review"] for row in rows]
    assert product.load_classifier(best).predict(texts) == pytest.approx(numbers, rel=1e-5)
    answers = pipeline("text-classification", model=str(best))(texts, truncation=True)
    assert [each["score"] for each in answers] == pytest.approx(numbers, rel=1e-5)

    runs = mlflow.MlflowClient(f"sqlite:///{tmp_path}/runs/mlflow.db")
    (experiment,) = (each for each in runs.search_experiments() if each.name == "s")
    logged = [run.data.metrics for run in runs.search_runs([experiment.experiment_id])]
    assert any(metrics.get("test/rmse") == pytest.approx(scores["rmse"]) for metrics in logged)
    page = (tmp_path / "runs" / "s" / "report.html").read_text(encoding="utf-8")
    assert "Predicted against true" in page


@pytest.mark.slow
def test_moods_are_learned_in_their_order(tmp_path: Path) -> None:
    write_ratings(tmp_path / "reviews.csv")
    given = ("--text", "review", "--label", "mood", "--trials", 1, "--study", "s", "--set", "space.name=linear")
    search = ("search", "reviews.csv", *given, "--task", "ordinal")
    done = automl(*search, "--order", ",".join(MOODS), "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["metric"], told["task"]) == ("qwk", "ordinal")
    assert told["label_names"] == list(MOODS)
    assert told["scores"]["handed_over"]["test"]["qwk"] > 0.6

    best = tmp_path / "runs" / "s" / "best"
    predicted = automl("predict", best, "--input", "reviews.csv", "--output", "out.csv", cwd=tmp_path)
    assert predicted.returncode == 0, predicted.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8", newline="")))[:20]
    found = product.load_classifier(best).predict([row["review"] for row in rows])
    assert found == [row["label"] for row in rows]
