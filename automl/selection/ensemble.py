"""Selects the members of an ensemble by the logits of the validation rows, and says what it is worth on other rows.

Caruana et al., "Ensemble Selection from Libraries of Models", 2004. The mean of probabilities is chosen by its log
loss, which has far less noise than shares of right rows; that of numbers by its squared error.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from automl.selection.cross_fitting import cross_fitted, parts_of
from automl.selection.ensemble_shares import Allowed, best_shares
from automl.selection.uncertainty import Comparison, compare
from trials.metrics import Logits, over_folds
from trials.tasks import KNOWN_METRICS, Calibration, LabelArray, Task, calibrated_logits, evaluate, task_of


@dataclass(frozen=True)
class EnsembleChoice:
    """Members of an ensemble, and how much better it is than the best single model.

    Attributes:
        weights: share of each member by trial number, the largest first; they sum to 1.
        calibration: that of the mean probabilities.
        scores: metrics on the validation rows of ensembles that were chosen on other rows of them, or means over folds.
        gain: the metric of ensembles on rows by which they were not chosen, compared with the best single model: with
            one that was chosen without these rows where its score decided, and with thresholds of other rows.
        log_loss_gain: the same for the loss of the task: the log loss, and of numbers the RMSE.
    """

    weights: Mapping[int, float]
    calibration: Calibration
    scores: Mapping[str, float]
    gain: Comparison
    log_loss_gain: Comparison

    @property
    def is_worse(self) -> bool:
        """Whether the rows show that the ensemble is worse than a single model, in its loss or its metric.

        That it is better need not be shown: means of models are better in most searches, and the validation rows are
        often too few to show it.
        """
        return self.gain.high < 0 or self.log_loss_gain.high < 0


def choose_ensemble(
    metric: str,
    best: int,
    candidates: Mapping[int, Logits],
    labels: LabelArray,
    kinds: Mapping[int, Hashable] = MappingProxyType({}),
    most: int = 5,
    allowed: Allowed = lambda members: True,
    rival: Logits | None = None,
    folds: Sequence[NDArray[np.int64]] = (),
) -> EnsembleChoice | None:
    """Return the best ensemble of some candidates; None if it is one model alone.

    Args:
        metric: the first objective, a metric of the task of the labels.
        best: number of the best single model.
        candidates: calibrated outputs for the validation rows by trial number; `best` is among them.
        labels: labels of the rows.
        kinds: what sort of model each one is, by trial number, such as its algorithm and its checkpoint.
        most: maximum number of members.
        allowed: returns whether an ensemble of these members keeps the constraints.
        rival: outputs of the best single model for rows by which it was not chosen; None: it is the trial `best`, which
            was chosen by its score.
        folds: the rows of each fold, over which the scores are means as those of trials are; none: all rows are scored
            together.
    """
    task = task_of(labels)
    weights = best_shares(candidates, labels, kinds, most, allowed)
    if len(weights) < 2:
        return None
    single = _alone(metric, best, candidates, labels, allowed) if rival is None else rival
    crossed = np.empty_like(candidates[best])
    for held_out in parts_of(labels):
        kept = np.setdiff1d(np.arange(len(labels)), held_out)
        known = {number: each[kept] for number, each in candidates.items()}
        chosen = best_shares(known, labels[kept], kinds, most, allowed)
        calibration = task.calibrate(combined(task, known, chosen), labels[kept])
        others = {number: candidates[number][held_out] for number in chosen}
        crossed[held_out] = calibration.outputs(combined(task, others, chosen))
    return EnsembleChoice(
        weights,
        task.calibrate(combined(task, candidates, weights), labels),
        _scores(crossed, labels, folds),
        compare(metric, crossed, single, labels),
        compare(task.loss_metric, crossed, single, labels),
    )


def _scores(outputs: Logits, labels: LabelArray, folds: Sequence[NDArray[np.int64]]) -> Mapping[str, float]:
    """Return all metrics, as means over folds if there are any."""
    if not folds:
        return evaluate(outputs, labels)
    return over_folds([evaluate(outputs[rows], labels[rows]) for rows in folds])[0]


def combined(task: Task, candidates: Mapping[int, Logits], weights: Mapping[int, float]) -> Logits:
    """Return logits of the mean probabilities, shape (n, classes).

    Args:
        task: the task of the labels.
        candidates: calibrated outputs by trial number.
        weights: share of each member by trial number.
    """
    return task.mean([calibrated_logits(candidates[number]) for number in weights], list(weights.values()))


def _alone(metric: str, best: int, candidates: Mapping[int, Logits], labels: LabelArray, allowed: Allowed) -> Logits:
    """Return outputs of the best single model for rows by which it was not chosen.

    The best of many models was chosen by its score on these rows, which flatters it: it is chosen anew without each
    part of them. A model that does not have the best score was chosen for another reason, and stays.
    """
    candidates = {number: each for number, each in candidates.items() if number == best or allowed(frozenset({number}))}
    everything = np.arange(len(labels))
    if best != _best_alone(metric, candidates, labels, everything):
        return cross_fitted(candidates[best], labels)
    found, fitted = np.empty_like(candidates[best]), dict[int, Logits]()
    for held_out in parts_of(labels):
        number = _best_alone(metric, candidates, labels, np.setdiff1d(everything, held_out))
        if number not in fitted:
            fitted[number] = cross_fitted(candidates[number], labels)
        found[held_out] = fitted[number][held_out]
    return found


def _best_alone(metric: str, candidates: Mapping[int, Logits], labels: LabelArray, rows: NDArray[np.int64]) -> int:
    """Return the model with the best score on some rows; ties go to the lower loss, as between trials."""
    task, sign = task_of(labels), 1.0 if KNOWN_METRICS[metric].maximize else -1.0

    def standing(number: int) -> tuple[float, float]:
        outputs, truth = candidates[number][rows], labels[rows]
        return sign * task.score(metric, outputs, truth), -task.score(task.loss_metric, outputs, truth)

    return max(candidates, key=standing)
