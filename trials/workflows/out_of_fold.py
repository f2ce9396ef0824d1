"""Logits of labelled rows by models that were not fitted to them."""

from collections.abc import Generator
from typing import TypeVar

import numpy as np

from trials.data import TrialData, folds_of
from trials.metrics import Logits
from trials.protocol import TrialJob
from trials.tasks import calibrated_logits
from trials.training import CostMeter
from trials.workflows.fit_trial import fit_fold

Result = TypeVar("Result")


def out_of_fold_logits(job: TrialJob, data: TrialData, folds: int) -> Logits:
    """Return the logits of all training rows, then all validation rows of `data`, shape (n, classes).

    The rows are divided into folds, and those of each are scored by a model that is fitted to the others.

    Args:
        job: a trial of a model that is fitted in one go: a linear one, or a probe. Its files are not written.
        data: the data.
        folds: number of folds, at least 2.

    Raises:
        Diverged: an output is not finite.
        PretrainedError: the checkpoint of a probe cannot be used.
    """
    logits = np.zeros((len(data.train) + len(data.validation), len(data.label_names)))
    for fold in folds_of(data, folds, job.seed)[:-1]:
        logits[fold.held_out] = calibrated_logits(_result(fit_fold(job, data, fold, CostMeter())).outputs)
    return logits


def _result(work: Generator[object, None, Result]) -> Result:
    """Run `work` to its end, and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
