"""Selects the finetunings of one checkpoint whose weights are averaged, by the outputs of the means.

Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time", 2022: greedy, in the order of the validation scores, or the mean of the first of them. A mean is
judged by its log loss with a temperature of its own, which has far less noise than a share of right rows; that of
numbers by its squared error.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from automl.selection.cross_fitting import cross_fitted, parts_of
from automl.selection.uncertainty import Comparison, compare
from trials.metrics import Logits
from trials.tasks import Calibration, LabelArray, evaluate, task_of

Members = tuple[int, ...]
"""Trials whose weights are averaged, in the order in which they were taken."""


@dataclass(frozen=True)
class SoupChoice:
    """The models whose weights are averaged, and how much better the mean is than the best single model.

    Attributes:
        members: their trials, the best by validation first; at least two.
        calibration: that of the mean.
        scores: metrics on the validation rows of means that were chosen, and calibrated, on other rows of them.
        outputs: the outputs of these means.
        gain: the metric of these means, compared with the best single model.
        log_loss_gain: the same for the loss of the task: the log loss, and of numbers the RMSE.
    """

    members: Members
    calibration: Calibration
    scores: Mapping[str, float]
    outputs: Logits
    gain: Comparison
    log_loss_gain: Comparison

    def is_better(self, margin: float) -> bool:
        """Return whether the mean is better in log loss, and in the metric not shown to be worse.

        It costs no more in use than one of its members, so it has to pass the same test as the best trial against the
        best untuned default.

        Args:
            margin: standard errors of a paired difference by which it must lead in log loss, and may not lag in the
                metric, in which the best trial has been chosen by luck, too.
        """
        leads = self.log_loss_gain.gain > margin * self.log_loss_gain.error
        return leads and self.gain.gain >= -margin * self.gain.error


def choose_soup(
    metric: str,
    order: Sequence[int],
    logits_of: Callable[[Members], Logits | None],
    labels: LabelArray,
    single: Logits,
) -> SoupChoice | None:
    """Return the best mean of weights; None if it is one model alone.

    Five times the members are chosen, and a temperature is fitted, without a fifth of the rows, which is scored.

    Args:
        metric: the first objective, a metric of the task of the labels.
        order: the trials whose weights can be averaged, the best by validation first.
        logits_of: returns the logits of the mean of some of them for the validation rows, shape (n, classes); None if
            there is no time for that mean. It is asked for the same mean several times.
        labels: labels of the rows.
        single: calibrated outputs of the best single model for these rows.
    """
    task = task_of(labels)
    every = np.arange(len(labels))
    members = _chosen(order, logits_of, labels, every)
    logits = logits_of(members)
    if len(members) < 2 or logits is None:
        return None
    crossed, alone = np.empty_like(single), cross_fitted(single, labels)
    for held_out in parts_of(labels):
        kept = np.setdiff1d(every, held_out)
        found = logits_of(_chosen(order, logits_of, labels, kept))
        if found is None:
            return None
        crossed[held_out] = task.calibrate(found[kept], labels[kept]).outputs(found[held_out])
    return SoupChoice(
        members,
        task.calibrate(logits, labels),
        evaluate(crossed, labels),
        crossed,
        compare(metric, crossed, alone, labels),
        compare(task.loss_metric, crossed, alone, labels),
    )


def _chosen(
    order: Sequence[int], logits_of: Callable[[Members], Logits | None], labels: LabelArray, rows: LabelArray
) -> Members:
    """Return the trials whose mean has the smallest log loss on `rows`.

    It is the first trial with each later one that lowers the loss, or the first trials up to some one: two models may
    be worse together than the first of them, and three better.
    """
    task = task_of(labels)

    def loss(members: Members) -> float:
        logits = logits_of(members)
        if logits is None:
            return np.inf
        outputs = task.calibrate(logits[rows], labels[rows]).outputs(logits[rows])
        return task.score(task.loss_metric, outputs, labels[rows])

    members: Members = (order[0],)
    best = loss(members)
    for number in order[1:]:
        if (added := loss((*members, number))) < best:
            members, best = (*members, number), added
    firsts = (tuple(order[:count]) for count in range(2, len(order) + 1))
    return min((members, *firsts), key=loss)
