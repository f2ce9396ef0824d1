"""What a winner is compared with, and what tells whether more rows would help."""

from dataclasses import dataclass

from automl.report.linear_baseline import Baseline, linear_baseline
from automl.report.wording import learning_curve
from automl.selection import LearningCurve
from trials.data import TextDataset


@dataclass(frozen=True)
class Reference:
    """The linear baseline of a data set, and its scores by training rows; None if they were not measured."""

    baseline: Baseline
    curve: LearningCurve | None


def reference_of(dataset: TextDataset, metric: str, folds: int | None, seed: int) -> Reference:
    """Fit the linear baseline, and again to parts of the training rows, but for cross-validated searches.

    Args:
        dataset: the data set with its splits.
        metric: a metric of the task of the data.
        folds: number of folds for cross-validation, as in the trials; None: one fit on the training split.
        seed: seed of folds and of parts of the rows.
    """
    baseline = linear_baseline(dataset, metric, folds, seed)
    return Reference(baseline, None if folds else learning_curve(dataset, baseline, metric, seed))
