import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from trials.metrics import METRICS, Outputs, evaluate, log_softmax


@st.composite
def scored_rows(draw: st.DrawFn, minimum_classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels: some sets have equal scores, some have classes that no row has."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, classes = draw(st.integers(1, 40)), draw(st.integers(minimum_classes, 5))
    logits = generator.normal(size=(rows, classes)) * 3
    if draw(st.booleans()):
        logits = np.round(logits)
    return logits, generator.integers(0, draw(st.integers(1, classes)), size=rows)


def metric(name: str, logits: np.ndarray, labels: np.ndarray) -> float:
    return METRICS[name].function(Outputs(logits, labels))


@given(scored_rows())
@settings(max_examples=150, deadline=None)
def test_metrics_of_predictions_agree_with_scikit_learn(case: tuple[np.ndarray, np.ndarray]) -> None:
    logits, labels = case
    predicted = logits.argmax(axis=1)
    classes = np.arange(logits.shape[1])
    found = evaluate(logits, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = {
            "accuracy": sklearn_metrics.accuracy_score(labels, predicted),
            "macro_f1": sklearn_metrics.f1_score(labels, predicted, average="macro", zero_division=0),
            "worst_f1": min(sklearn_metrics.f1_score(labels, predicted, average=None, zero_division=0)),
            "balanced_accuracy": sklearn_metrics.balanced_accuracy_score(labels, predicted),
            "mcc": sklearn_metrics.matthews_corrcoef(labels, predicted),
            "brier": sklearn_metrics.brier_score_loss(
                labels, np.exp(log_softmax(logits)), labels=classes, scale_by_half=False
            ),
            "log_loss": sklearn_metrics.log_loss(labels, np.exp(log_softmax(logits)), labels=classes),
        }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-9)
    assert (
        Outputs(logits, labels).confusion.matrix().tolist()
        == sklearn_metrics.confusion_matrix(labels, predicted, labels=classes).tolist()
    )


@given(scored_rows())
@settings(max_examples=150, deadline=None)
def test_auroc_agrees_with_scikit_learn_over_the_classes_that_have_both_sides(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    logits, labels = case
    # One-vs-rest by the log-probability, as scikit-learn ranks one class; a rounded score keeps its ties in both.
    scores = log_softmax(logits)
    areas = [
        sklearn_metrics.roc_auc_score(labels == index, scores[:, index])
        for index in range(logits.shape[1])
        if len(np.unique(labels == index)) == 2
    ]
    assert metric("auroc", logits, labels) == pytest.approx(np.mean(areas) if areas else 0.5)


def test_auroc_agrees_with_the_multiclass_and_binary_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(size=(60, 4)), generator.integers(0, 4, size=60)
    expected = sklearn_metrics.roc_auc_score(labels, np.exp(log_softmax(logits)), multi_class="ovr")
    assert metric("auroc", logits, labels) == pytest.approx(expected)
    binary = labels % 2
    expected = sklearn_metrics.roc_auc_score(binary, logits[:, 1] - logits[:, 0])
    assert metric("auroc", logits[:, :2], binary) == pytest.approx(expected)


def test_calibration_is_the_mean_gap_of_each_bin() -> None:
    # Two rows that are 0.9 sure, one of them right; three that are 0.6 sure, all right: gaps of 0.4 and 0.4.
    sure = np.array([0.9, 0.9, 0.6, 0.6, 0.6])
    logits = np.log(np.stack([sure, 1 - sure], axis=1))
    assert metric("ece", logits, np.array([0, 1, 0, 0, 0])) == pytest.approx((2 * 0.4 + 3 * 0.4) / 5)
    assert metric("ece", np.array([[0.0, 800.0]]), np.array([1])) == 0.0
    assert metric("ece", np.array([[0.0, 800.0]]), np.array([0])) == 1.0
    assert metric("ece", np.zeros((4, 2)), np.array([0, 1, 0, 1])) == 0.0


def test_the_true_class_may_be_among_three() -> None:
    logits = np.array([[4.0, 3.0, 2.0, 1.0]] * 4)
    assert metric("top3_accuracy", logits, np.arange(4)) == 0.75
    assert metric("top3_accuracy", np.zeros((4, 4)), np.arange(4)) == 0.75, "of equal ones the first"
    assert metric("top3_accuracy", logits[:, :2], np.array([0, 1, 1, 0])) == 1.0


def test_nearly_certain_rows_still_have_an_order() -> None:
    logits = np.array([[0.0, 50.0], [0.0, 60.0], [0.0, 70.0]])
    assert metric("auroc", logits, np.array([0, 1, 1])) == 1.0


@pytest.mark.parametrize("size", [0.0, 1.0, 1e4, 3e38])
def test_every_metric_is_finite_for_finite_logits(size: float) -> None:
    logits = np.array([[1.0, -1.0, 0.5], [-1.0, 1.0, 0.5]]) * size
    for labels in ([0, 0], [2, 2], [0, 1], [1, 0]):
        assert all(np.isfinite(list(evaluate(logits, np.array(labels)).values())))


def test_better_follows_the_direction() -> None:
    assert METRICS["accuracy"].better(0.9, than=0.8)
    assert METRICS["log_loss"].better(0.8, than=0.9)
    assert not METRICS["log_loss"].better(0.8, than=0.8)
    assert all(name == metric.name for name, metric in METRICS.items())


def test_ten_thousand_classes_take_no_table_of_their_pairs() -> None:
    rows, classes = 200, 10_000
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(size=(rows, classes)), generator.integers(0, classes, size=rows)
    logits[np.arange(0, rows, 2), labels[::2]] += 20.0
    tracemalloc.start()
    found = evaluate(logits, labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found["accuracy"] == 0.5
    assert peak < 5 * logits.nbytes, "a table of all pairs of classes would be 50 times as large as the logits"
    assert len(Outputs(logits, labels).confusion.cells) <= rows
