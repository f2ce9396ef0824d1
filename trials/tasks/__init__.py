"""Kinds of labels: one a text or several, ranks, numbers. What depends on the kind is asked of one object, its task."""

from trials.tasks.class_stratification import by_class
from trials.tasks.class_task import ClassTask
from trials.tasks.label_sets import LabelCounts, LabelMatrix, given_labels
from trials.tasks.numbers import QUANTILES, Band, Numbers, Residuals
from trials.tasks.ranks import MOST_RANKS, RankConfusion, cut_sides
from trials.tasks.registry import (
    KNOWN_METRICS,
    MULTI_LABEL,
    ORDINAL,
    REGRESSION,
    SINGLE_LABEL,
    TASKS,
    evaluate,
    task_of,
    task_of_counts,
    task_of_model,
)
from trials.tasks.scale import UNSCALED, Scale
from trials.tasks.task import UNCALIBRATED, Calibration, Counts, LabelArray, Task, calibrated_logits
from trials.tasks.thresholds import log_odds

__all__ = [
    "KNOWN_METRICS",
    "MOST_RANKS",
    "MULTI_LABEL",
    "ORDINAL",
    "QUANTILES",
    "REGRESSION",
    "SINGLE_LABEL",
    "TASKS",
    "UNCALIBRATED",
    "UNSCALED",
    "Band",
    "Calibration",
    "ClassTask",
    "Counts",
    "LabelArray",
    "LabelCounts",
    "LabelMatrix",
    "Numbers",
    "RankConfusion",
    "Residuals",
    "Scale",
    "Task",
    "by_class",
    "calibrated_logits",
    "cut_sides",
    "evaluate",
    "given_labels",
    "log_odds",
    "task_of",
    "task_of_counts",
    "task_of_model",
]
