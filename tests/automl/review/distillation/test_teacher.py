from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from automl.core import DataProblem
from automl.review.distillation import teacher as module
from automl.review.distillation.teacher import load_teacher, taught
from tests.automl.review.distillation.tiny import NAMES
from trials.data import DataOptions, load_dataset


@pytest.fixture
def dataset(given):
    _, labelled, unlabeled = given
    return load_dataset(DataOptions(str(labelled), unlabeled=str(unlabeled))).dataset


def test_targets_are_the_teacher_s_probabilities_at_a_temperature(given, dataset):
    teacher = load_teacher(given[0], dataset)
    found = taught(teacher, dataset, 2.0, 60.0, print)
    made = found.dataset
    assert found.labelled == len(dataset.train)
    assert made.train.texts == dataset.train.texts + dataset.unlabeled
    assert len(made.train) == len(dataset.train) + len(dataset.unlabeled) and not made.unlabeled
    logits = teacher.logits(made.train.texts) / 2
    np.testing.assert_allclose(
        np.log(made.train.targets.probabilities[:, 1:] / made.train.targets.probabilities[:, :1]),
        logits[:, 1:] - logits[:, :1],
        atol=1e-4,
    )
    np.testing.assert_array_equal(made.train.labels[: len(dataset.train)], dataset.train.labels)
    np.testing.assert_array_equal(made.train.labels[len(dataset.train) :], logits[len(dataset.train) :].argmax(axis=1))
    assert made.validation is dataset.validation


@pytest.mark.parametrize(("ticks", "labelled", "further"), [(4, 125, 0), (8, None, 50)])
def test_texts_are_read_as_long_as_there_is_time_the_training_texts_first(
    given, dataset, monkeypatch, ticks, labelled, further
):
    clock = SimpleNamespace(monotonic=count().__next__)
    monkeypatch.setattr(module, "AT_ONCE", 25)
    monkeypatch.setattr(module, "time", clock)
    teacher, said = load_teacher(given[0], dataset), []
    found = taught(teacher, dataset, 1.0, ticks, said.append)
    train = found.dataset.train
    assert found.labelled == (labelled or len(dataset.train)) and len(train) == found.labelled + further
    np.testing.assert_allclose(
        train.targets.probabilities, dataset.task.probabilities(teacher.logits(train.texts)), atol=1e-5
    )
    known = dict(zip(dataset.train.texts, dataset.train.labels, strict=True))
    assert [known[text] for text in train.texts[: found.labelled]] == list(train.labels[: found.labelled])
    shares = np.bincount(train.labels[: found.labelled]) / found.labelled
    np.testing.assert_allclose(shares, np.bincount(dataset.train.labels) / len(dataset.train), atol=0.02)
    assert any("stratified sample" in line for line in said) == (labelled is not None)


def test_a_teacher_of_other_labels_is_refused(given, tmp_path):
    other = tmp_path / "other.csv"
    lines = [f"some text number {row},{'xy'[row % 2]}" for row in range(60)]
    other.write_text("\n".join(["text,label", *lines]))
    with pytest.raises(DataProblem, match=", ".join(NAMES)):
        load_teacher(given[0], load_dataset(DataOptions(str(other))).dataset)
