"""Measures how fast this machine trains models, in a forked process that has torch imported."""

import os
from collections.abc import Mapping

from automl.core import WorkspaceError
from automl.worker.fork_client import ask_once
from automl.worker.messages import PaceRequest
from trials.protocol import MeasuredPace, PaceJob


def training_pace(job: PaceJob) -> Mapping[str, MeasuredPace]:
    """Return how fast each model of `job` trains on this machine, by its name.

    Args:
        job: the models, the texts, and how to compute.

    Raises:
        WorkspaceError: the pace could not be measured; the message says why.
    """
    answer = ask_once(PaceRequest(job, dict(os.environ)))
    if not isinstance(answer, Mapping):
        raise WorkspaceError(f"a pace was expected, not {answer!r}")
    return answer
