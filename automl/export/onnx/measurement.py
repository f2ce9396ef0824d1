"""Compares an exported model with the one that it was made of: labels, logits, size, latency, accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.classifiers import load, milliseconds

BATCH = 32
"""Number of texts in the larger of the two batches that are timed."""


@dataclass(frozen=True)
class Measured:
    """One model, measured.

    Attributes:
        logits: logits of the texts, shape (n, classes).
        megabytes: size of all its files.
        latency_ms: median milliseconds for one text.
        latency_32_ms: median milliseconds for 32 texts.
        accuracy: share of right labels; None without labels.
    """

    logits: NDArray[np.float64]
    megabytes: float
    latency_ms: float
    latency_32_ms: float
    accuracy: float | None

    def agreement(self, other: "Measured") -> float:
        """Return the share of texts that both give the same label."""
        return float((self.logits.argmax(axis=1) == other.logits.argmax(axis=1)).mean())

    def distance(self, other: "Measured") -> float:
        """Return the largest difference of a logit."""
        return float(np.abs(self.logits - other.logits).max(initial=0.0))


def measured(folder: Path, texts: Sequence[str], labels: NDArray[np.int64] | None) -> Measured:
    """Load the model in `folder` and measure it on this machine.

    Args:
        folder: the folder of a classifier.
        texts: the texts.
        labels: their labels as indices of the classifier's label names; None: unknown.
    """
    classifier = load(folder)
    logits = classifier.logits(texts)
    return Measured(
        logits,
        sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6,
        milliseconds(classifier, texts, 1),
        milliseconds(classifier, texts, BATCH),
        None if labels is None else float((logits.argmax(axis=1) == labels).mean()),
    )
