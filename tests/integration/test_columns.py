"""A search of rows with several text columns, groups, folds and odd labels, and predictions of its model."""

import csv
import json

from tests.integration.command import automl, write_reviews


def test_several_text_columns_groups_and_merged_labels_from_the_search_to_predictions(tmp_path):
    plain = write_reviews(tmp_path / "plain.csv", rows=160)
    rows = list(csv.reader(plain.open(encoding="utf-8", newline="")))[1:]
    table = tmp_path / "table.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "author", "body", "mood", "score", "kind", "price"])
        for number, (text, label) in enumerate(rows):
            start, _, end = text.partition(" ")
            writer.writerow(
                [
                    start,
                    f"author {number // 8}",
                    end,
                    label.title() if number % 5 else label,
                    number,
                    "ab"[number % 2],
                    number / 2,
                ]
            )
    columns = ("--text", "title", "--text", "body", "--label", "mood", "--group", "author")
    columns += ("--also", "kind", "--also", "price")
    options = (
        *columns,
        "--space",
        "linear",
        "--set",
        "space.overrides.text.reading=[apart]",
        "--folds",
        2,
        "--trials",
        1,
        "--study",
        "s",
        "--json",
    )

    refused = automl("search", "table.csv", *options, cwd=tmp_path)
    assert refused.returncode == 2
    assert "'Positive' and 'positive'" in refused.stderr
    assert "Traceback" not in refused.stderr

    done = automl("search", "table.csv", *options, "--merge-labels", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    before = done.stderr.partition("Starting Ray")[0]
    assert "title + body, joined with their names" in before
    assert "not used score" in before
    assert "kind: 2 categories" in before and "price: numbers from" in before
    data = json.loads(done.stdout)["data"]
    assert (data["text"], data["group"], data["classes"].keys()) == (
        ["title", "body"],
        "author",
        {"Positive", "Negative"},
    )

    best = tmp_path / "runs" / "s" / "best"
    assert json.loads((best / "automl.json").read_text())["data"]["text"] == ["title", "body"]
    assert json.loads((best / "classifier.json").read_text())["pair"] == ["title", "body"], "both are read apart"
    row = next(csv.DictReader(table.open(encoding="utf-8", newline="")))
    (tmp_path / "short.json").write_text(json.dumps([{name: row[name] for name in ("title", "body", "kind")}]))
    short = automl("predict", best, "--input", "short.json", cwd=tmp_path)
    assert short.returncode == 2 and "the input has no 'price'" in short.stderr, short.stderr
    labelled = automl("predict", best, "--input", "table.csv", "--output", "out.csv", cwd=tmp_path)
    assert labelled.returncode == 0, labelled.stderr
    out = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8", newline="")))
    assert sum(row["label"].lower() == row["mood"].lower() for row in out) > 0.9 * len(out)
