"""Outputs of a model whose thresholds are fitted to other rows than those that they are applied to."""

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks import LabelArray, calibrated_logits, task_of

PARTS = 5
"""Parts of the validation rows; what is fitted to all but one of them is applied to that one."""


def cross_fitted(outputs: Logits, labels: LabelArray) -> Logits:
    """Return outputs of a model in which the thresholds of each part of the rows are fitted to the other parts.

    Args:
        outputs: calibrated outputs of the model for these rows.
        labels: labels of the rows.

    Returns:
        Outputs of the same shape; the same ones if they have no thresholds.
    """
    if outputs.ndim == 2:
        return outputs
    task, logits, found = task_of(labels), calibrated_logits(outputs), np.empty_like(outputs)
    for held_out in parts_of(labels):
        kept = np.setdiff1d(np.arange(len(labels)), held_out)
        calibration = task.calibrate(logits[kept], labels[kept], tempered=False)
        found[held_out] = calibration.outputs(logits[held_out])
    return found


def parts_of(labels: LabelArray) -> list[NDArray[np.int64]]:
    """Divide rows into `PARTS` parts, stratum by stratum, always in the same way.

    Args:
        labels: labels of the rows.
    """
    strata = task_of(labels).strata(labels)
    order = np.lexsort((np.random.default_rng(0).random(len(strata)), strata))
    return [order[start::PARTS] for start in range(PARTS)]
