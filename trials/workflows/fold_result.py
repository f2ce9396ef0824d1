"""The result of one training over the whole budget, of which a cross-validated trial has several."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FoldResult:
    """Mean training loss, final learning rate, calibrated logits of the held-out rows, and their temperature."""

    train_loss: float
    learning_rate: float
    logits: NDArray[np.float64]
    temperature: float = 1.0
