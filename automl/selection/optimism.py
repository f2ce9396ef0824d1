"""By how much the validation score of a winner is too good, because rows chose the winner and tuned its thresholds."""

from collections.abc import Mapping

import numpy as np

from automl.selection.cross_fitting import cross_fitted
from trials.metrics import Logits
from trials.tasks import KNOWN_METRICS, LabelArray, task_of

RESAMPLES = 200
"""Bootstrap samples; the estimate then varies by some hundredths of the spread of the score."""

FEWEST_RESAMPLES = 20

MOST_LOGITS = 200_000_000
"""Maximum number of logits in all samples of all models together: with more there are fewer samples."""


def optimism(metric: str, logits: Mapping[int, Logits], winner: int, labels: LabelArray) -> float:
    """Return by how much the score of `winner` on the rows by which it was chosen exceeds its score on other rows.

    Of the choice, this is the bootstrap bias correction of Tsamardinos, Greasidou and Borboudakis, "Bootstrapping the
    out-of-sample predictions for efficient and accurate cross-validation" (Machine Learning, 2018). In each bootstrap
    sample of the rows the best model is chosen anew, and scored on the rows that are not in the sample. The optimism is
    the mean score of `winner` on those rows less the mean score of the models so chosen. Both are scores of the same
    rows, so a metric that depends on their number cancels out.

    With several labels a text the same rows have tuned the thresholds. What these gain by it is the score less the one
    with thresholds of other rows (`cross_fitted`), and is added.

    Args:
        metric: a metric of the task of the labels.
        logits: outputs of the models that were compared, by trial; all have one shape.
        winner: the trial that was chosen; a key of `logits`.
        labels: labels of the rows.

    Returns:
        The optimism, in the metric's unit, at least 0; it is 0 for a single model without thresholds.
    """
    return max(0.0, _of_choice(metric, logits, winner, labels) + _of_thresholds(metric, logits[winner], labels))


def _of_thresholds(metric: str, outputs: Logits, labels: LabelArray) -> float:
    task, sign = task_of(labels), 1.0 if KNOWN_METRICS[metric].maximize else -1.0
    others = task.score(metric, cross_fitted(outputs, labels), labels)
    return sign * (task.score(metric, outputs, labels) - others)


def _of_choice(metric: str, logits: Mapping[int, Logits], winner: int, labels: LabelArray) -> float:
    task, sign = task_of(labels), 1.0 if KNOWN_METRICS[metric].maximize else -1.0
    if len(logits) < 2:
        return 0.0

    def score(number: int, rows: np.ndarray) -> float:
        return sign * task.score(metric, logits[number][rows], labels[rows])

    generator, count = np.random.default_rng(0), len(labels)
    size = sum(each.size for each in logits.values())
    excesses = []
    for _ in range(min(RESAMPLES, max(FEWEST_RESAMPLES, MOST_LOGITS // max(1, size)))):
        drawn = generator.integers(0, count, count)
        others = np.setdiff1d(np.arange(count), drawn)
        if len(others) == 0:
            continue
        chosen = max(logits, key=lambda number: score(number, drawn))
        excesses.append(0.0 if chosen == winner else score(winner, others) - score(chosen, others))
    return float(np.mean(excesses)) if excesses else 0.0
