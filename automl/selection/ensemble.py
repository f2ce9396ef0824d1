"""Selects the members of an ensemble by the logits of the validation rows.

Caruana et al., "Ensemble Selection from Libraries of Models", 2004: greedy, with replacement. The mean of probabilities
is chosen by its log loss, which has far less noise than shares of right rows; that of numbers by its squared error.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from automl.selection.cross_fitting import cross_fitted, parts_of
from automl.selection.uncertainty import Comparison, compare
from trials.metrics import Logits
from trials.tasks import Calibration, LabelArray, Task, calibrated_logits, evaluate, task_of

ROUNDS = 12
"""Number of times that a member is added; weights are multiples of its inverse."""


@dataclass(frozen=True)
class EnsembleChoice:
    """Members of an ensemble, and how much better it is than the best single model.

    Attributes:
        weights: share of each member by trial number, the largest first; they sum to 1.
        calibration: that of the mean probabilities.
        scores: metrics on the validation rows of ensembles that were chosen on other rows of them.
        gain: the metric of ensembles on rows on which they were not chosen, compared with the best single model, whose
            thresholds, if it has some, are fitted without these rows, too.
        log_loss_gain: the same for the loss of the task: the log loss, and of numbers the RMSE.
    """

    weights: Mapping[int, float]
    calibration: Calibration
    scores: Mapping[str, float]
    gain: Comparison
    log_loss_gain: Comparison

    @property
    def is_better(self) -> bool:
        """Whether the ensemble is better beyond noise: in its loss surely, and in the metric by no means worse."""
        return self.log_loss_gain.low > 0 and self.gain.gain >= 0


def choose_ensemble(
    metric: str,
    best: int,
    candidates: Mapping[int, Logits],
    labels: LabelArray,
    most: int = 5,
    allowed: Callable[[frozenset[int]], bool] = lambda members: True,
    rival: Logits | None = None,
) -> EnsembleChoice | None:
    """Return the best ensemble of some candidates; None if it is one model alone.

    Args:
        metric: the first objective, a metric of the task of the labels.
        best: number of the best single model.
        candidates: calibrated outputs for the validation rows by trial number; `best` is among them.
        labels: labels of the rows.
        most: maximum number of different members.
        allowed: returns whether an ensemble of these members keeps the constraints.
        rival: outputs of the best single model for rows on which it was not chosen; None: it is the trial `best`.
    """
    task = task_of(labels)
    weights = _greedy(candidates, labels, most, allowed)
    if len(weights) < 2:
        return None
    single = cross_fitted(candidates[best], labels) if rival is None else rival
    crossed = np.empty_like(candidates[best])
    for held_out in parts_of(labels):
        kept = np.setdiff1d(np.arange(len(labels)), held_out)
        known = {number: each[kept] for number, each in candidates.items()}
        chosen = _greedy(known, labels[kept], most, allowed)
        calibration = task.calibrate(combined(task, known, chosen), labels[kept])
        others = {number: candidates[number][held_out] for number in chosen}
        crossed[held_out] = calibration.outputs(combined(task, others, chosen))
    return EnsembleChoice(
        weights,
        task.calibrate(combined(task, candidates, weights), labels),
        evaluate(crossed, labels),
        compare(metric, crossed, single, labels),
        compare(task.loss_metric, crossed, single, labels),
    )


def combined(task: Task, candidates: Mapping[int, Logits], weights: Mapping[int, float]) -> Logits:
    """Return logits of the mean probabilities, shape (n, classes).

    Args:
        task: the task of the labels.
        candidates: calibrated outputs by trial number.
        weights: share of each member by trial number.
    """
    return task.mean([calibrated_logits(candidates[number]) for number in weights], list(weights.values()))


def _greedy(
    candidates: Mapping[int, Logits], labels: LabelArray, most: int, allowed: Callable[[frozenset[int]], bool]
) -> dict[int, float]:
    """Return the weights at which the loss was smallest, over all rounds; the largest come first."""
    task = task_of(labels)
    own = {number: task.mixable(calibrated_logits(outputs), labels) for number, outputs in candidates.items()}
    total, members = np.zeros_like(next(iter(own.values()))), list[int]()
    best_loss, best_members = np.inf, list[int]()
    for _ in range(ROUNDS):
        losses = {
            number: task.loss_of_mixed((total + each) / (len(members) + 1), labels)
            for number, each in own.items()
            if len({*members, number}) <= most and allowed(frozenset((*members, number)))
        }
        if not losses:
            break
        number = min(losses, key=lambda number: (losses[number], number))
        members.append(number)
        total += own[number]
        if losses[number] < best_loss:
            best_loss, best_members = losses[number], list(members)
    counts = Counter(best_members)
    return {number: count / len(best_members) for number, count in counts.most_common()}
