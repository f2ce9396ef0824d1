"""Two columns that a linear model reads apart: what they share decides, and the files keep it."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_spaces import SPACES, Defaults, Linear
from trials.data.columns import RowForm
from trials.data.columns.also_columns import NumberColumn
from trials.data.dataset import Split
from trials.files.classifier_format import save_classifier
from trials.linear.model import fit_linear, load_linear

POINT = SPACES["linear"](Defaults())
APART = replace(POINT, text=replace(POINT.text, reading="apart"))
NAMES = ("premise", "hypothesis")
LABELS = ("different", "same")


def pairs(rows: int, seed: int, form: RowForm) -> Split:
    """Return rows whose columns have the same words, in another order, or different ones."""
    draw = random.Random(seed)
    texts, labels = [], []
    for row in range(rows):
        first = [f"word{draw.randrange(40)}" for _ in range(6)]
        second = draw.sample(first, 6) if row % 2 else [f"word{draw.randrange(40)}" for _ in range(6)]
        cells = {NAMES[0]: " ".join(first), NAMES[1]: " ".join(second), "price": 1.0}
        texts.append(form.text_of(cells))
        labels.append(row % 2)
    return Split(tuple(texts), np.array(labels, dtype=np.int64))


def accuracy(point: Linear, form: RowForm) -> float:
    test = pairs(100, 1, form)
    model = fit_linear(point, pairs(200, 0, form), LABELS, form=form)
    return float((model.logits(test.texts).argmax(axis=1) == test.labels).mean())


@pytest.mark.parametrize("form", [RowForm(NAMES), RowForm(NAMES, (NumberColumn("price"),))])
def test_columns_that_are_read_apart_are_compared(form: RowForm) -> None:
    assert accuracy(APART, form) > 0.95 > accuracy(POINT, form)


def test_which_column_a_word_stands_in_counts() -> None:
    form = RowForm(NAMES)
    cells = [("good", "bad"), ("bad", "good")] * 20
    train = Split(
        tuple(form.text_of(dict(zip(NAMES, each, strict=True))) for each in cells),
        np.array([0, 1] * 20, dtype=np.int64),
    )
    assert fit_linear(APART, train, LABELS, form=form).logits(train.texts).argmax(axis=1).tolist() == [0, 1] * 20


def test_its_files_give_the_same_for_any_row(tmp_path: Path) -> None:
    form = RowForm(NAMES, (NumberColumn("price"),))
    model = fit_linear(APART, pairs(60, 0, form), LABELS, form=form)
    save_classifier(model, tmp_path / "model")
    texts = ["premise: word1 word2", "hypothesis: word1", "price: 2\npremise: a\nhypothesis: b", "word1", ""]
    found = load_linear(tmp_path / "model").logits(texts)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, model.logits(texts), atol=1e-5)


@pytest.mark.parametrize("form", [RowForm(("text",)), RowForm(("a", "b", "c"))])
def test_without_two_columns_a_text_is_read_as_a_whole(form: RowForm) -> None:
    train = Split(("a good film", "a bad film") * 5, np.array([1, 0] * 5))
    apart, whole = (fit_linear(point, train, LABELS, form=form) for point in (APART, POINT))
    np.testing.assert_array_equal(apart.logits(train.texts), whole.logits(train.texts))
