"""How models of classes are compared and mixed."""

import numpy as np
import pytest

from trials.tasks import MULTI_LABEL, SINGLE_LABEL, ClassTask

LOGITS = np.random.default_rng(0).normal(size=(60, 3))
OTHERS = np.random.default_rng(1).normal(size=(60, 3))
CLASSES = np.random.default_rng(2).integers(0, 3, 60)
SETS = np.random.default_rng(3).random((60, 3)) < 0.4


@pytest.mark.parametrize("task", [SINGLE_LABEL, MULTI_LABEL])
def test_the_loss_of_several_models_is_that_of_their_mean_probabilities(task: ClassTask) -> None:
    labels = CLASSES if task is SINGLE_LABEL else SETS
    mixed = (task.mixable(LOGITS, labels) + task.mixable(OTHERS, labels)) / 2
    mean = task.mean([LOGITS, OTHERS], [0.5, 0.5])
    assert task.loss_of_mixed(mixed, labels) == pytest.approx(task.evaluate(mean, labels)["log_loss"])


def test_a_model_wins_the_rows_that_it_alone_has_right() -> None:
    first, second = (logits.argmax(axis=1) == CLASSES for logits in (LOGITS, OTHERS))
    assert SINGLE_LABEL.wins(LOGITS, OTHERS, CLASSES) == ((first & ~second).sum(), (second & ~first).sum())
