"""One training of a model over its whole budget, as a part of a trial that has several."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class FoldResult:
    """The mean loss in training, the learning rate at the end, and the logits of the rows that were held out."""

    train_loss: float
    learning_rate: float
    logits: NDArray[np.float64]
