from pathlib import Path

import numpy as np
import pytest

from automl.export.onnx.measurement import Measured, measured


def test_a_model_is_as_it_is_measured(tiny_model: Path) -> None:
    texts = ["a good goal", "the market", "a film"]
    labels = np.array([0, 1, 2])
    found = measured(tiny_model, texts, labels)
    assert found.accuracy == (found.logits.argmax(axis=1) == labels).mean()
    assert found.megabytes * 1e6 == sum(file.stat().st_size for file in tiny_model.iterdir())
    assert found.latency_ms > 0 and found.latency_32_ms > 0
    assert measured(tiny_model, texts, None).accuracy is None


def test_two_models_differ_by_labels_and_by_their_largest_difference() -> None:
    one, other = (Measured(np.array(logits), 1.0, 1.0, 1.0, None) for logits in ([[1.0, 0], [0, 2]], [[1, 0], [3, 2]]))
    assert (one.agreement(other), one.distance(other)) == (0.5, 3.0)
    assert one.distance(one) == pytest.approx(0.0)
