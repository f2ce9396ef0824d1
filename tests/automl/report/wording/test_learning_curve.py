from dataclasses import replace

import numpy as np
import pytest

from automl.report.linear_baseline import BASELINE, Baseline, linear_baseline
from automl.report.wording.learning_curve import learning_curve, more_data_sentence
from automl.selection import Comparison, LearningCurve, Scores
from tests.trials.toy import LABELS, toy_texts
from trials.data import RowForm, Split, TextDataset


def dataset(rows: int, noise: float = 0.0) -> TextDataset:
    generator = np.random.default_rng(0)

    def split(count: int, seed: int) -> Split:
        texts, labels = toy_texts(count, seed)
        wrong = generator.random(count) < noise
        return Split(tuple(texts), np.where(wrong, generator.integers(0, 3, count), labels).astype(np.int64))

    return TextDataset("toy", LABELS, split(rows, 0), split(60, 1), split(120, 2), "f" * 64)


def test_the_curve_halves_the_rows_and_ends_at_the_baseline_itself():
    data = dataset(800, noise=0.1)
    baseline = linear_baseline(data, "macro_f1")
    curve = learning_curve(data, baseline, "macro_f1")
    assert curve is not None and curve.rows == (101, 200, 400, 800)
    assert curve.scores[-1] == baseline.scores.test["macro_f1"]
    assert np.isclose(curve.last_half.gain, curve.scores[-1] - curve.scores[-2])
    assert curve.last_half.low <= curve.last_half.gain <= curve.last_half.high
    assert learning_curve(data, baseline, "macro_f1") == curve, "the parts are drawn with a fixed seed"


def test_parts_are_calibrated_as_the_baseline_is():
    data = dataset(800, noise=0.1)
    curve = learning_curve(data, linear_baseline(data, "log_loss"), "log_loss")
    assert curve is not None and curve.scores[-2] < 0.55, "an uncalibrated half has 0.557"


def test_parts_read_two_columns_as_the_baseline_does():
    """The label is whether both columns are the same, which a model of the joined text cannot tell."""
    generator = np.random.default_rng(0)

    def split(rows: int) -> Split:
        labels = np.arange(rows) % 2
        cells = [generator.permutation(12)[:2] for _ in labels]
        texts = [
            f"a: w{first}\nb: w{second if label else first}"
            for (first, second), label in zip(cells, labels, strict=True)
        ]
        return Split(tuple(texts), labels)

    data = TextDataset("pairs", ("same", "other"), split(800), split(60), split(120), "f", form=RowForm(("a", "b")))
    curve = learning_curve(data, linear_baseline(data, "accuracy"), "accuracy")
    assert curve is not None and min(curve.scores) > 0.9


UNUSED = Baseline(BASELINE, Scores({}, {}), np.zeros((120, 3)))


def test_few_rows_many_characters_and_a_class_of_one_row_have_no_curve():
    data = dataset(400)
    assert learning_curve(data, UNUSED, "macro_f1") is None
    long = replace(data, train=Split(("x" * 20_000,) * 800, np.arange(800) % 3))
    assert learning_curve(long, UNUSED, "macro_f1") is None
    rare = replace(data, train=Split(("a text",) * 801, np.array([2] + [0, 1] * 400)))
    assert learning_curve(rare, UNUSED, "macro_f1") is None


def test_nothing_is_fitted_where_a_class_is_too_small_to_be_halved(monkeypatch):
    """With thousands of small classes each fit takes long, for no curve."""
    monkeypatch.setitem(learning_curve.__globals__, "fit_linear", lambda *_: pytest.fail("a part was fitted"))
    rare = replace(dataset(400), train=Split(("a text",) * 805, np.array([2] * 5 + [0, 1] * 400)))
    assert learning_curve(rare, UNUSED, "macro_f1") is None


def test_the_sentence_tells_a_gain_that_is_shown_from_one_that_is_not():
    gain = LearningCurve((100, 200), (0.5, 0.6), Comparison(0.1, 0.05, 0.15, 20, 8))
    said = more_data_sentence(gain, "macro_f1")
    assert "brought a gain (+0.100, 95% interval +0.050 to +0.150), so more rows like these are likely to help" in said
    assert said.endswith("Its macro_f1 by training rows: 0.500 with 100, 0.600 with 200.")
    flat = replace(gain, last_half=Comparison(0.001, -0.01, 0.012, 3, 2))
    assert "no gain by the second half of the rows is shown" in more_data_sentence(flat, "macro_f1")
    assert more_data_sentence(None, "macro_f1") == ""
