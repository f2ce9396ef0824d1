"""How good a winner is at each label."""

from dataclasses import dataclass

import numpy as np

from automl.selection import Winner
from trials.metrics import class_f1


@dataclass(frozen=True)
class ClassScores:
    """One label on the test split; what cannot be told, for want of rows or predictions, is None."""

    name: str
    rows: int
    precision: float | None
    recall: float | None
    f1: float | None


def class_scores(winner: Winner) -> list[ClassScores]:
    """The scores of each label, in the order of the labels."""
    counts = np.array(winner.confusion, dtype=np.int64)
    f1 = class_f1(counts)
    return [
        ClassScores(
            name=name,
            rows=int(counts[place].sum()),
            precision=_share(counts[place, place], counts[:, place].sum()),
            recall=_share(counts[place, place], counts[place].sum()),
            f1=None if np.isnan(f1[place]) else float(f1[place]),
        )
        for place, name in enumerate(winner.label_names)
    ]


def _share(part: np.int64, whole: np.int64) -> float | None:
    return float(part / whole) if whole else None
