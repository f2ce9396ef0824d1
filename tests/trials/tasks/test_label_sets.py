"""Metrics of several labels a text agree with scikit-learn, and are finite where little is there."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from trials.tasks import MULTI_LABEL, evaluate
from trials.tasks.label_sets import LABEL_SET_METRICS, LabelSetOutputs


def drawn(rows: int = 200, labels: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    present = generator.random((rows, labels)) < np.linspace(0.05, 0.6, labels)
    logits = np.round(generator.normal(size=(rows, labels)) + 2.0 * present - 1.0, 1)  # rounded, so that there are ties
    return logits, present


@pytest.mark.parametrize("seed", range(3))
def test_they_are_those_of_scikit_learn(seed: int) -> None:
    logits, labels = drawn(seed=seed)
    chosen, shares = logits >= 0, 1 / (1 + np.exp(-logits))
    found = evaluate(logits, labels)
    assert found == pytest.approx(
        {
            "micro_f1": sklearn_metrics.f1_score(labels, chosen, average="micro"),
            "macro_f1": sklearn_metrics.f1_score(labels, chosen, average="macro"),
            "subset_accuracy": sklearn_metrics.accuracy_score(labels, chosen),
            "map": sklearn_metrics.average_precision_score(labels, logits, average="macro"),
            "lrap": sklearn_metrics.label_ranking_average_precision_score(labels, logits),
            "log_loss": np.mean([sklearn_metrics.log_loss(labels[:, k], shares[:, k]) for k in range(5)]),
        }
    )


def test_labels_are_chosen_by_the_distance_from_their_thresholds_and_ranked_by_log_odds() -> None:
    logits, labels = drawn()
    outputs = np.stack([logits, logits - 1.0], axis=2)
    plain, moved = evaluate(logits, labels), evaluate(outputs, labels)
    assert moved["micro_f1"] == evaluate(logits - 1.0, labels)["micro_f1"] != plain["micro_f1"]
    assert {name: moved[name] for name in ("map", "lrap", "log_loss")} == {
        name: plain[name] for name in ("map", "lrap", "log_loss")
    }


@pytest.mark.parametrize("value", [0.0, 1e4, -1e4])
@pytest.mark.parametrize("present", [False, True])
def test_they_are_finite_where_all_rows_are_alike(value: float, present: bool) -> None:
    labels = np.full((4, 3), present)
    assert all(math.isfinite(score) for score in evaluate(np.full((4, 3), value), labels).values())


def test_counts_are_of_each_label() -> None:
    labels = np.array([[True, False], [True, True], [False, False]])
    logits = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    counts = LabelSetOutputs(logits, labels).counts
    assert (counts.rows, counts.classes) == (3, 2)
    assert (counts.true.tolist(), counts.predicted.tolist(), counts.right.tolist()) == ([2, 1], [1, 2], [1, 1])
    assert counts.f1.tolist() == pytest.approx([2 / 3, 2 / 3])


def test_the_default_metric_and_the_share_of_right_rows_are_metrics() -> None:
    assert {MULTI_LABEL.default_metric, MULTI_LABEL.row_metric} <= LABEL_SET_METRICS.keys()
