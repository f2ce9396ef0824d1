"""The result of one training over the whole budget, of which a cross-validated trial has several."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.tasks import UNCALIBRATED, Calibration


@dataclass(frozen=True)
class FoldResult:
    """Mean training loss, final learning rate, calibrated outputs for the held-out rows, and their calibration."""

    train_loss: float
    learning_rate: float
    outputs: NDArray[np.float64]
    calibration: Calibration = UNCALIBRATED
