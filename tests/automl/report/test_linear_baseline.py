import subprocess
import sys

import numpy as np
import pytest

from automl.report.linear_baseline import BASELINE, linear_baseline
from trials.data.dataset import Split, TextDataset
from trials.linear import fit_linear
from trials.metrics import METRICS, evaluate

WORDS = (("profit", "shares", "bank"), ("goal", "match", "coach"), ("film", "actor", "plot"))


def make_split(rows: int, seed: int, classes: int = 3) -> Split:
    generator = np.random.default_rng(seed)
    labels = np.arange(rows, dtype=np.int64) % classes
    texts = [f"the {generator.choice(WORDS[label])} of number {generator.integers(1000)}" for label in labels]
    return Split(tuple(texts), labels)


def make_dataset(train: Split, validation: Split, test: Split) -> TextDataset:
    return TextDataset("toy", ("business", "sport", "film"), train, validation, test, "f" * 64)


def test_separable_text_is_told_apart() -> None:
    scores, _ = linear_baseline(make_dataset(make_split(60, 0), make_split(30, 1), make_split(33, 2)))
    assert set(scores.validation) == set(scores.test) == set(METRICS)
    assert scores.validation["accuracy"] == scores.test["accuracy"] == 1.0
    assert scores.test["log_loss"] < 0.7  # log-probabilities, not decision values


def test_it_is_calibrated_as_trials_are() -> None:
    data = make_dataset(make_split(60, 0), make_split(300, 1), make_split(300, 2))
    plain = fit_linear(BASELINE, data.train, data.label_names).logits(data.test.texts)
    scores, logits = linear_baseline(data)
    assert (logits.argmax(axis=1) == plain.argmax(axis=1)).all()
    assert scores.test["log_loss"] < 0.5 * evaluate(plain, data.test.labels)["log_loss"]
    over, _ = linear_baseline(data, folds=3)
    assert max(over.validation["log_loss"], over.test["log_loss"]) < 0.1


def test_only_the_training_split_is_learnt_from() -> None:
    train = make_split(60, 0)
    shuffled = Split(train.texts, np.roll(train.labels, 1))
    scores, _ = linear_baseline(make_dataset(shuffled, make_split(30, 1), make_split(30, 2)))
    assert scores.test["accuracy"] == 0.0


def test_a_class_that_training_lacks_has_finite_scores() -> None:
    scores, _ = linear_baseline(make_dataset(make_split(60, 0, classes=2), make_split(30, 1), make_split(30, 2)))
    assert all(np.isfinite(value) for value in scores.test.values())
    assert scores.test["accuracy"] == pytest.approx(2 / 3)


def test_signs_and_single_letters_are_words() -> None:
    texts = tuple(f"{sign} {letter}" for sign, letter in [("👍", "a"), ("👎", "b")] * 10)
    split = Split(texts, np.array([0, 1] * 10, dtype=np.int64))
    scores, _ = linear_baseline(TextDataset("emoji", ("good", "bad"), split, split, split, "f" * 64))
    assert scores.test["accuracy"] == 1.0


def test_scikit_learn_is_not_imported_before_it_is_needed() -> None:
    command = (
        "import sys, automl.report.summary, automl.report.tables; assert not {'sklearn', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", command], check=True)
