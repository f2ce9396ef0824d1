"""Selects the finetunings of one checkpoint whose weights are averaged, by the outputs of the means.

Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
inference time", 2022: greedy, in the order of the validation scores. A mean is judged by its log loss with a
temperature of its own, which has far less noise than a share of right rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from automl.selection.cross_fitting import cross_fitted, parts_of
from automl.selection.ensemble import LOG_LOSS
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
        log_loss_gain: the same for the log loss.
    """

    members: Members
    calibration: Calibration
    scores: Mapping[str, float]
    outputs: Logits
    gain: Comparison
    log_loss_gain: Comparison

    @property
    def is_better(self) -> bool:
        """Whether the mean is better beyond noise: in log loss surely, and in the metric by no means worse."""
        return self.log_loss_gain.low > 0 and self.gain.gain >= 0


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
    members = _greedy(order, logits_of, labels, every)
    logits = logits_of(members)
    if len(members) < 2 or logits is None:
        return None
    crossed, alone = np.empty_like(single), cross_fitted(single, labels)
    for held_out in parts_of(labels):
        kept = np.setdiff1d(every, held_out)
        found = logits_of(_greedy(order, logits_of, labels, kept))
        if found is None:
            return None
        crossed[held_out] = task.calibrate(found[kept], labels[kept]).outputs(found[held_out])
    return SoupChoice(
        members,
        task.calibrate(logits, labels),
        evaluate(crossed, labels),
        crossed,
        compare(metric, crossed, alone, labels),
        compare(LOG_LOSS, crossed, alone, labels),
    )


def _greedy(
    order: Sequence[int], logits_of: Callable[[Members], Logits | None], labels: LabelArray, rows: LabelArray
) -> Members:
    """Return the first trial with each later one that lowers the log loss of the mean on `rows`."""
    task = task_of(labels)

    def loss(members: Members) -> float:
        logits = logits_of(members)
        if logits is None:
            return np.inf
        outputs = task.calibrate(logits[rows], labels[rows]).outputs(logits[rows])
        return task.score(LOG_LOSS, outputs, labels[rows])

    members: Members = (order[0],)
    best = loss(members)
    for number in order[1:]:
        if (added := loss((*members, number))) < best:
            members, best = (*members, number), added
    return members
