import json
from pathlib import Path

import numpy as np
import pytest

from automl.export.onnx.check_texts import MADE_UP, made_up, texts_of
from automl.report import data_facts
from tests.tiny_model import WORDS
from tests.trials.data.rows import CLASSES, examples, write_csv
from trials.classifiers import graph_of
from trials.data import DataOptions, TextDataset, load_dataset, sampled
from trials.files import write_thresholds
from trials.tasks import ORDINAL, task_of


def test_texts_are_made_of_words_that_the_model_knows_and_are_the_same_each_time(tiny_model: Path) -> None:
    graph = graph_of(tiny_model)
    found = made_up(graph)
    assert found == made_up(graph) and len(found.texts) == MADE_UP and found.labels is None
    assert found.texts[0] == "" and {word for text in found.texts for word in text.split()} <= set(WORDS)


def test_labels_of_data_are_numbered_as_those_of_the_model(tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    data.write_text("\n".join(["text,label", *(f"text number {row},{'ab'[row % 2]}" for row in range(60))]))
    found = texts_of(DataOptions(str(data)), ("b", "c", "a"), tmp_path)
    assert found.labels is not None and found.validation is not None
    for texts, labels in ((found.texts, found.labels), found.validation):
        expected = [0 if int(text.rpartition(" ")[2]) % 2 else 2 for text in texts]
        np.testing.assert_array_equal(labels, expected)


def test_data_that_were_grouped_are_grouped_again_and_others_tell_no_accuracy(tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    rows = [f"text number {row},{'ab'[row % 2]},author {row // 2 % 20}" for row in range(120)]
    data.write_text("\n".join(["text,label,author", *rows]))
    searched = load_dataset(DataOptions(str(data), group="author")).dataset
    facts = {"fingerprint": searched.fingerprint, "text": "text", "label": "label", "group": "author", "time": None}
    (tmp_path / "automl.json").write_text(json.dumps({"data": facts}))

    found = texts_of(DataOptions(str(data)), ("a", "b"), tmp_path)
    assert found.texts == tuple(searched.test.texts) and found.labels is not None and found.doubt == ""

    (tmp_path / "automl.json").write_text(json.dumps({"data": {**facts, "fingerprint": "of another seed"}}))
    found = texts_of(DataOptions(str(data)), ("a", "b"), tmp_path)
    assert found.texts and found.labels is None
    assert "may have been trained on rows of this test split" in found.doubt


def test_a_sample_is_taken_again(tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    data.write_text("\n".join(["text,label", *(f"text number {row},{'ab'[row % 2]}" for row in range(4000))]))
    searched = sampled(load_dataset(DataOptions(str(data))).dataset, 1000)
    (tmp_path / "automl.json").write_text(json.dumps({"data": {"fingerprint": searched.fingerprint, "sample": 1000}}))

    found = texts_of(DataOptions(str(data)), ("a", "b"), tmp_path)
    assert found.texts == searched.test.texts and found.labels is not None and found.doubt == ""


def write_model_facts(folder: Path, data: TextDataset) -> None:
    """Write what a search keeps of its data and its task."""
    assert data.read is not None
    facts = {"task": data.task.name, "data": {"fingerprint": data.fingerprint, **data_facts(data.read)}}
    (folder / "automl.json").write_text(json.dumps(facts))


def test_rows_are_split_by_the_seed_and_the_shares_of_the_search_and_without_its_near_duplicates(
    tmp_path: Path,
) -> None:
    data = write_csv(tmp_path / "new.csv", examples(120))
    options = DataOptions(str(data), seed=3, test_share=0.25, validation_share=0.1, drop_near_duplicates=True)
    searched = load_dataset(options).dataset
    write_model_facts(tmp_path, searched)

    found = texts_of(DataOptions(str(data)), searched.label_names, tmp_path)

    assert found.texts == searched.test.texts and found.doubt == "" and found.labels is not None


def test_ordered_classes_are_split_as_in_the_search_and_numbered_in_their_order(tmp_path: Path) -> None:
    names = ("low", "middle", "high")
    data = write_csv(tmp_path / "new.csv", examples(90, names))
    searched = load_dataset(DataOptions(str(data), task="ordinal", order=names)).dataset
    write_model_facts(tmp_path, searched)

    found = texts_of(DataOptions(str(data)), names, tmp_path)

    assert found.texts == searched.test.texts and found.doubt == "" and found.labels is not None
    np.testing.assert_array_equal(found.labels, searched.test.labels)
    assert task_of(found.labels) is ORDINAL
    assert found.validation is not None and found.validation[0] == searched.validation.texts


def test_numbers_are_split_as_in_the_search_and_stay_numbers(tmp_path: Path) -> None:
    data = write_csv(tmp_path / "new.csv", [(text, 2.5 * row) for row, (text, _) in enumerate(examples(90))])
    searched = load_dataset(DataOptions(str(data), task="regression")).dataset
    write_model_facts(tmp_path, searched)

    found = texts_of(DataOptions(str(data)), ("stars",), tmp_path)

    assert found.texts == searched.test.texts and found.doubt == "" and found.labels is not None
    np.testing.assert_array_equal(found.labels, searched.test.labels)


def test_a_split_in_doubt_has_no_labels_and_chooses_nothing(tmp_path: Path) -> None:
    data = write_csv(tmp_path / "new.csv", examples(90))
    write_model_facts(tmp_path, load_dataset(DataOptions(str(data))).dataset)
    write_csv(data, examples(91))

    found = texts_of(DataOptions(str(data)), CLASSES, tmp_path)

    assert found.texts and found.doubt and found.labels is None and found.validation is None


@pytest.mark.parametrize("separator", [None, " and "])
def test_several_labels_are_read_from_the_columns_or_the_cells_of_the_search(
    tmp_path: Path, separator: str | None
) -> None:
    if separator is None:
        rows = [(text, row % 2, int(row % 3 == 0)) for row, (text, _) in enumerate(examples(120))]
        data = write_csv(tmp_path / "new.csv", rows, ("text", "toxic", "spam"))
        options = DataOptions(str(data), indicators=("toxic", "spam"))
    else:
        labels = ("toxic", "spam", f"spam{separator}toxic")
        data = write_csv(tmp_path / "new.csv", examples(120, labels))
        options = DataOptions(str(data), label_separator=separator)
    searched = load_dataset(options).dataset
    write_model_facts(tmp_path, searched)
    write_thresholds(tmp_path, (0.5, 0.5))

    found = texts_of(DataOptions(str(data)), searched.label_names, tmp_path)

    assert found.texts == searched.test.texts and found.doubt == "" and found.labels is not None
    np.testing.assert_array_equal(found.labels, searched.test.labels)
