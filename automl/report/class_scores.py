"""Scores of a winner for each label."""

from dataclasses import dataclass

import numpy as np

from automl.selection import Winner
from trials.tasks import Residuals


@dataclass(frozen=True)
class ClassScores:
    """Scores of one label on the test split; None where they are undefined, without rows or predictions."""

    name: str
    rows: int
    precision: float | None
    recall: float | None
    f1: float | None


def class_scores(winner: Winner) -> list[ClassScores]:
    """Return the scores of each label of `winner`, in the order of its label names; none of numbers."""
    counts = winner.confusion
    if isinstance(counts, Residuals):
        return []
    f1 = counts.f1
    return [
        ClassScores(
            name=name,
            rows=int(counts.true[index]),
            precision=_share(counts.right[index], counts.predicted[index]),
            recall=_share(counts.right[index], counts.true[index]),
            f1=None if np.isnan(f1[index]) else float(f1[index]),
        )
        for index, name in enumerate(winner.label_names)
    ]


def _share(part: np.int64, total: np.int64) -> float | None:
    return float(part / total) if total else None
