"""Measures how fast this machine trains models, in a forked process that has torch imported."""

import os
from collections.abc import Mapping

from automl.core import WorkspaceError, one_line
from automl.worker.fork_client import Fork, ForkDied
from automl.worker.messages import PaceRequest
from trials.protocol import PaceJob


def training_pace(job: PaceJob) -> Mapping[str, float]:
    """Return the training tokens per second of each model of `job`, by its name, on this machine.

    Args:
        job: the models, the texts, and how to compute.

    Raises:
        WorkspaceError: the pace could not be measured; the message says why.
    """
    try:
        fork = Fork()
        try:
            answer = fork.ask(PaceRequest(job, dict(os.environ)))
        finally:
            fork.end()
    except ForkDied as error:
        raise WorkspaceError(one_line(error)) from error
    if isinstance(answer, Mapping):
        return answer
    raise WorkspaceError(one_line(answer) if isinstance(answer, BaseException) else f"no pace came, but {answer!r}")
