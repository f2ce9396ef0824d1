import csv
import shlex

import pytest

from automl.cli import run_review
from automl.config import build_experiment
from automl.core import UsageError
from automl.export import predict
from tests.automl.review.test_held_out_logits import copied
from tests.automl.reviewed import hand_over, review_study, reviews, topics
from tests.trials.data.rows import write_csv
from trials.data import load_dataset


def test_the_errors_are_written_told_and_read_back_by_the_search_that_is_named(reviewed, tmp_path, capsys):
    target = tmp_path / "errors.csv"

    run_review.list_errors("reviews", target, "auto", reviewed, with_test=False, spreadsheet=False)

    said = capsys.readouterr().out
    assert "255 training and validation rows were judged by a linear model" in said
    assert "likely label errors" in said
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["correction"] = rows[0]["suggested_label"]
    rows[1]["correction"] = "drop"
    with target.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    command = next(line for line in said.splitlines() if "automl search" in line)
    words = shlex.split(command)
    given = words[words.index("--corrections") + 1]
    dataset = load_dataset(build_experiment(words[2], [], {"data.corrections": given}, []).data_options()).dataset
    assert dataset.corrections == "1 row relabelled and 1 row dropped by the corrections in errors.csv."


def test_a_model_or_a_file_that_cannot_be_is_refused_before_any_work(reviewed, tmp_path):
    with pytest.raises(UsageError, match=r"'liner'.*Did you mean 'linear'"):
        run_review.list_errors("reviews", tmp_path / "e.csv", "liner", reviewed, with_test=False, spreadsheet=False)
    with pytest.raises(UsageError, match="must be a file that ends in"):
        run_review.list_errors("reviews", tmp_path / "e.doc", "auto", reviewed, with_test=False, spreadsheet=False)


def test_a_decision_is_shown_written_and_obeyed(reviewed, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    model = copied(reviewed, tmp_path)
    hand_over(model)
    (tmp_path / "costs.csv").write_text(",bad,good\nbad,0,20\ngood,1,0\n")

    run_review.decide("reviews", None, tmp_path / "costs.csv", model)

    said = capsys.readouterr().out
    assert said.index("which may take a while") < said.index("Found on 45 validation rows.")
    assert "mean cost of a row" in said
    assert "the smallest expected cost" in said
    best, told = model.study("reviews").best, []
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(text for text, _ in reviews()[:40]))

    predict(best, texts, tmp_path / "out.csv", coverage=0.9, say=told.append)
    predict(best, texts, tmp_path / "plain.csv", plain=True)

    chosen, plain = ([row["label"] for row in read(tmp_path / name)] for name in ("out.csv", "plain.csv"))
    assert chosen.count("bad") > plain.count("bad")
    assert told[0].startswith("Labels are chosen for the smallest expected cost")
    assert {"bad", "good", "bad | good"} >= {row["labels"] for row in read(tmp_path / "out.csv")}


def read(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_search_that_is_named_reads_the_same_data(tmp_path, capsys):
    given = {"data.text": ["text"], "data.label": "label", "data.seed": 3, "data.allow": ["too-few-rows"]}
    workspace = review_study(tmp_path, reviews()[:60], **given)

    run_review.list_errors("reviews", tmp_path / "e.csv", "linear", workspace, with_test=False, spreadsheet=False)

    words = shlex.split(next(line for line in capsys.readouterr().out.splitlines() if "automl search" in line))
    assert words[3:11] == ["--text", "text", "--label", "label", "--set", "data.seed=3", "--allow", "too-few-rows"]


def test_a_second_round_keeps_the_corrections_of_the_first(tmp_path, capsys):
    first = write_csv(tmp_path / "first.csv", [(reviews()[1][0], "drop")], header=("text", "correction"))
    workspace = review_study(tmp_path, reviews()[:100], **{"data.corrections": first})

    run_review.list_errors("reviews", tmp_path / "e.csv", "linear", workspace, with_test=False, spreadsheet=False)

    said = capsys.readouterr().out
    words = shlex.split(next(line for line in said.splitlines() if "automl search" in line))
    given = words[words.index("--corrections") + 1]
    dataset = load_dataset(build_experiment(words[2], [], {"data.corrections": given}, []).data_options()).dataset
    assert dataset.corrections == "0 rows relabelled and 1 row dropped by the corrections in e.csv."
    assert "What was corrected before (1 in" in said


def test_likely_errors_of_several_labels_are_listed_and_their_corrections_read_back(tmp_path, capsys):
    workspace, target = review_study(tmp_path, topics()), tmp_path / "errors.csv"

    run_review.list_errors("reviews", target, "auto", workspace, with_test=False, spreadsheet=False)

    said = capsys.readouterr().out
    assert 'all its labels, as ["one", "two"] or one|two, or drop' in " ".join(said.split())
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    lost = [row for row in rows if row["label"] == "[]" and row["kind"].startswith("label")]
    assert len(lost) > 5, "rows that have lost their labels"
    lost[0]["correction"] = lost[0]["suggested_label"]
    with target.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    given = {"data.corrections": target}
    dataset = load_dataset(build_experiment(str(tmp_path / "reviews.csv"), [], given, []).data_options()).dataset
    assert dataset.corrections == "1 row relabelled and 0 rows dropped by the corrections in errors.csv."
