"""Searches of texts with several labels, from the command line to predictions, and the model in other tools."""

import csv
import json
import random
from pathlib import Path

import numpy as np
import pytest

from automl import load_classifier
from tests.automl.corpora import corpus
from tests.integration.command import automl, overrides

TOPICS = {
    "sport": ("match", "goal", "striker", "league", "coach"),
    "money": ("bank", "profit", "shares", "market", "budget"),
    "film": ("actor", "scene", "premiere", "studio", "script"),
}
PLAIN = ("today", "people", "said", "year", "city", "house", "time", "week")


def write_articles(path: Path, rows: int = 240) -> Path:
    """Made-up texts about up to two topics, whose labels are joined in a cell."""
    draw = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "topics"])
        for row in range(rows):
            topics = draw.sample(sorted(TOPICS), row % 3)
            words = [
                *draw.choices(PLAIN, k=6),
                *(word for topic in topics for word in draw.choices(TOPICS[topic], k=3)),
            ]
            draw.shuffle(words)
            writer.writerow([f"{' '.join(words)} {row}", "|".join(sorted(topics))])
    return path


def write_joined_news(path: Path, rows: int) -> Path:
    """The beginnings of two articles of BBC News, one after the other, with the classes of both."""
    news, draw = corpus("bbc-news"), random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(rows):
            two = draw.sample(range(len(news.train)), 2)
            text = " ".join(" ".join(news.train.texts[row].split()[:40]) for row in two)
            labels = sorted({news.label_names[news.train.labels[row]] for row in two})
            file.write(json.dumps({"text": text, "labels": labels}) + "\n")
    return path


def test_the_model_gives_each_text_its_labels_here_and_in_other_tools(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles.csv")
    given = ("--label", "topics", "--trials", 1, "--epochs", 16, "--study", "s")
    search = ("search", "articles.csv", *given, *overrides(), "--task", "multi-label", "--json")
    done = automl(*search, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "names joined by '|': several labels a text" in " ".join(done.stderr.split())
    assert (told["metric"], told["task"]) == ("micro_f1", "multi-label")
    assert told["label_names"] == ["film", "money", "sport"]
    assert told["scores"]["handed_over"]["test"]["micro_f1"] > 0.8
    assert [label["rows"] > 0 for label in told["labels"]] == [True, True, True]

    best = tmp_path / "runs" / "s" / "best"
    labelled = automl("predict", best, "--input", "articles.csv", "--output", "out.csv", cwd=tmp_path)
    assert labelled.returncode == 0, labelled.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8", newline="")))
    assert sum(row["labels"] == row["topics"] for row in rows) > 0.6 * len(rows)

    texts = [row["text"] for row in rows[:30]]
    model = load_classifier(best)
    assert ["|".join(labels) for labels in model.predict(texts)] == [row["labels"] for row in rows[:30]]
    shares = model.predict_proba(texts)
    assert [float(row["probability_film"]) for row in rows[:30]] == pytest.approx(shares[:, 0], abs=1e-5)
    np.testing.assert_allclose(sigmoids_of_pipeline(best, texts, model.label_names), shares, atol=1e-4)


def sigmoids_of_pipeline(folder: Path, texts: list[str], label_names: tuple[str, ...]) -> list[list[float]]:
    """What a pipeline of transformers says of each label, in the order of the labels."""
    from transformers import pipeline

    answers = pipeline("text-classification", model=str(folder), top_k=None)(texts, truncation=True)
    return [[{each["label"]: each["score"] for each in row}[name] for name in label_names] for row in answers]


@pytest.mark.slow
def test_all_algorithms_learn_several_labels_of_news(tmp_path: Path) -> None:
    write_joined_news(tmp_path / "news.jsonl", 600)
    done = automl(
        "search", "news.jsonl", "--trials", 5, "-t", "3m", "--study", "s", "--json", cwd=tmp_path, timeout=600
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["data"]["label_sets"] == "lists"
    assert told["scores"]["handed_over"]["test"]["micro_f1"] > 0.85
    labelled = automl("predict", "runs/s/best", "--input", "news.jsonl", "--output", "out.jsonl", cwd=tmp_path)
    assert labelled.returncode == 0, labelled.stderr
