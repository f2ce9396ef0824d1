"""The scale of numbers in training."""

import numpy as np
import pytest

from trials.tasks.scale import UNSCALED, scale_of_numbers


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_outputs_of_training_come_back_on_the_scale_of_the_labels(factor: float) -> None:
    labels = np.random.default_rng(0).normal(5.0, 2.0, 50) * factor
    scale = scale_of_numbers(labels)
    targets = (labels - scale.mean) / scale.deviation
    assert (targets.mean(), targets.std()) == (pytest.approx(0.0, abs=1e-9), pytest.approx(1.0))
    np.testing.assert_allclose(scale.restored(targets), labels)


def test_equal_labels_have_no_deviation_to_divide_by() -> None:
    assert scale_of_numbers(np.full(4, 1e6 + 0.1)).deviation == 1.0


def test_outputs_of_classes_stay_as_they_are() -> None:
    logits = np.ones((2, 3))
    assert UNSCALED.restored(logits) is logits
