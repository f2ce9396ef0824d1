"""Fits the linear baseline in a forked process, so that other models can be fitted and scored meanwhile."""

from automl.core import WorkspaceError
from automl.report import Reference
from automl.worker.fork_client import ask_once
from automl.worker.messages import BaselineRequest
from trials.data import TextDataset


def reference(dataset: TextDataset, metric: str, folds: int | None, seed: int) -> Reference:
    """Return the linear baseline of a data set, and its learning curve.

    Args:
        dataset: the data set with its splits.
        metric: a metric of the task of the data.
        folds: number of folds for cross-validation, as in the trials; None: one fit on the training split.
        seed: seed of folds and of parts of the rows.

    Raises:
        WorkspaceError: it could not be fitted; the message says why.
    """
    answer = ask_once(BaselineRequest(dataset, metric, folds, seed))
    if not isinstance(answer, Reference):
        raise WorkspaceError(f"a linear baseline was expected, not {answer!r}")
    return answer
