"""One label a text, of classes that have an order."""

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits, Outputs
from trials.tasks.ranks import RANK_METRICS, RankConfusion
from trials.tasks.single_label import SingleLabel
from trials.tasks.task import Calibration, LabelArray


class Ordinal(SingleLabel):
    """Each text has one of several ordered classes: a softmax over them, and the loss of all cuts between them."""

    name = "ordinal"
    metrics = RANK_METRICS
    default_metric = "qwk"
    shown_metric = "mae"
    copy_metric = "qwk"

    def scored(self, outputs: Logits, labels: LabelArray) -> Outputs:
        """Return `Outputs`."""
        return Outputs(outputs, labels.astype(np.int64))

    def counts(self, outputs: Logits, labels: LabelArray) -> RankConfusion:
        """Return counts by true and predicted class."""
        counts = Outputs(outputs, labels.astype(np.int64)).confusion
        return RankConfusion(counts.classes, counts.cells)

    def calibrate(self, logits: Logits, labels: LabelArray, *, tempered: bool = True) -> Calibration:
        """Return a temperature."""
        return super().calibrate(logits, labels.astype(np.int64), tempered=tempered)

    def constant(self, labels: LabelArray, classes: int, metric: str) -> Logits:
        """Return the logarithms of the shares of the ranks, of which the most frequent is predicted."""
        shares: Logits = np.log(np.bincount(labels.astype(np.int64), minlength=classes) + 0.5)
        return shares

    def strata(self, labels: LabelArray) -> NDArray[np.int64]:
        """Return the ranks."""
        return labels.astype(np.int64)

    def drawn_within(self, labels: LabelArray) -> NDArray[np.int64]:
        """Return the ranks."""
        return labels.astype(np.int64)
