import csv
import shlex

import pytest

from automl.cli import run_review
from automl.config import build_experiment
from automl.core import UsageError
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
