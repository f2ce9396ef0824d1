"""Several labels a text, or none."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trials.calibration import PRIOR_DEVIATION, evenly_chosen, least_temperature
from trials.metrics import Logits
from trials.tasks.class_task import ClassTask
from trials.tasks.label_sets import (
    LABEL_SET_METRICS,
    LabelCounts,
    LabelMatrix,
    LabelSetOutputs,
    log_likelihoods,
)
from trials.tasks.stratification import deal_out, split_off_sets, with_each_label
from trials.tasks.task import Calibration
from trials.tasks.thresholds import fit_thresholds


class MultiLabel(ClassTask):
    """Each text has any number of labels: a sigmoid and binary cross-entropy for each."""

    name = "multi-label"
    metrics = LABEL_SET_METRICS
    default_metric = "micro_f1"
    row_metric = "subset_accuracy"
    shown_metric = "subset_accuracy"
    copy_metric = "subset_accuracy"
    problem_type = "multi_label_classification"

    def scored(self, outputs: Logits, labels: LabelMatrix) -> LabelSetOutputs:
        """Return `LabelSetOutputs`."""
        return LabelSetOutputs(outputs, labels)

    def counts(self, outputs: Logits, labels: LabelMatrix) -> LabelCounts:
        """Return counts of each label."""
        return LabelSetOutputs(outputs, labels).counts

    def right(self, outputs: Logits, labels: LabelMatrix) -> NDArray[np.bool_]:
        """Return whether exactly the true labels are chosen."""
        right: NDArray[np.bool_] = (LabelSetOutputs(outputs, labels).chosen == labels).all(axis=1)
        return right

    def calibrate(self, logits: Logits, labels: LabelMatrix, *, tempered: bool = True) -> Calibration:
        """Return a temperature of all labels together, and a threshold of each."""
        rows = evenly_chosen(len(labels), logits.shape[1])
        logits, labels = logits[rows], labels[rows]
        temperature = _fit_temperature(logits, labels) if tempered else 1.0
        return Calibration(temperature, fit_thresholds(logits / temperature, labels))

    def uncalibrated(self, classes: int) -> Calibration:
        """Return thresholds of 0.5."""
        return Calibration(thresholds=(0.5,) * classes)

    def log_likelihoods(self, logits: Logits, labels: LabelMatrix) -> Logits:
        """Return the log-probability of each label's presence or absence, shape (n, labels)."""
        return log_likelihoods(logits, labels)

    def probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """Return the sigmoid of each."""
        return np.exp(-np.logaddexp(0.0, -logits))

    def mean(self, logits: Sequence[Logits], weights: Sequence[float]) -> Logits:
        """Return log-odds."""
        shares = [math.log(weight) for weight in weights]
        present, absent = (
            np.logaddexp.reduce(
                [share - np.logaddexp(0.0, sign * each) for each, share in zip(logits, shares, strict=True)], axis=0
            )
            for sign in (-1.0, 1.0)
        )
        combined: Logits = present - absent
        return combined

    def class_rows(self, labels: LabelMatrix) -> NDArray[np.int64]:
        """Return the rows of each label that occurs."""
        counts: NDArray[np.int64] = labels.sum(axis=0)
        return counts[counts > 0]

    def imbalance(self, labels: LabelMatrix) -> float:
        """Return the largest ratio, over the labels, between the rows that have it and those that lack it."""
        present = self.class_rows(labels)
        absent = len(labels) - present
        return float((np.maximum(present, absent) / np.maximum(np.minimum(present, absent), 1)).max(initial=1.0))

    def strata(self, labels: LabelMatrix) -> NDArray[np.int64]:
        """Return the label of each row that fewest rows have; a class of its own for rows without labels."""
        rows = labels.sum(axis=0)
        rarity = np.where(labels, rows, np.iinfo(np.int64).max)
        rarest: NDArray[np.int64] = np.where(labels.any(axis=1), rarity.argmin(axis=1), labels.shape[1])
        return rarest

    def with_each_class(self, labels: LabelMatrix, rows: NDArray[np.int64], least: int) -> NDArray[np.int64]:
        """Return `rows` with others of the labels that are too rare among them, as these may be no row's stratum."""
        return with_each_label(labels, rows, least)

    def drawn_within(self, labels: LabelMatrix) -> NDArray[np.int64]:
        """Return one stratum for all rows."""
        return np.zeros(len(labels), dtype=np.int64)

    def split_off(self, labels: LabelMatrix, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Divide by iterative stratification."""
        return split_off_sets(labels, share, seed)

    def divide(self, labels: LabelMatrix, parts: int, seed: int) -> NDArray[np.int64]:
        """Divide by iterative stratification."""
        return deal_out(labels, (1.0 / parts,) * parts, seed)


def _fit_temperature(logits: Logits, labels: LabelMatrix) -> float:
    """Return the temperature with the smallest loss over all labels, with the prior of single labels."""

    def slope(logarithm: float) -> float:
        scaled = logits * math.exp(-logarithm)
        shares = np.exp(-np.logaddexp(0.0, -scaled))
        return float(((labels - shares) * scaled).sum()) + logarithm / PRIOR_DEVIATION**2

    return least_temperature(slope)
