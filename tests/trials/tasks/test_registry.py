"""The task of labels, and the metrics of all tasks."""

import numpy as np

from trials.tasks import KNOWN_METRICS, MULTI_LABEL, SINGLE_LABEL, TASKS, task_of


def test_labels_of_two_dimensions_are_several_a_text() -> None:
    assert task_of(np.zeros((3, 2), dtype=bool)) is TASKS["multi-label"] is MULTI_LABEL
    assert task_of(np.zeros(3, dtype=np.int64)) is TASKS["single-label"] is SINGLE_LABEL


def test_a_metric_of_several_tasks_is_ordered_alike() -> None:
    for task in TASKS.values():
        for name, metric in task.metrics.items():
            assert (metric.name, metric.maximize) == (name, KNOWN_METRICS[name].maximize)
        assert {task.default_metric, task.row_metric} <= task.metrics.keys()
