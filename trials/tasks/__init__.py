"""Kinds of labels: one a text, or several. All that depends on the kind is asked of one object, its task."""

from trials.tasks.class_stratification import by_class
from trials.tasks.label_sets import LabelCounts, LabelMatrix, given_labels
from trials.tasks.registry import KNOWN_METRICS, MULTI_LABEL, SINGLE_LABEL, TASKS, evaluate, task_of
from trials.tasks.task import UNCALIBRATED, Calibration, Counts, LabelArray, Task, calibrated_logits
from trials.tasks.thresholds import log_odds

__all__ = [
    "KNOWN_METRICS",
    "MULTI_LABEL",
    "SINGLE_LABEL",
    "TASKS",
    "UNCALIBRATED",
    "Calibration",
    "Counts",
    "LabelArray",
    "LabelCounts",
    "LabelMatrix",
    "Task",
    "by_class",
    "calibrated_logits",
    "evaluate",
    "given_labels",
    "log_odds",
    "task_of",
]
