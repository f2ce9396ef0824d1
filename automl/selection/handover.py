"""Which model is handed over: the best by validation that is shown to lead the best untuned default, or the default."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from automl.core import Goals, TrialRecord
from automl.selection.confirmation import Confirmed
from automl.selection.uncertainty import oriented_scores, sampled_scores, single_rows
from trials.metrics import Logits
from trials.tasks import LabelArray, Task, task_of

MOST_COMPARED = 10
"""Trials that are compared with the default, the best first."""

RESAMPLES = 200
"""Bootstrap samples of a comparison; standard errors then vary by 5%."""

MOST_SINGLE_ROWS = 20
"""Rows that are the only ones of their classes, of which each is left out once; they stand for all such rows."""

TINY = 1e-12
"""Smaller differences and errors are those of rounding."""

MOST_ERRORS = 100.0
"""A gain counts as at most so many standard errors, as it may have no error at all on few rows."""


@dataclass(frozen=True)
class Evidence:
    """How sure it is that a trial is better than a default: in the search's metric, and in the loss of the task.

    The loss has less noise than a share of right rows, and mostly tells of it. So both together separate a lead from
    luck better than the metric alone.

    Attributes:
        gain: by how much it scored better in the search's metric.
        error: standard error of that difference.
        loss_gain: by how much its loss is smaller.
        loss_error: standard error of that difference.
        correlation: that of the errors of both differences, from 0 to 1; negative ones count as 0.
        divisions: number of divisions of the rows over which the gains are means; 1 for the validation rows alone.
    """

    gain: float
    error: float
    loss_gain: float
    loss_error: float
    correlation: float
    divisions: int = 1

    @property
    def errors(self) -> float:
        """The sum of both gains, each in its standard errors, in standard errors of that sum."""
        total = _in_errors(self.gain, self.error) + _in_errors(self.loss_gain, self.loss_error)
        return total / math.sqrt(2 + 2 * self.correlation)


@dataclass(frozen=True)
class Choice:
    """The choice between the trials of a search and the best untuned default.

    Attributes:
        best: number of the trial with the best validation score.
        default: number of the best untuned default; None if none has a model.
        chosen: number of the trial that is handed over.
        margin: standard errors by which a trial had to be better than `default`.
        evidence: how sure it is that `best` is better than `default`; None if both are the same trial or nothing could
            be compared.
        of_chosen: the same of `chosen`, if it is neither `best` nor `default`; else None.
    """

    best: int
    default: int | None
    chosen: int
    margin: float
    evidence: Evidence | None
    of_chosen: Evidence | None = None

    @property
    def passes_over(self) -> bool:
        """Whether another trial is handed over in the place of the one with the best score."""
        return self.chosen != self.best

    @property
    def keeps_default(self) -> bool:
        """Whether the default is handed over, although another trial has the best score."""
        return self.passes_over and self.chosen == self.default


def choose_model(
    ranked: Sequence[TrialRecord],
    default: TrialRecord | None,
    evidence: Callable[[TrialRecord], Evidence | None],
    margin: float,
) -> Choice:
    """Return which trial is handed over.

    The best of many trials is better than a default by luck alone, so a small lead says nothing about other rows. The
    first trial that scored better than the default, and whose lead exceeds `margin` standard errors, is handed over;
    the default if there is none.

    Args:
        ranked: the trials, the best validation score first.
        default: the best untuned default; None if there is none.
        evidence: returns how sure it is that a trial is better than the default; None: unknown. If it is unknown of the
            first trial, that is chosen.
        margin: standard errors; 0 always chooses the first trial.
    """
    best = ranked[0]
    if default is None or default.number == best.number:
        return Choice(best.number, None if default is None else default.number, best.number, margin, None)
    first = evidence(best)
    if first is None or margin == 0 or _is_shown(first, margin):
        return Choice(best.number, default.number, best.number, margin, first)
    for trial in ranked[1:MOST_COMPARED]:
        if trial.number == default.number:
            break
        found = evidence(trial)
        if found is not None and _is_shown(found, margin):
            return Choice(best.number, default.number, trial.number, margin, first, found)
    return Choice(best.number, default.number, default.number, margin, first)


class EvidenceOfRows:
    """Compares trials with a default on the same validation rows, by a paired bootstrap.

    Args:
        metric: a metric of the task of the labels.
        default: outputs of the default.
        labels: labels of the rows.
    """

    def __init__(self, metric: str, default: Logits, labels: LabelArray) -> None:
        self._metrics = metric, task_of(labels).loss_metric
        self._default, self._labels = default, labels

    def of(self, trial: Logits) -> Evidence:
        """Return the evidence of a trial.

        A row that is the only one of its class is in every sample, so what it changes by itself counts as an error.

        Args:
            trial: outputs of the trial.
        """
        gains = sampled_scores(self._metrics, trial, self._labels, RESAMPLES) - self._scores
        covariance = np.cov(gains[1:].T, ddof=0) + self._of_single_rows(trial, gains[0])
        errors = [math.sqrt(covariance[place, place]) for place in (0, 1)]
        correlation = covariance[0, 1] / (errors[0] * errors[1]) if min(errors) > TINY else 0.0
        return Evidence(
            float(gains[0, 0]), errors[0], float(gains[0, 1]), errors[1], float(np.clip(correlation, 0.0, 1.0))
        )

    @cached_property
    def _scores(self) -> NDArray[np.float64]:
        return sampled_scores(self._metrics, self._default, self._labels, RESAMPLES)

    def _of_single_rows(self, trial: Logits, gains: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the covariance of the gains that rows bring which are the only ones of their classes, shape (2, 2)."""
        rows = single_rows(self._labels)
        if not len(rows):
            return np.zeros((2, 2))
        some = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_SINGLE_ROWS)).round().astype(np.int64)]
        deviations = np.array([self._without(trial, row) - gains for row in some])
        found: NDArray[np.float64] = deviations.T @ deviations * (len(rows) / len(some))
        return found

    def _without(self, trial: Logits, row: int) -> NDArray[np.float64]:
        """Return the gains of a trial on all rows but one."""
        kept = np.arange(len(self._labels)) != row
        mine, its = (oriented_scores(self._metrics, each[kept], self._labels[kept]) for each in (trial, self._default))
        return mine - its


def evidence_of_confirmation(
    on_rows: Evidence, trial: Confirmed, default: Confirmed, goals: Goals, task: Task, share: float
) -> Evidence:
    """Return the evidence of the mean scores of two trials that were confirmed; that of the rows if a loss is unknown.

    Training rows overlap between the divisions, so the variance of the mean of k is that of Nadeau and Bengio
    ("Inference for the generalization error", Machine Learning, 2003): 1/k, and the number of validation rows by that
    of training rows, times the variance on one of them, but not more than that.

    Args:
        on_rows: the evidence of the validation rows of the search.
        trial: the scores of a trial.
        default: those of the default.
        goals: the objectives, whose first is compared.
        task: what the labels are.
        share: number of validation rows by number of training rows.
    """
    loss, divisions = task.loss_metric, len(trial.scores)
    if loss not in trial.means or loss not in default.means:
        return on_rows
    factor = math.sqrt(min(1.0, 1 / divisions + share))
    return Evidence(
        gain=(1 if goals.first.maximize else -1) * (trial.mean - default.mean),
        error=on_rows.error * factor,
        loss_gain=default.means[loss] - trial.means[loss],
        loss_error=on_rows.loss_error * factor,
        correlation=on_rows.correlation,
        divisions=divisions,
    )


def evidence_of_folds(goals: Goals, task: Task, trial: TrialRecord, default: TrialRecord) -> Evidence | None:
    """Return the evidence of two cross-validated trials, from their differences in the same folds.

    Training rows overlap between folds, so the variance of the mean is that of Nadeau and Bengio ("Inference for the
    generalization error", Machine Learning, 2003): 1/k + 1/(k - 1) times the variance of the differences. A few folds
    do not tell the correlation of both differences, so it counts as 1.

    Args:
        goals: the objectives, whose first is compared.
        task: what the labels are.
        trial: a trial.
        default: the default.

    Returns:
        The evidence; None unless both trials have the same two or more folds, and a loss in each.
    """
    if any(task.loss_metric not in fold.metrics for each in (trial, default) for fold in each.folds):
        return None
    losses = [_by_fold(goals, task, each) for each in (trial, default)]
    folds = len(losses[0])
    if folds != len(losses[1]) or folds < 2:
        return None
    gains = losses[1] - losses[0]
    errors = gains.std(axis=0, ddof=1) * math.sqrt(1 / folds + 1 / (folds - 1))
    means = gains.mean(axis=0)
    return Evidence(float(means[0]), float(errors[0]), float(means[1]), float(errors[1]), correlation=1.0)


def _is_shown(evidence: Evidence, margin: float) -> bool:
    return evidence.gain > TINY and evidence.errors > margin


def _in_errors(gain: float, error: float) -> float:
    """Return a gain in standard errors, at most `MOST_ERRORS` of them."""
    if error <= TINY:
        return math.copysign(MOST_ERRORS, gain) if abs(gain) > TINY else 0.0
    return min(max(gain / error, -MOST_ERRORS), MOST_ERRORS)


def _by_fold(goals: Goals, task: Task, trial: TrialRecord) -> NDArray[np.float64]:
    """Return the loss of the first objective and that of the task in each fold, in the order of folds: shape (k, 2)."""
    folds = sorted(trial.folds, key=lambda each: each.fold or 0)
    return np.array([_losses(goals, task, each.metrics) for each in folds]).reshape(len(folds), 2)


def _losses(goals: Goals, task: Task, metrics: Mapping[str, float]) -> tuple[float, float]:
    return goals.losses(metrics)[0], metrics[task.loss_metric]
