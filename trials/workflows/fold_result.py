"""The result of one training over the whole budget, of which a cross-validated trial has several."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks import UNCALIBRATED, Calibration


@dataclass(frozen=True)
class FoldResult:
    """Mean training loss, final learning rate, logits of the held-out rows, and their calibration."""

    train_loss: float
    learning_rate: float
    logits: NDArray[np.float64]
    calibration: Calibration = UNCALIBRATED

    @property
    def outputs(self) -> Logits:
        """Calibrated outputs for the held-out rows."""
        return self.calibration.outputs(self.logits)


@dataclass(frozen=True)
class OutOfFold:
    """What the folds say of a model that is fitted to all rows, so that no row is left to measure it.

    Attributes:
        calibration: that by the held-out rows of all folds; if their logits are lost, the mean of those of the folds.
        outputs: calibrated outputs for all rows, each by a model that was not fitted to it; None if they are unknown.
    """

    calibration: Calibration = UNCALIBRATED
    outputs: Logits | None = None


NOTHING_KNOWN = OutOfFold()
"""Of a model that is fitted to a fold, or that was not cross-validated."""
