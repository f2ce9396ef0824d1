"""Whether more data would help: the linear baseline on parts of the training rows."""

import numpy as np

from automl.report.formatting import format_gain, format_score
from automl.report.linear_baseline import Baseline
from automl.selection import LearningCurve, compare
from trials.data import Split, TextDataset, split_off
from trials.linear import fit_linear
from trials.tasks import LabelArray, task_of

HALVINGS = 3
"""Halvings of the training rows: an eighth, a quarter and a half of them."""

FEWEST_ROWS = 100
"""Minimum number of training rows of the smallest part."""

MOST_CHARACTERS = 10_000_000
"""Maximum length of all training texts together; the fits to longer ones take more than some ten seconds."""


def learning_curve(dataset: TextDataset, baseline: Baseline, metric: str, seed: int = 0) -> LearningCurve | None:
    """Return the test scores of the linear baseline by training rows.

    Each part is half of the next larger one, class by class, and each model is calibrated as the baseline is. On one
    core the fits take about as long as the baseline's.

    Args:
        dataset: the data set with its splits.
        baseline: the baseline, which was trained on all training rows.
        metric: a metric of the task of the data.
        seed: seed of the parts.

    Returns:
        The curve; None if there are too few rows, or so much text that it would take long.
    """
    train, validation, test = dataset.train, dataset.validation, dataset.test
    if len(train) < FEWEST_ROWS * 2**HALVINGS or sum(map(len, train.texts)) > MOST_CHARACTERS:
        return None
    if not _can_be_halved(train.labels):
        return None
    task = dataset.task
    rows, outputs, kept = [len(train)], [baseline.outputs], np.arange(len(train))
    for _ in range(HALVINGS):
        _, half = split_off(train.labels[kept], 0.5, seed)
        kept = kept[half]
        part = Split(tuple(train.texts[row] for row in kept), train.labels[kept])
        rows.append(len(part))
        classifier = fit_linear(baseline.point, part, dataset.label_names, form=dataset.form)
        calibration = task.calibrate(classifier.logits(validation.texts), validation.labels)
        outputs.append(calibration.outputs(classifier.logits(test.texts)))
    scores = [task.score(metric, each, test.labels) for each in outputs]
    last_half = compare(metric, outputs[0], outputs[1], test.labels)
    return LearningCurve(tuple(rows[::-1]), tuple(scores[::-1]), last_half)


def _can_be_halved(labels: LabelArray) -> bool:
    """Return whether each class has two rows or more before each halving, as `split_off` rounds them."""
    counts = task_of(labels).class_rows(labels)
    for _ in range(HALVINGS):
        if counts.min() < 2:
            return False
        counts = np.minimum(np.maximum(1, np.round(counts / 2)), counts - 1)
    return True


def more_data_sentence(curve: LearningCurve | None, metric: str) -> str:
    """Return the sentence that says whether more rows would help; empty without a curve."""
    if curve is None:
        return ""
    points = zip(curve.rows, curve.scores, strict=True)
    known = ", ".join(f"{format_score(score)} with {rows}" for rows, score in points)
    half = curve.last_half
    interval = ", ".join(format_gain(half.gain, half.low, half.high))
    if half.low > 0:
        says = f"the second half of the rows brought a gain ({interval}), so more rows like these are likely to help"
    else:
        says = f"no gain by the second half of the rows is shown ({interval}), so more rows promise little"
    return f"Would more data help? Of the linear baseline, {says}. Its {metric} by training rows: {known}."
