from pathlib import Path

import numpy as np
import pytest

from automl.export.score_model import score, validation_scores
from trials.data.dataset import Split
from trials.files import write_thresholds, write_validation_logits
from trials.metrics import METRICS
from trials.tasks import MULTI_LABEL, Calibration


def test_metrics_and_confusion_belong_to_the_logits(tiny_model: Path) -> None:
    split = Split(("the goal", "a market price", "a film song", "bad"), np.array([2, 0, 1, 1], dtype=np.int64))
    scored = score(tiny_model, split, batch_size=3)
    predicted = scored.logits.argmax(axis=1)
    assert set(scored.metrics) == set(METRICS)
    assert scored.metrics["accuracy"] == pytest.approx(float(np.mean(predicted == split.labels)))
    counts = scored.confusion.matrix()
    assert counts.sum() == 4
    assert all(counts[true, said] > 0 for true, said in zip(split.labels, predicted, strict=True))


def test_scores_of_the_validation_rows_come_from_logits_beside_the_weights_and_the_thresholds(tmp_path: Path) -> None:
    logits, labels = np.array([[1.0, -1.0], [-2.0, 1.0], [2.0, 2.0]]), np.array([[1, 0], [0, 0], [1, 1]], dtype=bool)
    split = Split(("a", "b", "c"), labels)
    assert validation_scores(tmp_path, split, 2) is None
    expected = Calibration(thresholds=(0.5, 0.9)).outputs(logits)
    write_validation_logits(tmp_path, expected)  # as a trial does
    write_thresholds(tmp_path, (0.5, 0.9))

    found = validation_scores(tmp_path, split, 2)

    assert found is not None
    np.testing.assert_allclose(found.logits, expected, atol=1e-6)
    assert found.metrics == MULTI_LABEL.evaluate(expected, labels)
    assert validation_scores(tmp_path, Split(("a", "b"), labels[:2]), 2) is None, "logits of other rows are not taken"
