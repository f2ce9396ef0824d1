import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from automl.report.linear_baseline import BASELINE, baseline_name, linear_baseline
from trials.data import RowForm
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
    scores = linear_baseline(make_dataset(make_split(60, 0), make_split(30, 1), make_split(33, 2)), "accuracy").scores
    assert set(scores.validation) == set(scores.test) == set(METRICS)
    assert scores.validation["accuracy"] == scores.test["accuracy"] == 1.0
    assert scores.test["log_loss"] < 0.7  # log-probabilities, not decision values


def test_it_is_calibrated_as_trials_are() -> None:
    data = make_dataset(make_split(60, 0), make_split(300, 1), make_split(300, 2))
    plain = fit_linear(BASELINE, data.train, data.label_names).logits(data.test.texts)
    found = linear_baseline(data, "log_loss")
    scores, logits = found.scores, found.outputs
    assert (logits.argmax(axis=1) == plain.argmax(axis=1)).all()
    assert scores.test["log_loss"] < 0.5 * evaluate(plain, data.test.labels)["log_loss"]
    over = linear_baseline(data, "log_loss", folds=3).scores
    assert max(over.validation["log_loss"], over.test["log_loss"]) < 0.1


def test_only_the_training_split_is_learnt_from() -> None:
    train = make_split(60, 0)
    shuffled = Split(train.texts, np.roll(train.labels, 1))
    scores = linear_baseline(make_dataset(shuffled, make_split(30, 1), make_split(30, 2)), "accuracy").scores
    assert scores.test["accuracy"] == 0.0


def test_a_class_that_training_lacks_has_finite_scores() -> None:
    dataset = make_dataset(make_split(60, 0, classes=2), make_split(30, 1), make_split(30, 2))
    scores = linear_baseline(dataset, "accuracy").scores
    assert all(np.isfinite(value) for value in scores.test.values())
    assert scores.test["accuracy"] == pytest.approx(2 / 3)


def test_signs_and_single_letters_are_words() -> None:
    texts = tuple(f"{sign} {letter}" for sign, letter in [("👍", "a"), ("👎", "b")] * 10)
    split = Split(texts, np.array([0, 1] * 10, dtype=np.int64))
    scores = linear_baseline(TextDataset("emoji", ("good", "bad"), split, split, split, "f" * 64), "accuracy").scores
    assert scores.test["accuracy"] == 1.0


def make_pairs(rows: int, seed: int, *, relation: bool) -> Split:
    """Pairs of lists of words: the label is whether they share words, or else the first word of the first one."""
    generator = np.random.default_rng(seed)
    labels = np.arange(rows, dtype=np.int64) % 2
    texts = []
    for label in labels:
        own, other = generator.permutation(40)[:20].reshape(2, 10)
        second = own if relation and label == 0 else other
        first = "" if relation else ("good ", "bad ")[label]
        texts.append(f"premise: {first}{_words(own)}\nhypothesis: {_words(generator.permutation(second))}")
    return Split(tuple(texts), labels)


def _words(numbers: NDArray[np.int64]) -> str:
    return " ".join(f"w{number}" for number in numbers)


@pytest.mark.parametrize(("relation", "reading"), [(True, "apart"), (False, "joined")])
@pytest.mark.parametrize("folds", [None, 3])
def test_two_columns_are_read_as_validation_rows_tell(relation: bool, reading: str, folds: int | None) -> None:
    """A model of the joined text is far worse where only the relation of both columns tells the label."""
    train, validation, test = (make_pairs(rows, rows, relation=relation) for rows in (200, 101, 102))
    columns = RowForm(("premise", "hypothesis"))
    data = TextDataset("pairs", ("yes", "no"), train, validation, test, "f" * 64, form=columns)
    found = linear_baseline(data, "accuracy", folds)
    assert found.reading == reading
    assert found.scores.test["accuracy"] > 0.95
    alone = linear_baseline(replace(data, form=RowForm(("text",))), "accuracy", folds)
    assert alone.reading is None
    assert (alone.scores.test["accuracy"] < 0.8) == relation


def test_the_name_says_how_two_columns_are_read() -> None:
    assert baseline_name("single-label", None) == "TF-IDF + logistic regression"
    assert baseline_name("regression", "apart") == "TF-IDF + ridge regression (columns apart)"


def test_scikit_learn_is_not_imported_before_it_is_needed() -> None:
    command = (
        "import sys, automl.report.summary, automl.report.tables; assert not {'sklearn', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", command], check=True)
