"""The tasks by name, and the task of given labels."""

from trials.metrics import Logits, Metric
from trials.tasks.label_sets import LABEL_SET_METRICS
from trials.tasks.multi_label import MultiLabel
from trials.tasks.single_label import SingleLabel
from trials.tasks.task import LabelArray, Task

SINGLE_LABEL: Task = SingleLabel()
MULTI_LABEL: Task = MultiLabel()

TASKS: dict[str, Task] = {task.name: task for task in (SINGLE_LABEL, MULTI_LABEL)}

KNOWN_METRICS: dict[str, Metric] = {**LABEL_SET_METRICS, **SINGLE_LABEL.metrics}
"""The metrics of all tasks by name. One that several tasks have is called and ordered alike, and computed by each."""


def task_of(labels: LabelArray) -> Task:
    """Return the task of rows with these `labels`."""
    return SINGLE_LABEL if labels.ndim == 1 else MULTI_LABEL


def evaluate(outputs: Logits, labels: LabelArray) -> dict[str, float]:
    """Return every metric of the task by name.

    Args:
        outputs: what a model says of some rows: `Calibration.outputs`, or logits.
        labels: their labels.
    """
    return task_of(labels).evaluate(outputs, labels)
