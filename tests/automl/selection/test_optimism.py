import numpy as np
import pytest

from automl.selection.optimism import optimism
from trials.metrics import evaluate
from trials.tasks import MULTI_LABEL

CLASSES = 3


def outputs(generator: np.random.Generator, labels: np.ndarray, signal: float) -> np.ndarray:
    logits = generator.normal(size=(len(labels), CLASSES))
    logits[np.arange(len(labels)), labels] += signal
    return logits


def best_of(metric: str, logits: dict[int, np.ndarray], labels: np.ndarray, sign: float = 1.0) -> int:
    return max(logits, key=lambda number: sign * evaluate(logits[number], labels)[metric])


def test_one_model_and_one_that_is_far_ahead_have_no_optimism():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, CLASSES, 200)
    far = {0: outputs(generator, labels, 0.2), 1: outputs(generator, labels, 4.0)}
    assert optimism("macro_f1", far, 1, labels) == 0.0
    assert optimism("macro_f1", {1: far[1]}, 1, labels) == 0.0


@pytest.mark.parametrize(("metric", "sign"), [("accuracy", 1.0), ("log_loss", -1.0)])
def test_the_best_of_equal_models_is_too_good_whatever_the_direction_of_the_metric(metric, sign):
    generator = np.random.default_rng(1)
    labels = generator.integers(0, CLASSES, 100)
    equal = {number: outputs(generator, labels, 1.0) for number in range(10)}
    best = best_of(metric, equal, labels, sign)
    assert optimism(metric, equal, best, labels) > 0.01
    assert optimism(metric, equal, best, labels) == optimism(metric, equal, best, labels), "drawn with a fixed seed"


def test_thresholds_that_the_scored_rows_have_tuned_are_counted():
    """A single model of 20 labels on 150 rows, six times: about as much as its score exceeds that of many rows."""
    generator, found, true = np.random.default_rng(0), [], []

    def labelled(rows: int) -> tuple[np.ndarray, np.ndarray]:
        labels = generator.random((rows, 20)) < np.linspace(0.03, 0.3, 20)
        return labels, 1.5 * generator.normal(size=labels.shape) + 2.0 * labels - 1.0

    for _ in range(6):
        labels, logits = labelled(150)
        calibration = MULTI_LABEL.calibrate(logits, labels)
        outputs = calibration.outputs(logits)
        many, others = labelled(2_000)
        truth = MULTI_LABEL.score("micro_f1", calibration.outputs(others), many)
        true.append(MULTI_LABEL.score("micro_f1", outputs, labels) - truth)
        found.append(optimism("micro_f1", {3: outputs}, 3, labels))
        assert optimism("map", {3: outputs}, 3, labels) == 0.0, "no threshold matters to a ranking"
    assert np.mean(found) == pytest.approx(np.mean(true), abs=0.008)
    assert np.mean(found) > 0.008


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["accuracy", "macro_f1"])
def test_the_corrected_score_of_the_best_of_equal_models_is_unbiased(metric):
    """Ten equal models on 150 rows, 100 times: the best is too good by .06, the corrected score by less than .01."""
    generator = np.random.default_rng(2)
    many = generator.integers(0, CLASSES, 100_000)
    truth = evaluate(outputs(generator, many, 1.0), many)[metric]
    raw, corrected = [], []
    for _ in range(100):
        labels = generator.integers(0, CLASSES, 150)
        equal = {number: outputs(generator, labels, 1.0) for number in range(10)}
        best = best_of(metric, equal, labels)
        raw.append(evaluate(equal[best], labels)[metric])
        corrected.append(raw[-1] - optimism(metric, equal, best, labels))
    assert np.mean(raw) - truth > 0.04
    assert abs(np.mean(corrected) - truth) < 0.012
