"""Fits a chosen model once more, to all labelled rows but those of the test split."""

from collections import deque

import numpy as np

from trials.data import Fold, TrialData, stages_of
from trials.protocol import TrialJob
from trials.tasks import Calibration
from trials.training import CostMeter
from trials.workflows.fit_trial import fit_fold
from trials.workflows.fold_result import OutOfFold


def refit(job: TrialJob, data: TrialData, calibration: Calibration) -> None:
    """Fit the model of `job` to its training rows and the validation rows together, and write it to `job.checkpoint`.

    Args:
        job: a trial of a model that is fitted in one go: a linear one, or a probe. If it was fitted to a sample of the
            training rows, `job.earlier` is its evaluation, and no other texts are read.
        data: its data.
        calibration: that of the model of the trial, which the new model takes over, because it has no rows that it was
            not fitted to.

    Raises:
        CheckpointError: the disk rejects the model.
        Diverged: an output is not finite.
    """
    rows = np.arange(len(data.train) + len(data.validation))
    if job.earlier is not None:
        rows = np.concatenate([stage.added for stage in stages_of(data) if stage.step <= job.earlier.step])
    deque(fit_fold(job, data, Fold(rows, rows[:0]), CostMeter(), OutOfFold(calibration)), maxlen=0)
