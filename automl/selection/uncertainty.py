"""How sure scores and their differences are, from the logits of the same rows."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks import KNOWN_METRICS, LabelArray, task_of

CONFIDENCE = 0.95
"""Confidence of every interval."""

RESAMPLES = 400
"""Bootstrap samples of an interval; its ends then vary by some hundredths of its width."""

MOST_LOGITS = 200_000_000
"""Maximum number of logits in all samples together: with more rows or classes there are fewer samples."""

FEWEST_RESAMPLES = 40

Z = 1.959964
"""Quantile of the standard normal distribution at (1 + CONFIDENCE) / 2."""


@dataclass(frozen=True)
class Comparison:
    """How two models differ on the same rows.

    Attributes:
        gain: by how much the first model is better in the metric; negative if it is worse.
        low: lower end of the interval of `gain`.
        high: upper end.
        only_first: rows that the first model classifies right and the second wrong; of numbers, those on which it is
            closer.
        only_second: the same the other way round.
        error: standard error of `gain`.
    """

    gain: float
    low: float
    high: float
    only_first: int
    only_second: int
    error: float = 0.0

    @property
    def is_shown(self) -> bool:
        """Whether the data show a difference: the interval does not contain 0."""
        return self.low > 0 or self.high < 0


def score_interval(metric: str, logits: Logits, labels: LabelArray) -> tuple[float, float]:
    """Return the interval of a test score.

    For the share of rows that are right it is Wilson's ("Probable inference, the law of succession, and statistical
    inference", 1927), which is right near 0 and 1, too. For other metrics it has the percentiles of a bootstrap, within
    each class if a row has one (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3).

    Args:
        metric: a metric of the task of the labels.
        logits: outputs of a model for the test rows.
        labels: their labels.
    """
    task = task_of(labels)
    if metric == task.row_metric:
        return wilson_interval(round(task.score(metric, logits, labels) * len(labels)), len(labels))
    scores = [task.score(metric, logits[rows], labels[rows]) for rows in _resamples(logits, labels)]
    return _percentiles(scores)


def compare(metric: str, first: Logits, second: Logits, labels: LabelArray) -> Comparison:
    """Compare two models on the same rows, by a paired bootstrap: within each class if a row has one.

    Args:
        metric: a metric of the task of the labels.
        first: outputs of one model.
        second: outputs of the other.
        labels: labels of the rows.
    """
    gains = sampled_scores((metric,), first, labels)[:, 0] - sampled_scores((metric,), second, labels)[:, 0]
    only_first, only_second = task_of(labels).wins(first, second, labels)
    on_samples = gains[1:]
    return Comparison(float(gains[0]), *_percentiles(on_samples), only_first, only_second, float(on_samples.std()))


def sampled_scores(
    metrics: Sequence[str], outputs: Logits, labels: LabelArray, most: int = RESAMPLES
) -> NDArray[np.float64]:
    """Return scores of a model on all rows and on bootstrap samples of them, the same ones for each model.

    Args:
        metrics: metrics of the task of the labels.
        outputs: outputs of the model.
        labels: labels of the rows.
        most: maximum number of samples.

    Returns:
        The scores, of which larger ones are better: shape (1 + samples, metrics), those of all rows first.
    """
    scores = [oriented_scores(metrics, outputs, labels)]
    scores += [oriented_scores(metrics, outputs[rows], labels[rows]) for rows in _resamples(outputs, labels, most)]
    return np.array(scores)


def oriented_scores(metrics: Sequence[str], outputs: Logits, labels: LabelArray) -> NDArray[np.float64]:
    """Return scores of a model, of which larger ones are better, shape (metrics,).

    Args:
        metrics: metrics of the task of the labels.
        outputs: outputs of the model.
        labels: labels of the rows.
    """
    task = task_of(labels)
    signs = [1.0 if KNOWN_METRICS[metric].maximize else -1.0 for metric in metrics]
    return np.array([sign * task.score(name, outputs, labels) for name, sign in zip(metrics, signs, strict=True)])


def single_rows(labels: LabelArray) -> NDArray[np.int64]:
    """Return the rows that are in every bootstrap sample, because they are the only ones of their class."""
    _, first, counts = np.unique(task_of(labels).drawn_within(labels), return_index=True, return_counts=True)
    return np.sort(first[counts == 1])


def wilson_interval(right: int, rows: int) -> tuple[float, float]:
    """Return the interval of a share of right answers (Wilson, 1927), which has a width at shares of 0 and 1, too.

    Args:
        right: number of rows with a right answer.
        rows: number of all rows, at least 1.
    """
    share, weight = right / rows, Z**2 / rows
    middle = (share + weight / 2) / (1 + weight)
    half = Z * math.sqrt(share * (1 - share) / rows + weight / (4 * rows)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def _resamples(logits: Logits, labels: LabelArray, most: int = RESAMPLES) -> Iterator[NDArray[np.int64]]:
    """Yield rows drawn with replacement within each stratum, always the same ones for the same labels."""
    generator = np.random.default_rng(0)
    strata = task_of(labels).drawn_within(labels)
    order = np.argsort(strata, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(strata[order])) + 1)
    count = min(most, max(FEWEST_RESAMPLES, MOST_LOGITS // max(1, logits.size)))
    for _ in range(count):
        yield np.concatenate([part[generator.integers(0, len(part), len(part))] for part in parts])


def _percentiles(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
