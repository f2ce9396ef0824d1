"""Fits a chosen model once more, in a forked process that has torch imported."""

from automl.worker.fork_client import ask_once
from automl.worker.messages import RefitRequest
from trials.data import TrialData
from trials.protocol import TrialJob
from trials.tasks import Calibration


def refit(job: TrialJob, data: TrialData, calibration: Calibration) -> None:
    """Fit the model of `job` to its training rows and the validation rows together, and write it to `job.checkpoint`.

    Args:
        job: a trial of a model that is fitted in one go; `earlier` is its evaluation, if it was fitted to a sample.
        data: its data.
        calibration: that of the model of the trial, which the new model takes over.

    Raises:
        WorkspaceError: the model could not be fitted or written; the message says why.
    """
    ask_once(RefitRequest(job, data, calibration))
