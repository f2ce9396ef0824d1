import json

import pytest

from automl.core import DataProblem, UsageError
from automl.review.distillation.texts import named_data, texts_of
from trials.data import DataOptions, load_dataset


def test_the_data_of_a_model_outside_of_its_study_must_be_named(given):
    teacher, *_ = given
    (teacher / "automl.json").write_text(json.dumps({"study": "news"}))
    with pytest.raises(UsageError, match="--data"):
        texts_of(teacher, None, None, None, print)


def test_test_rows_that_the_teacher_may_know_are_doubted(given):
    teacher, labelled, _ = given
    options = DataOptions(str(labelled))
    assert "flatter" in texts_of(teacher, options, None, None, print).doubt
    facts = {"study": "news", "metric": "accuracy", "data": {"fingerprint": load_dataset(options).dataset.fingerprint}}
    (teacher / "automl.json").write_text(json.dumps(facts))
    found = texts_of(teacher, options, None, None, print)
    assert (found.doubt, found.metric, found.name) == ("", "accuracy", "news")


def test_further_texts_are_none_of_the_splits(given, tmp_path):
    teacher, labelled, _ = given
    dataset, more, said = load_dataset(DataOptions(str(labelled))).dataset, tmp_path / "texts.txt", []
    more.write_text("\n".join(["quite new", dataset.test.texts[0], dataset.train.texts[0], "quite new"]))
    found = texts_of(teacher, DataOptions(str(labelled)), str(more), None, said.append)
    assert found.dataset.unlabeled == ("quite new",)
    assert any("test split" in line for line in said)
    more.write_text(dataset.test.texts[0])
    with pytest.raises(DataProblem, match="unlabeled"):
        texts_of(teacher, DataOptions(str(labelled)), str(more), None, print)


def test_each_finding_about_named_data_is_said(given, tmp_path):
    _, labelled, _ = given
    doubled, said = tmp_path / "doubled.csv", []
    lines = labelled.read_text().splitlines()
    doubled.write_text("\n".join([*lines, *lines[1:20]]))
    findings = load_dataset(DataOptions(str(doubled))).findings
    texts_of(given[0], DataOptions(str(doubled)), None, None, said.append)
    assert findings and said == [finding.message for finding in findings]


def test_several_labels_a_text_can_be_named_in_each_of_their_forms(given, tmp_path):
    cells, columns = tmp_path / "cells.csv", tmp_path / "columns.csv"
    texts = [f"text {row} of many" for row in range(60)]
    sets = [("a",) if row % 3 else ("a", "b") if row % 2 else ("b",) for row in range(60)]
    cells.write_text(
        "\n".join(["text,tags", *(f"{text},{'|'.join(tags)}" for text, tags in zip(texts, sets, strict=True))])
    )
    rows = (f"{text},{int('a' in tags)},{int('b' in tags)}" for text, tags in zip(texts, sets, strict=True))
    columns.write_text("\n".join(["text,a,b", *rows]))
    for options in (
        named_data(str(cells), label=["tags"], task="multi-label", label_separator="|"),
        named_data(str(columns), label=["a", "b"]),
    ):
        dataset = texts_of(given[0], options, None, None, print).dataset
        assert (dataset.task.name, dataset.label_names) == ("multi-label", ("a", "b"))
    assert named_data(None) is None
    with pytest.raises(UsageError, match="--data"):
        named_data(None, task="multi-label")
    with pytest.raises(UsageError, match=r"--task.*multi-label"):
        named_data(str(cells), task="multi-lable")
