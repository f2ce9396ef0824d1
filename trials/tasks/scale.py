"""Between the numbers that a model is trained on and those of the user."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scale:
    """Targets of training are labels less `mean`, divided by `deviation`.

    It follows from the labels of the training rows alone, so it is stored nowhere: a model is written with it in its
    last layer.

    Attributes:
        mean: what is taken from labels.
        deviation: what they are divided by, above 0.
    """

    mean: float = 0.0
    deviation: float = 1.0

    def restored(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `outputs` of a model in training, of any shape, on the scale of the labels."""
        return outputs if self == UNSCALED else outputs * self.deviation + self.mean


UNSCALED = Scale()
"""What changes nothing: the scale of classes."""


def scale_of_numbers(labels: NDArray[np.float64]) -> Scale:
    """Return the scale on which `labels`, shape (n,), have mean 0 and deviation 1; equal ones only lose their mean."""
    deviation = float(labels.std())
    smallest = 1e-12 * float(np.abs(labels).max(initial=1.0))
    return Scale(float(labels.mean()), deviation if deviation > smallest else 1.0)
