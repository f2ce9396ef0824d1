"""Measures a model: outputs, size, latency, score."""

import os
from dataclasses import dataclass
from pathlib import Path

from automl.export.onnx.outputs import Outputs, outputs_by
from trials.classifiers import load, milliseconds
from trials.tasks import LabelArray

BATCH = 32
"""Number of texts in the larger of the two batches that are timed."""


@dataclass(frozen=True)
class Measured:
    """One model, measured.

    Attributes:
        outputs: what it says of the texts.
        megabytes: size of all its files.
        latency_ms: median milliseconds for one text.
        latency_32_ms: median milliseconds for 32 texts.
        score: the `copy_metric` of its task; None without labels.
    """

    outputs: Outputs
    megabytes: float
    latency_ms: float
    latency_32_ms: float
    score: float | None


def measured(folder: Path, texts: tuple[str, ...], labels: LabelArray | None) -> Measured:
    """Load the model in `folder` and measure it on this machine.

    Args:
        folder: the folder of a classifier.
        texts: the texts.
        labels: their labels, in the order of the classifier's label names; None: unknown.
    """
    classifier = load(folder)
    outputs = outputs_by(classifier, folder, texts)
    return Measured(
        outputs,
        _bytes_in(folder) / 1e6,
        milliseconds(classifier, texts, 1),
        milliseconds(classifier, texts, BATCH),
        None if labels is None else outputs.score(labels),
    )


def _bytes_in(folder: Path) -> int:
    """Return the bytes of all files in `folder`, and of those that links lead to; what is there twice counts once."""
    places = (Path(place) / file for place, _, files in os.walk(folder, followlinks=True) for file in files)
    found = [place.stat() for place in places]
    return sum({(status.st_dev, status.st_ino): status.st_size for status in found}.values())
