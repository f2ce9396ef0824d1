from pathlib import Path

import numpy as np
import pytest

from automl.export.score_model import score
from trials.data.dataset import Split
from trials.metrics import METRICS


def test_metrics_and_confusion_belong_to_the_logits(tiny_model: Path) -> None:
    split = Split(("the goal", "a market price", "a film song", "bad"), np.array([2, 0, 1, 1], dtype=np.int64))
    scored = score(tiny_model, split, batch_size=3)
    predicted = scored.logits.argmax(axis=1)
    assert set(scored.metrics) == set(METRICS)
    assert scored.metrics["accuracy"] == pytest.approx(float(np.mean(predicted == split.labels)))
    counts = scored.confusion.matrix()
    assert counts.sum() == 4
    assert all(counts[true, said] > 0 for true, said in zip(split.labels, predicted, strict=True))
