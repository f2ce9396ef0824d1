"""Scores of one model by the number of rows that it was trained on, which tell whether more rows would help."""

from dataclasses import dataclass

from automl.selection.uncertainty import Comparison


@dataclass(frozen=True)
class LearningCurve:
    """Test scores of the linear baseline by training rows.

    Attributes:
        rows: numbers of training rows, ascending; the last is all of them.
        scores: the score with so many rows, in the search's metric.
        last_half: the baseline that was trained on all rows compared with the one that was trained on half of them.
    """

    rows: tuple[int, ...]
    scores: tuple[float, ...]
    last_half: Comparison
