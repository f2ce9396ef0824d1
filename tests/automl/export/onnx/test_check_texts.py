import json
from pathlib import Path

import numpy as np

from automl.export.onnx.check_texts import MADE_UP, made_up, texts_of
from tests.tiny_model import WORDS
from trials.classifiers import graph_of
from trials.data import DataOptions, load_dataset, sampled


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
