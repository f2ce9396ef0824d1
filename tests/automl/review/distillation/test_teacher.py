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
    made = taught(teacher, dataset, 2.0, 60.0, print)
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


def test_further_texts_are_read_as_long_as_there_is_time(given, dataset, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 25)
    made = taught(load_teacher(given[0], dataset), dataset, 1.0, 0.0, print)
    assert len(made.train) == len(dataset.train) + 25


def test_a_teacher_of_other_labels_is_refused(given, tmp_path):
    other = tmp_path / "other.csv"
    lines = [f"some text number {row},{'xy'[row % 2]}" for row in range(60)]
    other.write_text("\n".join(["text,label", *lines]))
    with pytest.raises(DataProblem, match=", ".join(NAMES)):
        load_teacher(given[0], load_dataset(DataOptions(str(other))).dataset)
