"""One training of a model over its whole budget, as a part of a trial that has several."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from trials.cost import CostMeter
from trials.record import TrialReport

SECONDS_BETWEEN_SIGNS = 10.0
"""How often a trial that has no news yet says that it is at work."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Fit:
    """The mean loss in training, the learning rate at the end, and the logits of the rows that were held out."""

    train_loss: float
    learning_rate: float
    logits: NDArray[np.float64]


def told(work: Generator[None, None, Result], cost: CostMeter) -> Generator[TrialReport, None, Result]:
    """Does the work, with a report now and then."""
    last = cost.seconds
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        if cost.seconds - last >= SECONDS_BETWEEN_SIGNS:
            last = cost.seconds
            yield TrialReport(None, None, cost.so_far())
