"""Thresholds are tuned to each label as far as its rows allow."""

import json

import numpy as np
import pytest

from trials.tasks.thresholds import COMMON_ROWS, fit_thresholds, log_odds, thresholds_at


def scored(shifts: list[float], rates: list[float], rows: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Labels whose log-odds are too high by a shift of each."""
    generator = np.random.default_rng(0)
    labels = generator.random((rows, len(rates))) < rates
    return generator.normal(size=labels.shape) + 4.0 * labels - 2.0 + shifts, labels


def test_a_frequent_label_gets_its_own_threshold() -> None:
    found = log_odds(fit_thresholds(*scored([0.0, 2.0], [0.4, 0.4])))
    assert found[1] - found[0] == pytest.approx(2.0, abs=0.5)


def test_a_rare_label_gets_nearly_that_of_all() -> None:
    logits, labels = scored([0.0, 0.0, 0.0], [0.4, 0.4, 0.0])
    labels[0, 2], logits[0, 2] = True, 5.0  # one row, which a threshold of up to 5 would find
    common = log_odds(fit_thresholds(logits[:, :2], labels[:, :2])).mean()
    assert log_odds(fit_thresholds(logits, labels))[2] - common < 5.0 / COMMON_ROWS + 0.3


def test_a_label_without_rows_gets_the_common_one_and_all_lie_between_0_and_1() -> None:
    logits, labels = scored([0.0, 0.0], [0.4, 0.0])
    found = fit_thresholds(logits, labels)
    assert all(0.0 < threshold < 1.0 for threshold in found)
    assert found[1] == pytest.approx(found[0], abs=0.1)
    assert fit_thresholds(logits, np.zeros_like(labels)) == (0.5, 0.5)


def test_they_are_never_worse_together_than_a_common_one() -> None:
    generator = np.random.default_rng(1)
    for _ in range(20):
        labels = generator.random((40, 6)) < 0.15
        logits = generator.normal(size=labels.shape) + labels

        def micro(cuts: np.ndarray, logits: np.ndarray = logits, labels: np.ndarray = labels) -> float:
            chosen = logits >= cuts
            return 2 * (chosen & labels).sum() / max(1, chosen.sum() + labels.sum())

        best = max(micro(np.full(6, cut)) for cut in logits.ravel())
        assert micro(log_odds(fit_thresholds(logits, labels))) >= best - 1e-9


def test_log_odds_and_probabilities_are_two_forms_of_one_number() -> None:
    assert thresholds_at(log_odds((0.1, 0.5, 0.9))) == pytest.approx((0.1, 0.5, 0.9))


def test_thresholds_of_thousands_of_labels_fit_into_a_cell_of_a_database() -> None:
    """MySQL's cell has 64 KiB, for the whole evaluation."""
    odds = np.random.default_rng(0).uniform(-6.0, 6.0, 3_000)
    found = thresholds_at(odds)
    assert len(json.dumps(found)) < 32_000
    np.testing.assert_allclose(log_odds(found), odds, atol=5e-4)
