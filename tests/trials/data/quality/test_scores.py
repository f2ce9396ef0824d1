"""Findings about labels that are numbers, from the file on."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.errors import DataError

ROWS = [(f"{text} {number}", f"{number * 1.5}") for number, (text, _) in enumerate(examples(80))]


def options_of(tmp_path, rows, **options):
    return DataOptions(str(write_csv(tmp_path / "scores.csv", rows, header=("text", "score"))), **options)


def test_numbers_are_split_alike_and_have_one_name(tmp_path):
    data = load_dataset(options_of(tmp_path, ROWS, task="regression")).dataset
    assert (data.label_names, data.task.name, data.train.labels.dtype) == (("score",), "regression", np.float64)
    assert (len(data.train), len(data.validation), len(data.test)) == (56, 12, 12) or len(data.train) > 50
    means = [split.labels.mean() for split in (data.train, data.validation, data.test)]
    assert np.ptp(means) < 12.0
    assert data.read.numbers == (0.0, pytest.approx(59.25), 118.5)
    assert data.read.classes == {"score": 80}


def test_labels_that_are_no_numbers_are_refused_with_their_rows(tmp_path):
    bad = {2: "good", 5: "", 7: "inf", 9: "nan"}
    rows = [(text, bad.get(number, label)) for number, (text, label) in enumerate(ROWS)]
    options = options_of(tmp_path, rows, task="regression")
    said = r"4 rows hold something else: row 3 \('good'\), row 6 \(empty\), row 8 \('inf'\), row 10 \('nan'\)"
    with pytest.raises(DataError, match=said):
        load_dataset(options)
    loaded = load_dataset(replace(options, allow=frozenset({"bad-numbers"})))
    assert sum(loaded.dataset.read.rows.values()) == 76
    assert loaded.dataset.read.left_out == {"bad-numbers": 4}


def test_a_column_of_words_is_refused_whatever_is_allowed(tmp_path):
    allow = frozenset({"bad-numbers", "too-few-rows"})
    options = options_of(tmp_path, [(text, "good") for text, _ in ROWS], task="regression", allow=allow)
    with pytest.raises(DataError, match=r"there is none.*one-class"):
        load_dataset(options)


def test_equal_numbers_are_refused(tmp_path):
    options = options_of(tmp_path, [(text, "3.0") for text, _ in ROWS], task="regression")
    with pytest.raises(DataError, match=r"all training rows have 3.0: there is nothing to learn.*one-class"):
        load_dataset(replace(options, allow=frozenset()))


def test_a_text_with_several_numbers_has_their_mean(tmp_path):
    rows = [*ROWS, (f" {ROWS[4][0]}  ", "10.0")]
    loaded = load_dataset(options_of(tmp_path, rows, task="regression"))
    codes = {finding.code: finding.message for finding in loaded.findings}
    assert "1 text has several numbers: their mean is taken" in codes["averaged-numbers"]
    assert "conflicting-labels" not in codes
    found = {
        text: label
        for split in (loaded.dataset.train, loaded.dataset.validation, loaded.dataset.test)
        for text, label in zip(split.texts, split.labels, strict=True)
    }
    assert found[ROWS[4][0]] == 8.0


def test_without_a_task_many_numbers_are_a_question_that_names_all_answers(tmp_path):
    options = options_of(tmp_path, ROWS)
    with pytest.raises(DataError, match=r"80 different numbers.*task regression.*task ordinal.*task single-label"):
        load_dataset(options)


@pytest.mark.parametrize("task", ["ordinal", "single-label", "auto"])
def test_a_few_whole_numbers_are_classes_and_the_other_ways_are_told(tmp_path, task):
    rows = [(text, str(1 + number % 5)) for number, (text, _) in enumerate(ROWS)]
    loaded = load_dataset(options_of(tmp_path, rows, task=task))
    assert loaded.dataset.label_names == ("1", "2", "3", "4", "5")
    assert loaded.dataset.task.name == ("ordinal" if task == "ordinal" else "single-label")
    told = [finding.message for finding in loaded.findings if finding.code == "number-classes"]
    assert len(told) == (task == "auto")
    assert all("--task ordinal" in each and "--task regression" in each for each in told)


def test_the_fingerprint_tells_numbers_ranks_and_classes_apart(tmp_path):
    rows = [(text, str(1 + number % 5)) for number, (text, _) in enumerate(ROWS)]
    prints = {
        load_dataset(options_of(tmp_path, rows, task=task)).dataset.fingerprint
        for task in ("ordinal", "single-label", "regression")
    }
    assert len(prints) == 3
    shifted = [(text, f"{float(label) + 0.25}") for text, label in ROWS]
    first, second = (load_dataset(options_of(tmp_path, each, task="regression")).dataset for each in (ROWS, shifted))
    assert first.fingerprint != second.fingerprint, "fractions count"
