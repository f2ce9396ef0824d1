"""Measures how fast this machine trains models, in a forked process that has torch imported."""

import os
from collections.abc import Mapping

from automl.core import WorkspaceError
from automl.worker.fork_client import ask_once
from automl.worker.messages import PaceRequest
from trials.protocol import PaceJob


def training_pace(job: PaceJob) -> Mapping[str, float]:
    """Return the training tokens per second of each model of `job`, by its name, on this machine.

    Args:
        job: the models, the texts, and how to compute.

    Raises:
        WorkspaceError: the pace could not be measured; the message says why.
    """
    answer = ask_once(PaceRequest(job, dict(os.environ)))
    if not isinstance(answer, Mapping):
        raise WorkspaceError(f"a pace was expected, not {answer!r}")
    return answer
