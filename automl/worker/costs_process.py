"""Measures what a model costs in use, in a forked process that has torch imported."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from automl.core import WorkspaceError
from automl.worker.fork_client import ask_once
from automl.worker.messages import CostsRequest
from trials.classifiers import latency_texts
from trials.data import TextDataset


def serving_costs(
    names: Sequence[str], folder: Path, dataset: TextDataset, threads: int, environment: Mapping[str, str]
) -> Mapping[str, float]:
    """Return what the model in `folder` costs in use on this machine.

    Args:
        names: keys of `trials.serving_costs.SERVING_COSTS`.
        folder: the folder of a complete model.
        dataset: the data, of whose validation split some texts are used.
        threads: number of CPU threads.
        environment: environment variables of the process, such as the GPUs that it sees.

    Raises:
        WorkspaceError: the costs could not be measured; the message says why.
    """
    answer = ask_once(CostsRequest(tuple(names), folder, tuple(latency_texts(names, dataset)), threads, environment))
    if not isinstance(answer, Mapping):
        raise WorkspaceError(f"costs were expected, not {answer!r}")
    return answer
