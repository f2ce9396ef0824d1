"""The tasks by name, and the task of given labels or of a model."""

from collections.abc import Sequence

import numpy as np

from trials.metrics import Confusion, Logits, Metric
from trials.tasks.label_sets import LABEL_SET_METRICS, LabelCounts
from trials.tasks.multi_label import MultiLabel
from trials.tasks.numbers import NUMBER_METRICS, Residuals
from trials.tasks.ordinal import Ordinal
from trials.tasks.ranks import RANK_METRICS, RankConfusion
from trials.tasks.regression import Regression
from trials.tasks.single_label import SingleLabel
from trials.tasks.task import Counts, LabelArray, Task

SINGLE_LABEL = SingleLabel()
MULTI_LABEL = MultiLabel()
ORDINAL = Ordinal()
REGRESSION = Regression()

TASKS: dict[str, Task] = {task.name: task for task in (SINGLE_LABEL, MULTI_LABEL, ORDINAL, REGRESSION)}

KNOWN_METRICS: dict[str, Metric] = {**NUMBER_METRICS, **RANK_METRICS, **LABEL_SET_METRICS, **SINGLE_LABEL.metrics}
"""The metrics of all tasks by name. One that several tasks have is called and ordered alike, and computed by each."""

_BY_COUNTS: dict[type[Counts], Task] = {
    Confusion: SINGLE_LABEL,
    LabelCounts: MULTI_LABEL,
    RankConfusion: ORDINAL,
    Residuals: REGRESSION,
}


def task_of(labels: LabelArray) -> Task:
    """Return the task of rows with these `labels`, by their shape and type."""
    if labels.ndim == 2:
        return MULTI_LABEL
    if labels.dtype.kind == "f":
        return REGRESSION
    return ORDINAL if labels.dtype == np.int32 else SINGLE_LABEL


def task_of_counts(counts: Counts) -> Task:
    """Return the task that gave `counts`."""
    return _BY_COUNTS[type(counts)]


def task_of_model(label_names: Sequence[str], thresholds: Sequence[float]) -> Task:
    """Return the task of a model in use, where ordered classes are classes.

    Args:
        label_names: names of its outputs. A single one without a threshold is a number, as nothing could be told apart.
        thresholds: the probability from which on a text gets each label; empty if it gets one label.
    """
    if thresholds:
        return MULTI_LABEL
    return REGRESSION if len(label_names) == 1 else SINGLE_LABEL


def evaluate(outputs: Logits, labels: LabelArray) -> dict[str, float]:
    """Return every metric of the task by name.

    Args:
        outputs: what a model says of some rows: `Calibration.outputs`, or logits.
        labels: their labels.
    """
    return task_of(labels).evaluate(outputs, labels)
