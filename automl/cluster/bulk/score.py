"""Scores texts in actors of a Ray cluster: each loads the model once, and Ray Data hands it one block after another.

The texts are read on the driver's machine, so no disk need be shared. Blocks that a lost actor had are scored again.
"""

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from automl.cluster.bulk.packed_model import packed_model, unpacked_classifier
from automl.cluster.remote_cluster import joined_cluster
from automl.cluster.resource_request import ResourceRequest
from automl.core import AutomlError, WorkspaceError, one_line
from automl.export import TextSource
from trials.errors import TrialsError
from trials.metrics import Logits

BLOCK_BYTES = 2**18
"""Size of a block of texts: seconds of work for an encoder on a core. A lost actor costs a few blocks at most."""

NODE_LABEL = "ray.io/node-id"
"""Ray's label of a node by its id."""

TEXT, LOGITS = "text", "logits"
"""Columns of blocks."""


class Scorer:
    """Scores blocks of texts, in an actor.

    Args:
        model: a reference to what `packed_model` returned, in a list, so that Ray passes it on as it is.
        batch_size: number of texts that are scored at a time.
    """

    def __init__(self, model: list[Any], batch_size: int) -> None:
        import ray  # noqa: PLC0415 - the actor has it

        self._classifier = unpacked_classifier(ray.get(model[0]))
        self._batch_size = batch_size

    def __call__(self, block: Mapping[str, Any]) -> dict[str, Logits]:
        """Return the logits of the texts in a block.

        Args:
            block: the texts, under `TEXT`.
        """
        return {LOGITS: self._classifier.logits([str(text) for text in block[TEXT]], self._batch_size)}


def cluster_scores(
    address: str, folder: Path, source: TextSource, batch_size: int, say: Callable[[str], None]
) -> Iterator[Logits]:
    """Join a cluster, and yield the logits of all texts in their order, block by block.

    There is an actor for each GPU of the cluster, or if it has none for each core.

    Args:
        address: `HOST:PORT` of the cluster's head, or `auto` for the cluster of this machine.
        folder: the model folder, which is sent to the actors.
        source: the texts, which this machine can read.
        batch_size: number of texts that are scored at a time.
        say: receives messages about steps that take long.

    Yields:
        Logits, shape (n, classes).

    Raises:
        UsageError: there is no such cluster, or it has no room.
        DataProblem: the texts cannot be read.
        WorkspaceError: the cluster fails.
    """
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # Ray writes errors that it mends to the screen
    with joined_cluster(address, ResourceRequest(), say) as cluster:
        gpus = cluster.slots.gpus
        actors = max(1, cluster.capacity()) if cluster.gpus is None else max(1, len(list(cluster.gpus())))
        say(f"Labelling with {actors} model{'s' if actors > 1 else ''}, one on each {'GPU' if gpus else 'core'}")
        yield from _streamed(folder, source, batch_size, actors, gpus)


def _streamed(folder: Path, source: TextSource, batch_size: int, actors: int, gpus: float) -> Iterator[Logits]:
    import ray  # noqa: PLC0415 - Ray must have read its settings first
    import ray.data  # noqa: PLC0415 - the same

    from automl.cluster.bulk.texts_datasource import TextsDatasource  # noqa: PLC0415 - the same

    _prepare_ray_data()
    model = ray.put(packed_model(folder))
    read = ray.data.read_datasource(
        TextsDatasource(source),
        override_num_blocks=1,
        num_cpus=0,
        label_selector={NODE_LABEL: ray.get_runtime_context().get_node_id()},
    )
    scored = read.map_batches(
        Scorer,
        fn_constructor_args=([model], batch_size),
        batch_size=None,
        concurrency=actors,
        num_cpus=0 if gpus else 1,
        num_gpus=1 if gpus else 0,
    )
    warnings.filterwarnings("ignore", module="ray.data")
    try:
        for block in scored.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=1):
            yield np.asarray(block[LOGITS], dtype=np.float64)
    except ray.exceptions.RayError as error:
        raise told(error) from error


def told(error: Exception) -> Exception:
    """Return what the user is told of an error of Ray: our own error if a task raised one, such as about the data."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, AutomlError | TrialsError):
        return cause
    return WorkspaceError(f"the cluster must label the texts, but: {one_line(error)}")


def _prepare_ray_data() -> None:
    """Have Ray Data keep the order of blocks, make small ones, and say nothing on the screen."""
    import ray.data  # noqa: PLC0415 - Ray must have read its settings first

    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = BLOCK_BYTES
    logging.getLogger("ray.data").setLevel(logging.ERROR)
