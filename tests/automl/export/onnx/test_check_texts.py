from pathlib import Path

import numpy as np

from automl.export.onnx.check_texts import MADE_UP, made_up, texts_of
from tests.tiny_model import WORDS
from trials.classifiers import graph_of
from trials.data import DataOptions


def test_texts_are_made_of_words_that_the_model_knows_and_are_the_same_each_time(tiny_model: Path) -> None:
    graph = graph_of(tiny_model)
    found = made_up(graph)
    assert found == made_up(graph) and len(found.texts) == MADE_UP and found.labels is None
    assert found.texts[0] == "" and {word for text in found.texts for word in text.split()} <= set(WORDS)


def test_labels_of_data_are_numbered_as_those_of_the_model(tmp_path: Path) -> None:
    data = tmp_path / "new.csv"
    data.write_text("\n".join(["text,label", *(f"text number {row},{'ab'[row % 2]}" for row in range(60))]))
    found = texts_of(DataOptions(str(data)), ("b", "c", "a"))
    assert found.labels is not None and found.validation is not None
    for texts, labels in ((found.texts, found.labels), found.validation):
        expected = [0 if int(text.rpartition(" ")[2]) % 2 else 2 for text in texts]
        np.testing.assert_array_equal(labels, expected)
