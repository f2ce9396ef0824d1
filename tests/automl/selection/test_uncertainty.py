"""Intervals of test scores and of differences between two models on the same rows."""

import numpy as np
import pytest
from scipy.stats import binomtest

from automl.selection.uncertainty import compare, score_interval, wilson_interval
from trials.tasks import REGRESSION, evaluate

ROWS, CLASSES = 300, 3


def made_up(seed: int, signal: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels of a classifier that is the better, the larger `signal` is."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, CLASSES, size=ROWS)
    logits = generator.normal(size=(ROWS, CLASSES))
    logits[np.arange(ROWS), labels] += signal
    return logits, labels


def test_accuracy_has_wilson_s_interval_also_where_all_is_right():
    logits, labels = made_up(0)
    right = int((logits.argmax(axis=1) == labels).sum())
    expected = binomtest(right, ROWS).proportion_ci(0.95, method="wilson")
    assert score_interval("accuracy", logits, labels) == pytest.approx((expected.low, expected.high))
    low, high = score_interval("accuracy", np.eye(CLASSES)[labels], labels)
    assert 0.98 < low < 1.0 == high


@pytest.mark.parametrize("metric", ["macro_f1", "log_loss", "auroc", "accuracy"])
def test_the_score_lies_within_its_interval_which_shrinks_with_the_rows(metric):
    logits, labels = made_up(1)
    low, high = score_interval(metric, logits, labels)
    assert low < evaluate(logits, labels)[metric] < high
    few = score_interval(metric, logits[:60], labels[:60])
    assert few[1] - few[0] > 1.5 * (high - low)
    assert score_interval(metric, logits, labels) == (low, high), "the same rows give the same interval"


@pytest.mark.slow
def test_intervals_contain_the_true_score_about_as_often_as_they_say():
    """The true macro F1 is that of very many rows; of 200 data sets, 95% would be 190, with a deviation of 3."""
    truth = np.mean([evaluate(*made_up(seed))["macro_f1"] for seed in range(1000, 1200)])
    found = [score_interval("macro_f1", *made_up(seed)) for seed in range(200)]
    assert 180 <= sum(low <= truth <= high for low, high in found) <= 199


@pytest.mark.slow
def test_models_that_differ_by_chance_are_seldom_told_apart():
    """Two classifiers of the same quality on the same rows: of 200 intervals, 5% would be 10 that leave out 0."""
    shown = 0
    for seed in range(200):
        (one, labels), noise = made_up(seed), np.random.default_rng([seed, 1])
        pair = [one + noise.normal(size=one.shape) for _ in range(2)]
        shown += compare("macro_f1", *pair, labels).is_shown
    assert 1 <= shown <= 20


@pytest.mark.parametrize("metric", ["macro_f1", "log_loss"])
def test_a_better_model_is_shown_whatever_the_direction_of_the_metric(metric):
    good, labels = made_up(2, signal=3.0)
    bad, _ = made_up(3, signal=0.0)
    found = compare(metric, good, bad, labels)
    assert found.is_shown and found.low > 0
    assert found.gain == pytest.approx(abs(evaluate(good, labels)[metric] - evaluate(bad, labels)[metric]))
    back = compare(metric, bad, good, labels)
    assert back.is_shown and back.high < 0
    assert (back.only_first, back.only_second) == (found.only_second, found.only_first)
    right, other = (logits.argmax(axis=1) == labels for logits in (good, bad))
    assert found.only_first - found.only_second == right.sum() - other.sum()


def test_a_model_does_not_differ_from_itself():
    logits, labels = made_up(4)
    found = compare("macro_f1", logits, logits, labels)
    assert (found.gain, found.low, found.high, found.only_first, found.only_second) == (0.0, 0.0, 0.0, 0, 0)
    assert not found.is_shown


def test_a_class_with_one_row_is_in_every_sample():
    labels = np.array([0] * 20 + [1])
    logits = np.eye(2)[labels] * 3.0
    assert score_interval("worst_f1", logits, labels) == (1.0, 1.0)


def test_several_labels_are_compared_by_a_bootstrap_of_rows():
    generator = np.random.default_rng(0)
    labels = generator.random((300, 4)) < 0.3
    good = generator.normal(size=labels.shape) + 4.0 * labels - 2.0
    bad = generator.normal(size=labels.shape) + 1.0 * labels - 0.5
    found = compare("micro_f1", good, bad, labels)
    assert found.is_shown and found.low < found.gain < found.high
    low, high = score_interval("micro_f1", good, labels)
    assert low < evaluate(good, labels)["micro_f1"] < high
    right = (good >= 0) == labels
    assert score_interval("subset_accuracy", good, labels) == wilson_interval(int(right.all(axis=1).sum()), 300)


def test_numbers_are_compared_by_distance_and_by_a_bootstrap_of_all_rows():
    generator = np.random.default_rng(0)
    true = generator.normal(50.0, 10.0, 400)
    good, poor = ((true + generator.normal(0.0, noise, 400))[:, None] for noise in (3.0, 6.0))
    found = compare("rmse", good, poor, true)
    assert found.gain == pytest.approx(3.0, abs=0.5)
    assert 2.0 < found.low < found.gain < found.high < 4.0 and found.is_shown
    assert found.only_first > found.only_second > 0 and found.only_first + found.only_second == 400
    low, high = score_interval("r2", good, true)
    assert low < REGRESSION.score("r2", good, true) < high
